import type { Row, Table } from './table.ts';

/** One sign-in that CloudTrail shows (F§4). */
export const logons = {
  name: 'logons',
  doc: 'One sign-in. User-pool sign-ins leave no CloudTrail event (F§4), so a session without a logon is no error.',
  key: ['event_id'],
  kind: 'landing',
  dt: 'the sign-in (eventTime)',
  columns: {
    event_id: { type: 'text', required: true, doc: '`eventID` of the CloudTrail record; the same record is also in `events`.' },
    logon_time: { type: 'timestamp', doc: '`eventTime`, UTC.' },
    logon_time_ms: { type: 'bigint', required: true, doc: '`logon_time` as epoch milliseconds.' },
    kind: {
      type: 'text',
      required: true,
      doc: '`saml` (AssumeRoleWithSAML), `streaming_url` (CreateStreamingURL), `certificate` (IssueCertificate or GetCertificate by EcmAssumeRoleSession) or `console` (ConsoleLogin).',
    },
    account_id: { type: 'text', doc: 'Account the sign-in is for: that of the role (saml), else of the caller or recipient.' },
    region: { type: 'text', doc: '`awsRegion`.' },
    user_id: {
      type: 'text',
      doc: 'Exact user id: the SAML NameID, the `userId` of the streaming URL, or the console user; null for certificates.',
    },
    authentication_type: { type: 'text', doc: '`SAML` or `CUSTOM`, as the sessions report names them; null where it is neither.' },
    source_address: { type: 'text', doc: "Address of the sign-in; not always the user's: IAM Identity Center logs its own (F§4)." },
    role_arn: { type: 'text', doc: 'Role assumed with SAML.' },
    caller_arn: { type: 'text', doc: 'Who called: the portal of a streaming URL, the console principal.' },
    success: { type: 'boolean', required: true, doc: 'False when the record has an error or says Failure.' },
    mfa: { type: 'boolean', doc: 'Whether MFA was used, where the record says (console).' },
    valid_seconds: {
      type: 'bigint',
      doc: 'How long the logon may start a session: the validity of a streaming URL (default 60 s, at most 604,800 s, F§4); null for others.',
    },
    stack_name: { type: 'text', doc: 'Stack named by the streaming URL.' },
    fleet_name: { type: 'text', doc: 'Fleet named by the streaming URL.' },
    identity_provider: { type: 'text', doc: 'SAML provider ARN (`requestParameters.principalArn`).' },
    subject_type: { type: 'text', doc: 'SAML subject type (persistent, transient …).' },
    issued_access_key_id: {
      type: 'text',
      doc: 'Access key id that the sign-in issued: an identifier; the secret and the token never enter the lake.',
    },
    error_code: {
      type: 'text',
      doc: '`errorCode` of a sign-in that failed; `Failure` where the record has none. Never a message: it may quote what was typed.',
    },
    record_sha256: { type: 'text', required: true, doc: 'Lower-case hex SHA-256 of the bytes of the record.' },
    source_file: { type: 'text', required: true, doc: 'Location of the input it came from.' },
    source_index: { type: 'bigint', required: true, doc: 'Place of the record in that input, from 0.' },
    ingested_at: { type: 'timestamp', doc: 'When it was ingested, UTC.' },
    ingested_at_ms: { type: 'bigint', required: true, doc: '`ingested_at` as epoch milliseconds.' },
  },
} as const satisfies Table;

export type LogonRow = Row<typeof logons>;
