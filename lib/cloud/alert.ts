/**
 * Tells people what published runs found. Each state is told once: it is claimed in the bucket, then published, then confirmed.
 * Who dies between publishing and confirming is followed by somebody who publishes again: rather twice than never.
 */
import type { AlertFact, AlertMessage } from '../answer/alert-text.ts';
import { digestMessage, factHash, factMessage, graver } from '../answer/alert-text.ts';
import type { FindingRule } from '../answer/finding-rule.ts';
import { sha256Hex } from '../ingest/digest.ts';
import { alertKey } from '../lake/cloud-layout.ts';

/** What is written of a message, and of a run whose facts were all told (`run`). */
interface AlertRecord {
  /** The run on whose behalf it is being told. */
  readonly holder: string;
  /** Epoch milliseconds. */
  readonly claimedAtMs: number;
  /** Absent: claimed, and perhaps published. */
  readonly told?: true;
  readonly toldAtMs?: number;
  readonly subject?: string;
}

export interface StoredRecord {
  readonly text: string;
  readonly tag: string;
}

export interface AlertEffects {
  nowMs(): number;
  load(key: string): Promise<StoredRecord | null>;
  /** Writes where nothing is (`tag` null), or over what was loaded. @returns whether it wrote; false: another was faster */
  save(key: string, text: string, tag: string | null): Promise<boolean>;
  publish(message: AlertMessage): Promise<void>;
}

export interface AlertOptions {
  /** The run that was published last. */
  readonly runId: string;
  /** More facts than this come as one digest. */
  readonly most: number;
  readonly ruleOf: (ruleId: string) => FindingRule | null;
}

export interface AlertOutcome {
  /** Messages that were published now. */
  readonly published: number;
  /** Facts in them. */
  readonly told: number;
  /** Facts that had been told before. */
  readonly known: number;
  /** Facts that somebody else is telling at this moment. */
  readonly elsewhere: number;
}

/** A claim so old has nobody any more: no function runs as long. */
const CLAIM_MS = 15 * 60_000;
/** Records looked at at once. */
const AT_ONCE = 32;

/**
 * Tells what was not told yet.
 * @param facts of this run and of runs shortly before, whose alerts may have failed
 * @throws what the effects throw: what was told stays told, the rest is told next time
 */
export async function tell(facts: readonly AlertFact[], options: AlertOptions, effects: AlertEffects): Promise<AlertOutcome> {
  const runs = [...new Set([options.runId, ...facts.map((fact) => fact.runId)])];
  const done = await eachOf(runs, async (runId) => isTold(await effects.load(runKey(runId))));
  const open = new Set(runs.filter((_, at) => done[at] !== true));
  const candidates = unique(facts.filter((fact) => open.has(fact.runId))).sort(graver);
  const known = await eachOf(candidates, async (fact) => isTold(await effects.load(alertKey(factHash(fact)))));
  const fresh = candidates.filter((_, at) => known[at] !== true);
  const messages =
    fresh.length > options.most
      ? [digestMessage(fresh)]
      : fresh.map((fact) => factMessage(fact, fact.kind === 'finding' ? options.ruleOf(fact.ruleId) : null));
  const outcome = { published: 0, told: 0, known: facts.length - fresh.length, elsewhere: 0 };
  for (const message of messages) {
    const became = await tellOnce(message, options.runId, effects);
    if (became === 'elsewhere') {
      outcome.elsewhere += message.facts.length;
      for (const fact of message.facts) open.delete(fact.runId);
    } else if (became === 'told') {
      outcome.published += 1;
      outcome.told += message.facts.length;
    } else outcome.known += message.facts.length;
  }
  // what another tells is for the other to close; otherwise these runs need not be looked at again
  await eachOf([...open], (runId) => closeRun(runId, options.runId, effects));
  return outcome;
}

async function tellOnce(message: AlertMessage, holder: string, effects: AlertEffects): Promise<'told' | 'known' | 'elsewhere'> {
  const key = alertKey(message.hash);
  const claim: AlertRecord = { holder, claimedAtMs: effects.nowMs() };
  if (!(await effects.save(key, JSON.stringify(claim), null))) {
    const found = await effects.load(key);
    if (found === null) return 'elsewhere';
    const record = parseRecord(found.text);
    if (record?.told === true) return 'known';
    // the same holder: an earlier try of ours, which ended somewhere between claim and confirmation
    const isOurs = record === null || record.holder === holder || effects.nowMs() - record.claimedAtMs > CLAIM_MS;
    if (!isOurs || !(await effects.save(key, JSON.stringify(claim), found.tag))) return 'elsewhere';
  }
  await effects.publish(message);
  const mine = await effects.load(key);
  const told: AlertRecord = { ...claim, told: true, toldAtMs: effects.nowMs(), subject: message.subject };
  await effects.save(key, JSON.stringify(told), mine?.tag ?? null);
  return 'told';
}

async function closeRun(runId: string, holder: string, effects: AlertEffects): Promise<void> {
  const nowMs = effects.nowMs();
  const record: AlertRecord = { holder, claimedAtMs: nowMs, told: true, toldAtMs: nowMs };
  await effects.save(runKey(runId), JSON.stringify(record), null);
}

/** Exists once every fact of the run was told. */
export function runKey(runId: string): string {
  return alertKey(sha256Hex(`run\n${runId}`).slice(0, 32));
}

function isTold(found: StoredRecord | null): boolean {
  return found !== null && parseRecord(found.text)?.told === true;
}

/** Null when it cannot be read: it was not confirmed then. */
function parseRecord(text: string): AlertRecord | null {
  try {
    const record = JSON.parse(text) as AlertRecord | null;
    return typeof record === 'object' ? record : null;
  } catch {
    return null;
  }
}

function unique(facts: readonly AlertFact[]): AlertFact[] {
  return [...new Map(facts.map((fact) => [factHash(fact), fact])).values()];
}

async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
  return results;
}
