/** Copies of one record that differ in something that a verdict depends on (docs/verdicts.md, Duplicates). */
import type { EventRow } from '../../schemas/events-table.ts';
import { groupedBy } from './evidence-base.ts';
import { SERVICE_ROLE } from './roles.ts';

const DECIDING = [
  'join_time_ms',
  'time_precision',
  'event_source',
  'event_name',
  'event_category',
  'account_id',
  'recipient_account_id',
  'region',
  'source_address',
  'vpc_endpoint_id',
  'vpc_endpoint_account_id',
  'principal_type',
  'principal_arn',
  'principal_role',
  'principal_role_arn',
  'role_session_name',
  'principal_name',
  'access_key_id',
  'invoked_by',
  'source_identity',
  'on_behalf_of_user_id',
  'bucket',
  'key_account_id',
  'key_authentication_type',
  'key_user_hash',
  'object_key',
  'corrects_event_id',
] as const satisfies readonly (keyof EventRow)[];

/** The first copy of each distinct text, in the order given: one where copies do not conflict. */
export function distinctCopies(copies: readonly EventRow[]): EventRow[] {
  return groupedBy(copies, decidingText).map(([copy]) => copy as EventRow);
}

function decidingText(event: EventRow): string {
  const said = DECIDING.map((column) => event[column]);
  return JSON.stringify(event.principal_role === SERVICE_ROLE ? [...said, event.error_code, event.user_agent] : said);
}
