/** A lake that a test fills row by row and settles, with the rows that most tests start from. */
import { join } from 'node:path';
import { type CorrelationOptions, type CorrelationSummary, correlate } from '../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../lib/engine/lake.ts';
import { type Configuration, defaultConfiguration } from '../../schemas/configuration.ts';
import { removeFolder, temporaryFolder } from './input-files.ts';
import { commitWorld } from './lake-of-world.ts';
import { ACCOUNT, eventRow, inputRow, NO_EVIDENCE, utc } from './rows.ts';
import type { World } from './world.ts';

/** 00:00 UTC of a day, epoch milliseconds. */
export const day = (dt: string): number => Date.parse(`${dt}T00:00:00Z`);
/** Time has closed the days around 2 March 2026 that the default windows reach to. */
export const CLOSED = day('2026-03-20');

/** The fleet's read at a time of 2 March 2026 (or a full time), event id `e-<n>`. */
export const event = (n: number, time: string, more: Parameters<typeof eventRow>[0] = {}) =>
  eventRow({ event_id: `e-${n}`, join_time_ms: utc(time), ...more });

/** The input that is a day's report. */
export const report = (dt = '2026-03-02', more: Parameters<typeof inputRow>[0] = {}) =>
  inputRow({ location: `/in/${ACCOUNT}/eu-west-1/daily-session-report-${dt}.csv`, report_day: dt, ...more });

/** A scenario's folder and lakes; `end` closes and removes all of them. */
export class Scenario {
  readonly lake: Lake;
  private readonly folder: string;
  private readonly rules: readonly string[] | undefined;
  private readonly lakes: Lake[] = [];
  private batches = 0;

  private constructor(folder: string, lake: Lake, rules: readonly string[] | undefined) {
    this.folder = folder;
    this.rules = rules;
    this.lake = lake;
    this.lakes.push(lake);
  }

  /** @param rules ids of the findings rules that its runs ask, default all; none where only verdicts matter */
  static async begin(rules?: readonly string[]): Promise<Scenario> {
    const folder = temporaryFolder('scenario');
    return new Scenario(folder, await openFresh(join(folder, 'lake')), rules);
  }

  /** One more lake, empty. */
  async another(name: string): Promise<Lake> {
    const lake = await openFresh(join(this.folder, name));
    this.lakes.push(lake);
    return lake;
  }

  /** Commits rows as one batch, with an input that says where they come from unless inputs are given. */
  async commit(rows: Partial<World>, into: Lake = this.lake): Promise<void> {
    const log = inputRow({
      location: `/in/batch-${this.batches++}.json`,
      kind: 'cloudtrail',
      content: 'records',
      account_id: null,
      region: null,
      report_day: null,
      records_read: rows.events?.length ?? 0,
      kept: rows.events?.length ?? 0,
    });
    await commitWorld(into, { ...NO_EVIDENCE, inputs: [log], ...rows });
  }

  settle(
    asOfMs: number,
    more: Partial<CorrelationOptions> & { configuration?: Configuration } = {},
    of: Lake = this.lake,
  ): Promise<CorrelationSummary> {
    const { configuration = defaultConfiguration, ...options } = more;
    return correlate(of, configuration, {
      asOfMs,
      nowMs: asOfMs,
      toolVersion: 'test',
      ...(this.rules ? { rules: this.rules } : {}),
      ...options,
    });
  }

  /** Event id, verdict, reason, user and whether final, by event id. */
  async verdicts(of: Lake = this.lake): Promise<unknown[][]> {
    const { rows } = await of.query('SELECT event_id, verdict, reason, user_id, final FROM attributions ORDER BY event_id');
    return rows.map((row) => [...row]);
  }

  async end(): Promise<void> {
    for (const lake of this.lakes) await lake.close();
    removeFolder(this.folder);
  }
}

function openFresh(directory: string): Promise<Lake> {
  return openLake(directory, { mode: 'write', create: true, command: 'test', threads: 1 });
}
