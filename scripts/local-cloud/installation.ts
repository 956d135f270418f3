/** Installs once: a folder that is complete carries a mark with what it holds, so that a broken download is made again. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes sure that a folder holds what `content` says.
 *
 * @param content names and versions; another text than that of the mark means: install anew
 * @param install fills the empty folder
 * @returns the folder
 */
export async function installOnce(folder: string, content: string, install: (folder: string) => Promise<void>): Promise<string> {
  const mark = join(folder, 'installed.txt');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === content) return folder;
  console.error(`installing ${content} …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await install(folder);
  writeFileSync(mark, content);
  return folder;
}
