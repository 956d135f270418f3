/** The same days judged twice: by the deployed stack, and by the command line on the objects in the stack's source buckets. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { CorrelationSummary } from '../../../lib/engine/correlation.ts';
import type { Table } from '../../../schemas/table.ts';
import { attributionChanges, attributions } from '../../../schemas/tables.ts';
import { type AnswerRow, audit, deployedConfiguration, rowsOf } from './deployed-stack.ts';
import { s3Client } from './local-cloud.ts';

export interface Days {
  /** First and last day, UTC, both inclusive. */
  readonly from: string;
  readonly to: string;
}

export interface Evidence extends Days {
  /** Whether the sweeps of the stack are evidence, too. */
  readonly sweeps?: boolean;
}

export type Answer = 'attributions' | 'changes' | 'findings' | 'counts';

/** All columns but those that name a run or say when it was: these differ by nature. */
const select = (table: Table, { from, to }: Days, order: string) => {
  const columns = Object.keys(table.columns).filter((name) => !/run_id$/.test(name));
  return `SELECT ${[...new Set([...columns, 'dt'])].join(', ')} FROM ${table.name} WHERE dt BETWEEN '${from}' AND '${to}' ORDER BY ${order}`;
};

const questions: Readonly<Record<Answer, (days: Days) => string>> = {
  attributions: (days) => select(attributions, days, 'event_id, event_time_ms'),
  changes: (days) => select(attributionChanges, days, 'event_id, event_time_ms, new_verdict, old_verdict'),
  // a day that one of them knows more of the past of may be told of more: only what is about these days
  findings: ({ from, to }) =>
    `SELECT dt, rule_id, subject, severity, user_id, session_id, event_ids FROM findings WHERE dt BETWEEN '${from}' AND '${to}' ORDER BY rule_id, subject, dt`,
  counts: ({ from, to }) =>
    `SELECT dt, verdict, reason, final, count(*) AS n FROM attributions WHERE dt BETWEEN '${from}' AND '${to}' GROUP BY dt, verdict, reason, final ORDER BY dt, verdict, reason, final`,
};

export interface Sides {
  readonly cloud: AnswerRow[];
  readonly local: AnswerRow[];
}

/** An option and those of its locations that hold anything: on a fresh stack the command line would refuse the others as mistakes. */
async function given(option: string, locations: readonly string[]): Promise<string[]> {
  const s3 = s3Client();
  const held: string[] = [];
  for (const location of locations) {
    const { hostname, pathname } = new URL(location);
    const { KeyCount = 0 } = await s3.send(new ListObjectsV2Command({ Bucket: hostname, Prefix: pathname.slice(1), MaxKeys: 1 }));
    if (KeyCount > 0) held.push(location);
  }
  s3.destroy();
  return held.length === 0 ? [] : [option, ...held];
}

/** Two lakes side by side. @param folder where the one on disk is made @param stack what `.local-cloud/env` says */
export class SameAnswers {
  readonly #lake: readonly string[];
  readonly #configuration: string;

  readonly #stack: Readonly<Record<string, string>>;

  constructor(folder: string, stack: Readonly<Record<string, string>>) {
    this.#stack = stack;
    this.#lake = ['--lake', join(folder, 'lake')];
    this.#configuration = join(folder, 'configuration.json');
    writeFileSync(this.#configuration, JSON.stringify(deployedConfiguration()));
  }

  /** The stack takes in all that lies in its buckets and judges the days; then the command line does. @returns what the stack said */
  async judge(evidence: Evidence, asOf: string): Promise<CorrelationSummary> {
    const window = ['--from', evidence.from, '--to', evidence.to, '--as-of', asOf];
    await audit('cloud', 'status', '--wait', '--timeout', '900');
    const { out } = await audit('cloud', 'correlate', ...window, '--wait', '--timeout', '900', '--output', 'json');
    const stack = this.#stack;
    // a user is known by the session of any day: of reports and sweeps all are read
    const reports = await given('--usage-reports', [
      `s3://${stack['APPSTREAM_AUDIT_REPORT_BUCKET']}/`,
      `s3://${stack['APPSTREAM_AUDIT_SECOND_REPORT_BUCKET']}/`,
    ]);
    const sweeps = evidence.sweeps ? await given('--snapshots', [`s3://${stack['APPSTREAM_AUDIT_BUCKET']}/raw/describe-sessions/`]) : [];
    // all of it: whether sign-ins are collected shows in those of other days
    const trail = `s3://${stack['APPSTREAM_AUDIT_TRAIL_BUCKET']}/`;
    const flows = await given('--flow-logs', [`s3://${stack['APPSTREAM_AUDIT_FLOW_LOG_BUCKET']}/`]);
    await audit('ingest', ...this.#lake, '--threads', '1', '--cloudtrail', trail, ...reports, ...sweeps, ...flows);
    await audit('correlate', ...this.#lake, '--threads', '1', '--config', this.#configuration, ...window);
    return JSON.parse(out) as CorrelationSummary;
  }

  /** The rows of both. */
  async rows(answer: Answer, days: Days): Promise<Sides> {
    const sql = questions[answer](days);
    return { local: await rowsOf(['query', ...this.#lake], sql), cloud: await rowsOf(['cloud', 'query'], sql) };
  }
}
