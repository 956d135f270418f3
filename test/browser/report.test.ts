import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type Lake, openLake } from '../../lib/engine/lake.ts';
import { pageParts } from '../../lib/local/page-files.ts';
import { renderReport } from '../../lib/report/document.ts';
import { countText } from '../../lib/report/shown-text.ts';
import { ensureBuilt, run } from '../cli/build.ts';
import { HOSTILE_KEYS, hostileLake, modelOf } from '../helpers/hostile-lake.ts';
import { removeFolder, temporaryFolder } from '../helpers/input-files.ts';
import { launch, show } from './browser.ts';

/** Events of the demo: enough for a list of fifty thousand. */
const EVENTS = '66000';
const ROWS = 50_000;

const folder = temporaryFolder('report-browser');
const whole = join(folder, 'whole.html');
const thief = join(folder, 'thief.html');
const hostile = join(folder, 'hostile.html');
let browser: Browser;
let lake: Lake;

beforeAll(async () => {
  ensureBuilt();
  browser = await launch();
  const demo = join(folder, 'demo');
  const made = await run(['demo', '--dir', demo, '--events', EVENTS, '--quiet']);
  expect(made.code).toBe(0);
  const report = [
    'report',
    '--lake',
    join(demo, 'lake'),
    '--as-of',
    '2026-03-04T18:00:00Z',
    '--config',
    join(demo, 'logs/configuration.yaml'),
  ];
  for (const flags of [
    ['--out', whole],
    ['--out', thief, '--user', 'm.keller@example.com', '--tz', 'Europe/Berlin', '--marking', 'TLP:AMBER'],
  ]) {
    const { code, err } = await run([...report, ...flags]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  }
  lake = await openLake(join(demo, 'lake'), { mode: 'read', command: 'test' });
  const scenario = await hostileLake();
  writeFileSync(hostile, renderReport(await modelOf(scenario.lake), pageParts(), 5_000_000).text);
  await scenario.end();
}, 900_000);

afterAll(async () => {
  await browser?.close();
  await lake?.close();
  removeFolder(folder);
});

const count = async (where: string) => Number((await lake.query(`SELECT count(*) FROM attributions WHERE ${where}`)).rows[0]?.[0]);

describe('a report in a browser', () => {
  test('opens from a file without a word in the console and asks nobody for anything', async () => {
    for (const file of [whole, thief, hostile]) {
      const { page, said, asked } = await show(browser, file);
      expect({ file, said, asked }).toEqual({ file, said: [], asked: [] });
      expect(await page.locator('#data-state').textContent()).toBe('checked: these are the bytes that were written');
      await page.context().close();
    }
  });

  test('keeps to its sizes', () => {
    const bytes = readFileSync(whole).length;
    expect(bytes).toBeLessThanOrEqual(3_500_000);
    const { script, style } = pageParts();
    expect(script.length + style.length).toBeLessThanOrEqual(60_000);
  });

  test('has fifty thousand rows ready within a second of computing', async () => {
    const times: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      // what the page computes, not what else the machine is busy with
      const session = await context.newCDPSession(page);
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      await page.goto(pathToFileURL(whole).href);
      await page.waitForSelector('html.ready', { timeout: 30_000 });
      const { metrics } = await session.send('Performance.getMetrics');
      times.push(metrics.find((each) => each.name === 'ThreadTime')?.value ?? Number.NaN);
      expect(await page.locator('.counted').textContent()).toContain(`${countText(ROWS)} events`);
      await context.close();
    }
    expect(Math.min(...times)).toBeLessThan(1);
  });

  test('filters as SQL counts', async () => {
    const { page } = await show(browser, thief);
    const of =
      "(user_id = 'm.keller@example.com' OR contains(candidate_user_ids, 'm.keller@example.com') OR self_named_user = 'm.keller@example.com' OR object_owner_user_id = 'm.keller@example.com')";
    const counted = async () => Number((await page.locator('.counted').textContent())?.split(' ')[0]?.replaceAll(',', ''));
    expect(await counted()).toBe(await count(of));
    await page.getByLabel('Call').selectOption('delete');
    expect(await counted()).toBe(await count(`${of} AND action = 'delete'`));
    await page.getByLabel('Call').selectOption('failed');
    expect(await counted()).toBe(await count(`${of} AND error_code IS NOT NULL`));
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.getByLabel('not joinable').check();
    expect(await counted()).toBe(await count(`${of} AND verdict = 'not_joinable'`));
    await page.getByLabel('not joinable').uncheck();
    await page.getByLabel('Search').fill('MK-HOLIDAY copyobject');
    expect(await counted()).toBe(await count(`${of} AND bucket LIKE 'mk-holiday%' AND event_name = 'CopyObject'`));
    await page.getByLabel('Search').fill('');
    await page.getByLabel('From, UTC').fill('2026-03-02 02:00');
    await page.getByLabel('To, UTC').fill('2026-03-02 02:30');
    await page.getByLabel('To, UTC').press('Enter');
    const from = Date.parse('2026-03-02T02:00:00Z');
    expect(await counted()).toBe(await count(`${of} AND event_time_ms >= ${from} AND event_time_ms < ${from + 1_800_000}`));
    // the same rows from the address alone
    const again = await show(browser, thief);
    await again.page.goto(page.url());
    await again.page.reload();
    await again.page.waitForSelector('html.ready');
    expect(await again.page.locator('.counted').textContent()).toBe(await page.locator('.counted').textContent());
  });

  test('is walked by keyboard: into the list, down, into the details and back', async () => {
    const { page } = await show(browser, thief);
    const list = page.getByRole('grid', { name: 'Events' });
    await list.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const details = page.getByRole('complementary', { name: 'Details of the event' });
    expect(await details.isVisible()).toBe(true);
    const id = (
      await lake.query(
        "SELECT event_id FROM attributions WHERE user_id = 'm.keller@example.com' OR contains(candidate_user_ids, 'm.keller@example.com') OR object_owner_user_id = 'm.keller@example.com' ORDER BY event_time_ms, event_id LIMIT 3",
      )
    ).rows[2]?.[0];
    expect(await details.textContent()).toContain(`appstream-audit explain ${id}`);
    await page.keyboard.press('Escape');
    expect(await details.isVisible()).toBe(false);
    expect(await list.evaluate((each) => each === each.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.press('End');
    expect(await list.getAttribute('aria-activedescendant')).toBe(`row-${Number(await list.getAttribute('aria-rowcount')) - 2}`);
  });

  test('leads from a finding to its evidence', async () => {
    const { page } = await show(browser, thief);
    await page.locator('#findings a[data-event]').first().click();
    const text = await page.getByRole('complementary', { name: 'Details of the event' }).textContent();
    expect(text).toMatch(/Evidence of(critical|high)/);
  });

  test('chooses a time where somebody draws over the timeline', async () => {
    const { page } = await show(browser, thief);
    await page.locator('svg.timeline').scrollIntoViewIfNeeded();
    const box = await page.locator('svg.timeline').boundingBox();
    if (box === null) throw new Error('there is no timeline');
    await page.mouse.move(box.x + box.width * 0.1, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.2, box.y + 60);
    await page.mouse.up();
    expect(await page.getByLabel('From, UTC').inputValue()).toMatch(/^2026-03-02 \d\d:\d\d:00$/);
    expect(await page.locator('.counted').textContent()).toContain(' of ');
  });
});

describe('a report without scripts', () => {
  test('is complete: every section has its words or its table', async () => {
    const { page, said } = await show(browser, whole, { javaScriptEnabled: false });
    expect(said).toEqual([]);
    for (const id of [
      'answer',
      'limits',
      'timeline',
      'findings',
      'unnamed',
      'people',
      'sessions',
      'objects',
      'events',
      'changes',
      'evidence',
      'about',
      'glossary',
    ]) {
      const section = page.locator(`#${id}`);
      expect({ id, isVisible: await section.isVisible() }).toEqual({ id, isVisible: true });
      expect((await section.innerText()).length).toBeGreaterThan(80);
    }
    expect(await page.locator('#static tbody tr').count()).toBe(100);
    expect(await page.locator('#grid').isVisible()).toBe(false);
  });

  test('prints to A4 with every section, its marking and its pages numbered', async () => {
    const { page } = await show(browser, thief);
    const file = join(folder, 'thief.pdf');
    await page.pdf({ path: file, preferCSSPageSize: true });
    const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout;
    for (const title of await page.locator('h2:not(.unseen)').allTextContents()) expect(text).toContain(title);
    expect(text.match(/TLP:AMBER/g)?.length).toBeGreaterThan(5);
    expect(text).toMatch(/1 \/ \d+/);
    const { stdout } = spawnSync('pdfinfo', [file], { encoding: 'utf8' });
    expect(stdout).toMatch(/Page size: +84[12][\d.]* x 59[45][\d.]* pts/);
  });
});

describe('a hostile lake', () => {
  test('shows its keys and runs none of them', async () => {
    const { page, said } = await show(browser, hostile);
    expect(said).toEqual([]);
    expect(await page.evaluate(() => (globalThis as unknown as { __xss?: number }).__xss)).toBeUndefined();
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.locator('img, iframe, base, form, object, embed, link').count()).toBe(0);
    const list = page.getByRole('grid', { name: 'Events' });
    await list.focus();
    const seen: string[] = [];
    for (let n = 0; n < HOSTILE_KEYS.length; n += 1) {
      await page.keyboard.press('Enter');
      seen.push((await page.getByRole('complementary', { name: 'Details of the event' }).textContent()) ?? '');
      await page.keyboard.press('ArrowDown');
    }
    expect(await page.evaluate(() => (globalThis as unknown as { __xss?: number }).__xss)).toBeUndefined();
    HOSTILE_KEYS.forEach((key, n) => {
      if (/^[\x20-\x7e]+$/.test(key)) expect(seen[n]).toContain(`data/${key}`);
    });
    expect(seen.join('\n')).toContain('invoice⟨U+202E⟩fdp.exe');
    expect(seen.join('\n')).toContain('nul ⟨U+0000⟩ bell ⟨U+0007⟩');
  });

  test('copies no formula into a spreadsheet', async () => {
    const { page } = await show(browser, hostile, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByLabel('Search').fill('hyperlink');
    await page.getByRole('button', { name: 'Copy as CSV' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const text = await page.evaluate(() =>
      (globalThis as unknown as { navigator: { clipboard: { readText(): Promise<string> } } }).navigator.clipboard.readText(),
    );
    expect(text).toContain(`"'=HYPERLINK(""https://example.org/?""&A1)"`);
  });
});

describe('everybody', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

  test.each(['light', 'dark'] as const)('can read it: axe finds nothing in the %s theme', async (colorScheme) => {
    for (const file of [thief, hostile]) {
      const { page } = await show(browser, file, { colorScheme, bypassCSP: true });
      await page.locator('#events .canvas .row').first().click();
      await page.addScriptTag({ content: axe });
      const violations = await page.evaluate(async () => {
        const scope = globalThis as unknown as {
          axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const { violations: found } = await scope.axe.run({
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        });
        return found.map(
          (each) =>
            `${each.id}: ${each.nodes
              .slice(0, 3)
              .map((node) => node.html.slice(0, 160))
              .join(' | ')}`,
        );
      });
      expect({ file, violations }).toEqual({ file, violations: [] });
      await page.context().close();
    }
  });

  test.each([1280, 768, 390])('can read it at a width of %i without scrolling sideways', async (width) => {
    const { page } = await show(browser, thief, { viewport: { width, height: 800 } });
    const overflow = await page.evaluate(() => {
      const scope = globalThis as unknown as { document: { documentElement: { scrollWidth: number } }; innerWidth: number };
      return scope.document.documentElement.scrollWidth - scope.innerWidth;
    });
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
