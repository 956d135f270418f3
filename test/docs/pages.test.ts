import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { processIo } from '../../cli/io.ts';
import { madePages } from '../../cli/made-pages.ts';
import { buildProgram } from '../../cli/program.ts';
import { parametersOf } from '../../lib/answer/ready-query.ts';
import { REASONS } from '../../lib/answer/reasons.ts';
import { replaceMade } from '../../lib/answer/reference-doc.ts';
import { linkFacts, markdownTable } from '../../lib/answer/schema-doc.ts';
import { EVENT_STAGES, SESSION_STAGES } from '../../lib/correlate/stages.ts';
import { listSqlFiles } from '../../lib/local/sql-files.ts';
import { anchors, blocks, pages, prose, readPage, root } from './pages.ts';

describe('made pages', () => {
  test('say what the sources say (npm run docs writes them)', () => {
    for (const { path, text } of madePages(readPage)) expect({ path, text: readPage(path) }).toEqual({ path, text });
  });

  test('keep what stands around the made part', () => {
    const page = 'before\n<!-- made:x -->\nold $1\n<!-- /made:x -->\nafter\n';
    expect(replaceMade(page, 'x', 'new $&')).toBe('before\n<!-- made:x -->\nnew $&\n<!-- /made:x -->\nafter\n');
    expect(replaceMade(replaceMade(page, 'x', ''), 'x', 'again')).toContain('\nagain\n<!-- /made:x -->');
    expect(() => replaceMade(page, 'y', '')).toThrow('no place for y');
  });

  test('keep a cell in its cell', () => {
    expect(markdownTable(['a'], [['x | y\n  z']])).toEqual(['| a |', '| --- |', '| x \\| y z |']);
    expect(linkFacts('(F§5.2, F§4)')).toBe('([F§5.2](facts.md#f52), [F§4](facts.md#f4))');
  });
});

describe('the table of commands', () => {
  test('has every command, and no other', () => {
    const program = buildProgram(processIo(), async () => undefined);
    const commands = program.commands.flatMap((command) =>
      command.commands.length === 0 ? [command.name()] : command.commands.map((each) => `${command.name()} ${each.name()}`),
    );
    const cells = [...readPage('docs/cli.md').matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell]) => cell as string);
    const table = cells.slice(
      0,
      cells.findIndex((cell) => cell.startsWith('`--')),
    );
    const named = table.flatMap((cell) => {
      const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
      // `cloud query`, `explain` …: of the same command as the first
      const group = names[0]?.includes(' ') ? `${names[0].split(' ')[0]} ` : '';
      return names.map((name) => (name.includes(' ') ? name : `${group}${name}`));
    });
    expect(named.sort()).toEqual(commands.sort());
  });
});

describe('links', () => {
  test.each(pages())('%s leads only to what is there', (page) => {
    const dead = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link as string)
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? page : normalize(join(dirname(page), file));
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && !anchors(target).has(anchor);
      });
    expect(dead).toEqual([]);
  });

  test('every page is reachable from the README', () => {
    const linked = [...readPage('README.md').matchAll(/\]\((?:docs\/)?([\w-]+\.md)\)/g)].map(([, name]) => name);
    const all = pages()
      .filter((page) => page !== 'README.md')
      .map((page) => page.replace('docs/', ''));
    expect(all.filter((name) => !linked.includes(name))).toEqual([]);
  });
});

describe('facts', () => {
  const known = [...readPage('docs/facts.md').matchAll(/^#+ F§([\d.]+)$/gm)].map(([, number]) => number);

  test('every citation in sources and pages has its fact', () => {
    const sources = ['schemas', 'lib', 'cli', 'sql'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(ts|sql)$/.test(name))
        .map((name) => ({ name: join(folder, name), text: readFileSync(join(root, folder, name), 'utf8') })),
    );
    const cited = [...sources, ...pages().map((page) => ({ name: page, text: readPage(page) }))].flatMap(({ name, text }) =>
      [...text.matchAll(/(?:F§|(?<=F§[\d.]+, )§)(\d+(?:\.\d+)?)/g)].map(([, number]) => ({ name, number })),
    );
    expect(cited.length).toBeGreaterThan(50);
    expect(cited.filter(({ number }) => !known.includes(number as string))).toEqual([]);
  });
});

describe('hand-written pages', () => {
  test('verdicts.md explains every reason', () => {
    const headings = [...readPage('docs/verdicts.md').matchAll(/^### (.+)$/gm)].map(([, heading]) => heading).join('\n');
    expect(REASONS.filter(({ reason }) => !headings.includes(`\`${reason}\``))).toEqual([]);
  });

  test('ARCHITECTURE.md names every stage of the correlation', () => {
    const text = readPage('ARCHITECTURE.md');
    const files = listSqlFiles('correlate');
    expect(files.filter((stage) => !text.includes(`\`${stage}\``))).toEqual([]);
    expect([...SESSION_STAGES, ...EVENT_STAGES].filter((stage) => !files.includes(stage))).toEqual([]);
  });

  test('the SQL in the pages asks for no parameters', () => {
    const asked = pages().flatMap((page) =>
      blocks(page).filter((block) => block.language === 'sql' && parametersOf(page, block.text).length > 0),
    );
    expect(asked).toEqual([]);
  });
});
