/** Whether a row of a sessions report contradicts its place or itself (docs/verdicts.md, Disputed sessions). */
import type { ReportLocation } from './report-location.ts';

/** What a row says of its user, and from where. Texts are as written; null where the row has none. */
export interface SaidOfUser {
  readonly userId: string;
  readonly accountId: string;
  readonly region: string;
  readonly userArn: string | null;
  readonly authenticationTypeUserId: string | null;
}

/** Region, account and resource of an ARN of AppStream. The user id may hold anything, so only the front is looked at. */
const APPSTREAM_ARN = /^arn:[^:]*:appstream:([^:]*):([^:]*):(.*)$/is;
const USER = /^user\//i;

/** Ids that nobody can read: a UUID, the hex digits of a digest. */
const OPAQUE = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,64})$/i;

/**
 * What contradicts user, account or region of a row: `account`, `region`, `user_arn`, `authentication_type_user_id`, joined
 * by a blank; null when nothing does. The formats of the last two are not documented (F§1.2): what cannot be read is not
 * compared.
 * @param place what the location of the report says; its nulls contradict nothing
 */
export function contradictionOf(row: SaidOfUser, place: ReportLocation): string | null {
  const { userArn, authenticationTypeUserId: typed } = row;
  const found = [
    place.accountId !== null && place.accountId !== row.accountId ? 'account' : null,
    place.region !== null && !sameText(place.region, row.region) ? 'region' : null,
    userArn !== null && namesAnother(userArn, row) ? 'user_arn' : null,
    typed !== null && joinsAnother(typed, row.userId) ? 'authentication_type_user_id' : null,
  ].filter((each) => each !== null);
  return found.length > 0 ? found.join(' ') : null;
}

/** A type at either end of `authentication_type_user_id`, with what separates it from the id. */
const TYPE = '(?:custom|api|saml|federated|userpool|aws_ad)';
const TYPE_BEFORE = new RegExp(`^${TYPE}[-_/:|. ]*`, 'i');
const TYPE_AFTER = new RegExp(`[-_/:|. ]*${TYPE}$`, 'i');

/** True when id and type joined, in whatever order and by whatever separator, are those of another user. */
function joinsAnother(typed: string, userId: string): boolean {
  const text = typed.trim();
  const names = [text, text.replace(TYPE_BEFORE, ''), text.replace(TYPE_AFTER, '')];
  if (names.some((name) => OPAQUE.test(name))) return false;
  return !names.some((name) => sameText(name, userId) || sameText(name, userId.trim()));
}

/** True when an ARN is that of a user of AppStream and names another region, account or user. */
function namesAnother(arn: string, { userId, accountId, region }: SaidOfUser): boolean {
  const [, arnRegion = '', arnAccount = '', resource = ''] = APPSTREAM_ARN.exec(arn.trimStart()) ?? [];
  if (!USER.test(resource)) return false;
  if (arnRegion !== '' && !sameText(arnRegion, region)) return true;
  if (arnAccount !== '' && arnAccount !== accountId) return true;
  const names = namesIn(resource.replace(USER, ''));
  const isReadable = names.every((name) => name.trim() !== '' && !OPAQUE.test(name.trim()));
  // an id with blanks at its end is another one than that without, but who wrote the ARN may have added some
  return isReadable && !names.some((name) => sameText(name, userId) || sameText(name.trim(), userId));
}

/** What may be the user in `mode/user`: an unknown mode may be part of the id, and either may be percent-encoded. */
function namesIn(rest: string): string[] {
  const slash = rest.indexOf('/');
  const written = slash < 0 ? [rest] : [rest.slice(slash + 1), rest];
  return [...new Set(written.flatMap((each) => [each, percentDecoded(each)]))];
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // a percent sign that encodes nothing is part of the name
    return text;
  }
}

/** Equal but for case. */
function sameText(a: string, b: string): boolean {
  return folded(a) === folded(b);
}

/** Nobody documents in which case these columns are written. */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
