/**
 * One line of a snapshot file: one page of a DescribeSessions sweep (F§3.1) in an envelope that says when, where and of
 * which fleets. Loose: what AWS adds to its answer passes. The messages say what is allowed, never what was found: they
 * are stored beside the input.
 */
import { z } from 'zod';
import { canonicalAddress } from '../lib/address.ts';
import { parseStart, parseTime } from '../lib/time.ts';

/** Seconds beyond this are milliseconds (or nonsense): the year 5138. */
const LATEST_SECONDS = 1e11;

const TIME_WANTED = 'must be a time such as 2026-03-02T10:05:00Z, or epoch seconds';

/** ISO text or epoch seconds, as the wire has them; comes out as epoch milliseconds. */
const timeBy = (parse: typeof parseTime) =>
  z.union([z.string(), z.number()], TIME_WANTED).transform((value, context) => {
    const ms = typeof value === 'number' ? secondsToMs(value) : (parse(value)?.ms ?? null);
    if (ms !== null) return ms;
    context.addIssue({ code: 'custom', message: TIME_WANTED });
    return z.NEVER;
  });
const time = timeBy(parseTime);
const startTime = timeBy(parseStart);

function secondsToMs(seconds: number): number | null {
  return seconds >= 0 && seconds < LATEST_SECONDS ? Math.round(seconds * 1000) : null;
}

const text = z.string('must be text');
const filled = text.refine((value) => value.trim() !== '', 'must not be empty');
const optional = text.nullish();
const address = z.string('must be an IP address').refine((value) => canonicalAddress(value) !== null, 'must be an IP address');

export const snapshotSessionSchema = z.looseObject(
  {
    Id: filled,
    UserId: filled,
    AuthenticationType: filled,
    StackName: optional,
    FleetName: optional,
    State: optional,
    ConnectionState: optional,
    StartTime: startTime.nullish(),
    NetworkAccessConfiguration: z
      .looseObject(
        { EniPrivateIpAddress: address.nullish(), EniIpv6Addresses: z.array(address).nullish(), EniId: optional },
        'must be an object',
      )
      .nullish(),
    InstanceId: optional,
    InstanceDrainStatus: optional,
  },
  'must be an object',
);

/** The envelope of a page; its sessions are looked at one by one, so that a bad one costs only itself. */
export const snapshotPageSchema = z.looseObject({
  time,
  account: z.string('must be text of 12 digits').regex(/^\d{12}$/, 'must be text of 12 digits'),
  region: filled,
  fleets: z.array(filled, 'must be a list of names').nullish(),
  complete: z.boolean('must be true or false').nullish(),
  NextToken: z.unknown().optional(),
  nextToken: z.unknown().optional(),
});

/** What says which sweep a page is of, also where the page itself cannot be read. */
export const snapshotSweepSchema = snapshotPageSchema.pick({ time: true, account: true, region: true });

export type SnapshotSession = z.output<typeof snapshotSessionSchema>;
export type SnapshotPage = z.output<typeof snapshotPageSchema>;
export type SnapshotSweep = z.output<typeof snapshotSweepSchema>;
