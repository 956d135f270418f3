/** The choices of which the reports of a generated world are made. */
import fc from 'fast-check';
import { index, inTen, type Made, some } from './world-choices.ts';

/** How an input ended that could not be read in whole: a line set aside, cut off, refused with or without a known line. */
const DAMAGES = ['partial', 'cutOff', 'rejected', 'refused'] as const;
export type Damage = (typeof DAMAGES)[number];

/** Whether somebody accepted what could not be read: the line, the input (of this version or any), or something else. */
const ACCEPTANCES = ['no', 'no', 'line', 'input', 'anyVersion', 'otherVersion', 'otherLine'] as const;
export type Accepted = (typeof ACCEPTANCES)[number];

/** Another issue of a report: when and where, and what of the first it has. */
export const issueRecipe = fc.record({
  /** Modified later or at the same time elsewhere; at the same place, read later. */
  when: some<'later' | 'sameTime' | 'samePlace' | 'samePlaceOlder'>('later', 'later', 'sameTime', 'samePlace', 'samePlaceOlder'),
  rows: some<'changed' | 'equal' | 'empty' | 'cut'>('changed', 'changed', 'equal', 'empty', 'cut'),
  damage: some<Damage | null>(null, null, null, null, ...DAMAGES),
});

/** Reports of one account and region beyond those that sessions need. */
export const reportsRecipe = fc.record({
  account: some(0, 0, 0, 1),
  region: some(0, 0, 0, 0, 1),
  /** Days around the evening, from two days before, that have a report even without sessions. */
  emptyDays: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 10, size: 'max' }),
  /** Day (of the same count) whose report could not be read in whole, and how it ended. */
  damagedDay: fc.integer({ min: 0, max: 9 }),
  damage: some<Damage | null>(null, null, null, null, ...DAMAGES),
  /** Day whose report was issued again. */
  reissuedDay: fc.integer({ min: 1, max: 4 }),
  issues: fc.array(issueRecipe, { maxLength: 2, size: 'max' }),
  /** Where the place of a report says no account, only rows say one. */
  unplaced: inTen(2),
  accepted: some<Accepted>(...ACCEPTANCES),
  /** Reports of applications, which close nothing. */
  applications: inTen(3),
});

/** A file whose name and folders say no day: it speaks for its rows alone. */
export const freeFileRecipe = fc.record({
  sessions: fc.array(index, { minLength: 1, maxLength: 3 }),
  /** By how much ends differ from the true ones, milliseconds. */
  later: some(0, 0, -60_000, 60_000, 300_000),
  modifiedLater: inTen(5),
  damage: some<Damage | null>(...Array<null>(8).fill(null), 'partial', 'rejected'),
  accepted: some<Accepted>(...ACCEPTANCES),
});

/** An input that could not be opened; null: its place does not say. */
export const failedRecipe = fc.record({
  account: some<number | null>(0, 0, 1, null),
  region: some(0, 0, 1),
  day: some<number | null>(2, 3, 9, null),
  name: some<'sessions' | 'applications' | 'any'>('sessions', 'sessions', 'sessions', 'applications', 'any'),
  kind: some<'usage_report' | 'cloudtrail'>('usage_report', 'usage_report', 'usage_report', 'usage_report', 'cloudtrail'),
  accepted: some<Accepted>('no', 'no', 'anyVersion', 'otherVersion', 'otherLine'),
});

export type ReportsRecipe = Made<typeof reportsRecipe>;
export type IssueRecipe = Made<typeof issueRecipe>;
export type FreeFileRecipe = Made<typeof freeFileRecipe>;
