/** What lies in a source bucket beside what is looked for there. */

import { folderTables } from '../../schemas/tables.ts';
import type { InputKind } from '../ingest/reader.ts';
import { siblingOf } from '../ingest/sibling.ts';
import { CLOUD_PREFIXES } from '../lake/cloud-layout.ts';

/** Sweeps are written into the central bucket by the program itself and read from there. */
export const SWEEP_PREFIX = `${CLOUD_PREFIXES.raw}describe-sessions/`;

/** Records of session checks, written and read likewise. */
export const CHECK_PREFIX = `${CLOUD_PREFIXES.raw}session-checks/`;

/** What the program writes into the central bucket to read it from there. */
const OWN_INPUTS: Readonly<Partial<Record<InputKind, string>>> = { snapshot: SWEEP_PREFIX, session_check: CHECK_PREFIX };

const OWN_PREFIXES = [...Object.values(CLOUD_PREFIXES), 'control/', ...folderTables.map(({ name }) => `${name}/dt=`)];

/**
 * Whether an object is no input at all and is passed over without a trace: a folder's marker, what the program itself
 * wrote into the central bucket, what AWS and desktops leave beside inputs.
 */
export function isPassedOver(kind: InputKind, object: { readonly bucket: string; readonly key: string }, centralBucket: string): boolean {
  const { bucket, key } = object;
  if (key.endsWith('/')) return true;
  const own = OWN_INPUTS[kind];
  if (bucket === centralBucket && !(own !== undefined && key.startsWith(own))) return OWN_PREFIXES.some((prefix) => key.startsWith(prefix));
  return siblingOf(kind, key)?.isService === false;
}

/** The service whose log this is instead of one of the kind; null when nothing says so. */
export function otherService(kind: InputKind, key: string): string | null {
  const sibling = siblingOf(kind, key);
  return sibling?.isService ? sibling.name : null;
}
