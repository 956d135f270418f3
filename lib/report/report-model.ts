/** Everything that a report says, before it is redacted and drawn. */
import type { FindingRule } from '../answer/finding-rule.ts';
import type { AnswerRecord } from '../answer/records.ts';
import type { RedactionKind } from './redaction-kinds.ts';
import type { SubjectKind } from './subject.ts';
import type { Zone } from './zone.ts';

/** How a statement about the evidence stands. Shown as a word, never by colour alone. */
export type StatementState = 'none' | 'open' | 'missing' | 'note';

/** One thing that a report does not say, or says with a reserve. */
export interface Statement {
  readonly state: StatementState;
  readonly title: string;
  /** How many; null where there is nothing to count. */
  readonly n: number | null;
  /** What it costs and what to do, ours. */
  readonly text: string;
  /** Places, days, accounts: out of the lake. */
  readonly items: readonly string[];
  /** Items beyond those listed. */
  readonly more: number;
}

/** Rows of the data block: those that are in, and what is not. */
export interface ReportRows {
  /** By time. */
  readonly rows: readonly AnswerRecord[];
  /** Events of the subject in all. */
  readonly total: number;
}

export interface ReportModel {
  readonly subject: { readonly kind: SubjectKind; readonly id: string; readonly key: string; readonly chosen: string };
  /** Instants between which the report looks, epoch milliseconds: from inclusive, to exclusive; `shownToMs` is the end as a person reads it. */
  readonly window: { readonly fromMs: number; readonly toMs: number; readonly isWhole: boolean; readonly shownToMs: number };
  readonly asOfMs: number;
  readonly toolVersion: string;
  readonly zone: Zone | null;
  /** Handling line; null without one. */
  readonly marking: string | null;
  readonly redacted: readonly RedactionKind[];
  /** Arguments that make the report again, without the place of the lake. */
  readonly command: readonly string[];
  /** `sql/report/totals.sql` and its neighbours, by column names. */
  readonly totals: readonly AnswerRecord[];
  readonly spread: AnswerRecord;
  readonly timeline: { readonly stepMs: number; readonly rows: readonly AnswerRecord[] };
  readonly people: readonly AnswerRecord[];
  readonly sessions: readonly AnswerRecord[];
  readonly lanes: { readonly stepMs: number; readonly sessions: readonly AnswerRecord[]; readonly marks: readonly AnswerRecord[] };
  readonly objects: readonly AnswerRecord[];
  readonly prefixes: readonly AnswerRecord[];
  readonly copies: readonly AnswerRecord[];
  readonly unnamedWrites: readonly AnswerRecord[];
  readonly findings: readonly AnswerRecord[];
  readonly otherFindings: readonly AnswerRecord[];
  readonly changes: readonly AnswerRecord[];
  readonly inputs: readonly AnswerRecord[];
  readonly runs: readonly AnswerRecord[];
  readonly events: ReportRows;
  readonly statements: readonly Statement[];
  /** What `explain` says of the event that the report is about; null for other subjects. */
  readonly explanation: string | null;
  readonly rules: readonly Pick<FindingRule, 'id' | 'title' | 'severity' | 'meaning' | 'next' | 'falsePositives' | 'attack'>[];
}
