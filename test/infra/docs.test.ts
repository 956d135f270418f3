/** What the pages about the cloud say, against the deployment itself. */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { alarms } from '../../infra/alarms.ts';
import { auditConfiguration } from '../../infra/audit-configuration.ts';
import { checkDeployment } from '../../infra/deployment-file.ts';
import type { Node } from '../../lib/config/settings.ts';
import { deploymentSchema } from '../../schemas/deployment.ts';
import { blocks, readPage } from '../docs/pages.ts';
import { fullDeployment } from './deployments.ts';

describe('docs/operations.md', () => {
  const headings = [...readPage('docs/operations.md').matchAll(/^### (.+)$/gm)].flatMap(([, heading]) =>
    [...(heading as string).matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  const names = alarms(checkDeployment(fullDeployment, 'x')).map(({ name }) => name);

  test('has a section for every alarm, and for no other', () => {
    expect([...headings].sort()).toEqual([...names].sort());
  });
});

describe('docs/deployment.md', () => {
  const page = readPage('docs/deployment.md');

  test('has a row for every key', () => {
    const [, table = ''] = /## Every key\n([\s\S]*?)\n## /.exec(page) ?? [];
    const named = [...table.matchAll(/`([\w[\].]+)`/g)].map(([, name]) => name);
    expect(leaves(z.toJSONSchema(deploymentSchema, { io: 'input' }) as Node, '').filter((key) => !named.includes(key))).toEqual([]);
  });

  test.each(
    blocks('docs/deployment.md')
      .filter(({ info }) => info === 'deployment')
      .map((block) => [block.line, block.text] as const),
  )('shows a valid deployment in line %i', async (_, text) => {
    const { parse } = await import('yaml');
    const deployment = checkDeployment(parse(text), 'example');
    expect(auditConfiguration(deployment).scope.excludeBuckets.length).toBeGreaterThan(1);
  });

  test('names roles as the stack does', () => {
    const policies = blocks('docs/deployment.md').filter(({ info }) => info === 'policy');
    const roles = policies.flatMap(({ text }) => [...text.matchAll(/role\/([\w-]+)/g)].map(([, name]) => name));
    expect(policies.map(({ text }) => JSON.parse(text).Version)).toEqual(['2012-10-17', '2012-10-17']);
    expect([...new Set(roles)]).toEqual(
      ['ingest-cloudtrail', 'reconcile', 'snapshot-sessions'].map((name) => `appstream-audit-prod-eu-west-1-${name}`),
    );
  });

  function leaves(node: Node, path: string): string[] {
    // roles are told of together
    if (path === 'iam.roles' || (!node.properties && !node.items?.properties)) return [path];
    const inner = node.properties ?? node.items?.properties ?? {};
    const start = path === '' ? '' : `${path}${node.properties ? '' : '[]'}.`;
    return Object.entries(inner).flatMap(([key, child]) => leaves(child, `${start}${key}`));
  }
});

describe('docs/cost.md', () => {
  const page = readPage('docs/cost.md');
  const rows = [...page.matchAll(/^\| ([^|]+) \| ([\d.]+) \| \$([\d.]+) per (\d+) \| \$([\d.]+) \|$/gm)].map(
    ([, what, quantity, price, per, cost]) => ({ what, made: (Number(quantity) * Number(price)) / Number(per), said: Number(cost) }),
  );

  test('multiplies right', () => {
    expect(rows.length).toBeGreaterThan(18);
    expect(rows.filter(({ made, said }) => Math.abs(made - said) > Math.max(0.00006, 0.02 * made))).toEqual([]);
  });

  test('adds up right', () => {
    const sums = [rows.slice(0, 8), rows.slice(8, 12), rows.slice(13, 21)].map((some) => some.reduce((sum, { said }) => sum + said, 0));
    const totals = [...page.matchAll(/^About \*\*\$([\d.]+)\*\*/gm)].map(([, total]) => Number(total));
    expect(totals).toHaveLength(sums.length);
    for (const [at, sum] of sums.entries()) expect(Math.abs((totals[at] as number) - sum)).toBeLessThan(0.03 * sum);
  });

  test('counts the alarms that there are', () => {
    expect(page).toContain(`| CloudWatch, alarms | ${alarms(checkDeployment(fullDeployment, 'x')).length} |`);
  });
});
