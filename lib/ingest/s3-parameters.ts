/** What a call on S3 asks for that findings look at: who else may read, with whose key, and whether a version goes for good. */
import type { EventRow } from '../../schemas/events-table.ts';
import { isObject, type JsonObject, objectOf, textOf } from './json-value.ts';

type Parameter = readonly [name: string, value: string];

const NONE: readonly Parameter[] = [];
const CUSTOMER_KEY = 'x-amz-server-side-encryption-customer-algorithm';
const KMS_KEY = 'x-amz-server-side-encryption-aws-kms-key-id';
/** Canned ACLs and groups that stand for everybody, or for everybody with an account. */
const PUBLIC_ACLS: ReadonlySet<string> = new Set(['public-read', 'public-read-write', 'authenticated-read']);
const PUBLIC_GROUPS = /acs\.amazonaws\.com\/groups\/global\/(AllUsers|AuthenticatedUsers)/;
const GRANTS = ['x-amz-grant-read', 'x-amz-grant-write', 'x-amz-grant-full-control', 'x-amz-grant-read-acp', 'x-amz-grant-write-acp'];
/** Of a list only so many entries are looked at. */
const MAX_ENTRIES = 100;

/**
 * Parameters by the names under which `event_parameters` keeps them: the header of a customer key; `kmsKey` and `kmsKeyAccount` of
 * a KMS key of another account than the caller's; `publicAcl`; `publicPolicy` (a statement that allows everybody without a
 * condition); `versionId` of a deleted version.
 * @param parameters `requestParameters` of the record
 */
export function readS3Parameters(
  parameters: unknown,
  event: Pick<EventRow, 'event_name' | 'account_id' | 'read_only'>,
): readonly Parameter[] {
  if (event.read_only === true || !isObject(parameters)) return NONE;
  const found: Parameter[] = [];
  const customer = firstText(parameters[CUSTOMER_KEY]);
  if (customer !== null) found.push([CUSTOMER_KEY, customer]);
  const key = firstText(parameters[KMS_KEY]) ?? (event.event_name === 'PutBucketEncryption' ? bucketKey(parameters) : null);
  const account = key === null ? null : (/^arn:[^:]*:kms:[^:]*:(\d{12}):/.exec(key)?.[1] ?? null);
  if (key !== null && account !== null && account !== event.account_id) found.push(['kmsKey', key], ['kmsKeyAccount', account]);
  const acl = publicAcl(parameters);
  if (acl !== null) found.push(['publicAcl', acl]);
  if (event.event_name === 'PutBucketPolicy' && hasPublicStatement(parameters['bucketPolicy'])) found.push(['publicPolicy', 'true']);
  const version = event.event_name === 'DeleteObject' ? firstText(parameters['versionId']) : null;
  if (version !== null) found.push(['versionId', version]);
  return found;
}

/** CloudTrail writes some headers as a list of one. */
function firstText(value: unknown): string | null {
  return textOf(Array.isArray(value) ? value[0] : value);
}

/** A list, or the one thing that stands for a list of one. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES);
  return value === undefined || value === null ? [] : [value];
}

function bucketKey(parameters: JsonObject): string | null {
  const configuration = objectOf(parameters['ServerSideEncryptionConfiguration']);
  const rules = [...listOf(configuration['Rule']), ...listOf(configuration['Rules'])];
  const keys = rules.map((rule) => textOf(objectOf(objectOf(rule)['ApplyServerSideEncryptionByDefault'])['KMSMasterKeyID']));
  return keys.find((key) => key !== null) ?? null;
}

/** What makes an ACL public; null when nothing does. */
function publicAcl(parameters: JsonObject): string | null {
  const canned = [parameters['x-amz-acl'], parameters['acl']].map(firstText).find((text) => text !== null && PUBLIC_ACLS.has(text));
  if (canned !== undefined && canned !== null) return canned;
  const headers = [parameters, objectOf(parameters['accessControlList'])].flatMap((of) =>
    GRANTS.map((name) => [name, firstText(of[name])]),
  );
  const header = headers.find(([, value]) => PUBLIC_GROUPS.test(value ?? ''));
  if (header !== undefined) return `${header[0]} to ${PUBLIC_GROUPS.exec(header[1] ?? '')?.[1]}`;
  const list = objectOf(objectOf(parameters['AccessControlPolicy'])['AccessControlList']);
  for (const grant of listOf(list['Grant'])) {
    const group = PUBLIC_GROUPS.exec(textOf(objectOf(objectOf(grant)['Grantee'])['URI']) ?? '')?.[1];
    if (group !== undefined) return `${textOf(objectOf(grant)['Permission']) ?? 'a permission'} to ${group}`;
  }
  return null;
}

function hasPublicStatement(policy: unknown): boolean {
  return listOf(objectOf(policy)['Statement']).some((statement) => {
    const { Effect, Principal, Condition } = objectOf(statement) as Readonly<Record<string, unknown>>;
    if (Effect !== 'Allow' || (isObject(Condition) && Object.keys(Condition).length > 0)) return false;
    return Principal === '*' || listOf(objectOf(Principal)['AWS']).includes('*');
  });
}
