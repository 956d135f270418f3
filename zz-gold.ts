import { mkdtempSync, writeFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingGroups, runFindingGroup } from './test/helpers/finding-folders/groups.ts';
import { findingFolders, GOLDEN_FINDINGS } from './test/helpers/finding-folders/run-case.ts';
const only = process.argv[2];
const write = process.argv[3] === 'write';
const dir = mkdtempSync('/tmp/gold-');
let at = 0;
for (const [rule, name] of findingFolders()) {
  if (only && !new RegExp(only).test(`${rule}/${name}`)) continue;
  try {
    const [found] = await runFindingGroup([[rule, name]], join(dir, String(at++)));
    const path = join(GOLDEN_FINDINGS, rule, name, 'expected.json');
    const text = `${JSON.stringify(found, null, 2)}\n`;
    const old = existsSync(path) ? readFileSync(path, 'utf8') : null;
    const same = old !== null && JSON.stringify(JSON.parse(old)) === JSON.stringify(found);
    if (!same) console.log('###', rule, name, old === null ? 'NEW' : 'DIFFERS', '\n', text);
    if (write && !same) writeFileSync(path, text);
  } catch (e) { console.log('!!!', rule, name, String((e as any)?.stack ?? e).slice(0, 800), String((e as any)?.cause ?? '')); }
}
