/** Sign-ins that CloudTrail shows (F§4). Of the credentials they issue only the access key id leaves this file. */
import type { EventRow } from '../../schemas/events-table.ts';
import type { LogonRow } from '../../schemas/logons-table.ts';
import { accountOfArn } from './event-resources.ts';
import { countOf, type JsonObject, objectOf, textOf } from './json-value.ts';

/** Validity of a streaming URL, seconds (F§4). */
const DEFAULT_VALIDITY = 60;
const MAX_VALIDITY = 604_800;

/** Who asks the private CA for the certificate of a certificate-based sign-in (F§4). */
const CERTIFICATE_USER = 'EcmAssumeRoleSession';

/** What CloudTrail writes in place of a user name that it hides: a failed sign-in may name a password. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** What codes of errors look like: `AccessDenied`, `Client.UnauthorizedOperation`. A message may quote what was typed. */
const CODE = /^[A-Za-z][\w.:#-]{0,127}$/;

/** The word of ConsoleLogin for a sign-in that failed, and ours where a record has no code. */
const FAILURE = 'Failure';

/** The columns that differ by kind. */
type Particulars = Pick<LogonRow, 'kind'> & Partial<LogonRow>;

/**
 * The sign-in that a record is.
 * @param event the same record as a row of `events`
 * @returns null when it is none
 */
export function readLogon(record: JsonObject, event: EventRow): LogonRow | null {
  const particulars = particularsOf(record, event);
  if (particulars === null) return null;
  const code = textOf(record['errorCode']);
  const succeeded = code === null && textOf(record['errorMessage']) === null && (particulars.success ?? true);
  return {
    event_id: event.event_id,
    logon_time_ms: event.event_time_ms,
    kind: particulars.kind,
    account_id: particulars.account_id ?? event.account_id ?? event.recipient_account_id,
    region: event.region,
    user_id: particulars.user_id === HIDDEN ? null : (particulars.user_id ?? null),
    authentication_type: particulars.authentication_type ?? null,
    source_address: event.source_address,
    role_arn: particulars.role_arn ?? null,
    caller_arn: particulars.caller_arn ?? null,
    success: succeeded,
    mfa: particulars.mfa ?? null,
    valid_seconds: particulars.valid_seconds ?? null,
    stack_name: particulars.stack_name ?? null,
    fleet_name: particulars.fleet_name ?? null,
    identity_provider: particulars.identity_provider ?? null,
    subject_type: particulars.subject_type ?? null,
    issued_access_key_id: particulars.issued_access_key_id ?? null,
    error_code: succeeded ? null : code !== null && CODE.test(code) ? code : FAILURE,
    record_sha256: event.record_sha256,
    source_file: event.source_file,
    source_index: event.source_index,
    ingested_at_ms: event.ingested_at_ms,
  };
}

function particularsOf(record: JsonObject, event: EventRow): Particulars | null {
  switch (event.event_name) {
    case 'AssumeRoleWithSAML':
      return event.event_source === 'sts.amazonaws.com' ? samlOf(record) : null;
    case 'CreateStreamingURL':
      return event.event_source === 'appstream.amazonaws.com' ? streamingUrlOf(record, event) : null;
    case 'IssueCertificate':
    case 'GetCertificate':
      return event.event_source === 'acm-pca.amazonaws.com' ? certificateOf(event) : null;
    case 'ConsoleLogin':
      return event.event_source === 'signin.amazonaws.com' ? consoleOf(record, event) : null;
    default:
      return null;
  }
}

function samlOf(record: JsonObject): Particulars {
  const request = objectOf(record['requestParameters']);
  const response = objectOf(record['responseElements']);
  const roleArn = textOf(request['roleArn']);
  return {
    kind: 'saml',
    account_id: accountOfArn(roleArn),
    user_id: textOf(objectOf(record['userIdentity'])['userName']) ?? textOf(response['subject']),
    authentication_type: 'SAML',
    role_arn: roleArn,
    identity_provider: textOf(request['principalArn']),
    subject_type: textOf(response['subjectType']),
    issued_access_key_id: textOf(objectOf(response['credentials'])['accessKeyId']),
  };
}

function streamingUrlOf(record: JsonObject, event: EventRow): Particulars {
  const request = objectOf(record['requestParameters']);
  return {
    kind: 'streaming_url',
    user_id: textOf(request['userId']),
    authentication_type: 'CUSTOM',
    caller_arn: event.principal_arn,
    valid_seconds: validityOf(request['validity']),
    stack_name: textOf(request['stackName']),
    fleet_name: textOf(request['fleetName']),
  };
}

function validityOf(value: unknown): number {
  const seconds = countOf(value);
  return seconds !== null && seconds >= 1 && seconds <= MAX_VALIDITY ? seconds : DEFAULT_VALIDITY;
}

function certificateOf(event: EventRow): Particulars | null {
  if (event.principal_name !== CERTIFICATE_USER && event.role_session_name !== CERTIFICATE_USER) return null;
  return { kind: 'certificate', caller_arn: event.principal_arn };
}

function consoleOf(record: JsonObject, event: EventRow): Particulars {
  const outcome = textOf(objectOf(record['responseElements'])['ConsoleLogin']);
  const mfa = textOf(objectOf(record['additionalEventData'])['MFAUsed']);
  return {
    kind: 'console',
    user_id: event.principal_name ?? event.role_session_name,
    caller_arn: event.principal_arn,
    success: outcome !== FAILURE,
    mfa: mfa === null ? null : mfa === 'Yes',
  };
}
