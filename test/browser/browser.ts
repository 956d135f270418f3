/** A real browser, and what it says while it shows a report. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** @throws Error when there is none: these tests run where one was asked for */
export function launch(): Promise<Browser> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name)));
  const executablePath = process.env['CHROMIUM'] ?? names.find((name) => existsSync(name));
  if (executablePath === undefined) throw new Error('no Chromium in CHROMIUM or in the PATH: apt-get install chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export interface Shown {
  readonly page: Page;
  /** Everything in the console, refusals of the security policy among it. */
  readonly said: string[];
  /** What was asked of any place but the file itself. */
  readonly asked: string[];
}

/** Opens a report from its file. */
export async function show(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<Shown> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const shown: Shown = { page, said: [], asked: [] };
  const url = pathToFileURL(file).href;
  page.on('console', (message) => shown.said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => shown.said.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url) shown.asked.push(request.url());
  });
  await page.goto(url);
  if (options.javaScriptEnabled !== false) await page.waitForSelector('html.ready', { timeout: 30_000 });
  return shown;
}
