import type { Row, Table } from './table.ts';

/**
 * One event in scope with its verdict; repeats what a responder filters on, so that one table answers most questions.
 * On one machine it is Parquet by day, as the landing tables are: written in a third of the time that rows of the database
 * take, and open to any tool. A run replaces the file of a day whole; the ledger says which file is the day's.
 */
export const attributions = {
  name: 'attributions',
  doc: 'One event in scope with its verdict, and the event and session columns a responder filters on.',
  key: ['event_id', 'event_time'],
  kind: 'answer',
  dt: 'the event',
  columns: {
    event_id: { type: 'text', required: true, doc: 'Event id.' },
    event_time: { type: 'timestamp', doc: '`eventTime`, UTC.' },
    event_time_ms: { type: 'bigint', required: true, doc: '`event_time` as epoch milliseconds.' },
    join_time: { type: 'timestamp', doc: 'The time the event was joined at, UTC.' },
    join_time_ms: { type: 'bigint', required: true, doc: '`join_time` as epoch milliseconds.' },
    event_source: { type: 'text', required: true, doc: 'AWS service.' },
    event_name: { type: 'text', required: true, doc: 'Call.' },
    event_category: { type: 'text', required: true, doc: '`Data`, `Management` …' },
    action: { type: 'text', required: true, doc: '`read`, `list`, `write`, `delete` or `admin`.' },
    multipart_step: { type: 'text', doc: 'Step of a multipart upload; count `complete`, sum the bytes of `part`.' },
    account_id: { type: 'text', doc: "The caller's account." },
    network_account_id: {
      type: 'text',
      doc: 'Account whose sessions were considered (docs/verdicts.md, Network account). Of an endpoint with several accounts: that of the session shown, else null. Null, too, when it is nobody’s.',
    },
    region: { type: 'text', doc: 'Region of the call.' },
    bucket: { type: 'text', doc: 'Bucket.' },
    object_key: { type: 'text', doc: 'Object key, raw.' },
    copy_source: { type: 'text', doc: 'Source of a copy, raw.' },
    copy_source_bucket: {
      type: 'text',
      doc: 'Bucket that a copy was made from, decoded from `copy_source`; the ARN of an access point where that is named in its place. Null in rows of schema version 2.',
    },
    copy_source_key: {
      type: 'text',
      doc: 'Key that a copy was made from, decoded from `copy_source`, so that it compares with `object_key`.',
    },
    copy_source_version_id: { type: 'text', doc: 'Version that a copy was made from, where `copy_source` names one.' },
    access_point: { type: 'text', doc: 'ARN or alias of the access point that the call went through; `bucket` is the bucket behind it.' },
    list_prefix: { type: 'text', doc: '`requestParameters.prefix` of a listing; null where all of the bucket was listed.' },
    version_id: { type: 'text', doc: 'Version that the call asked for, else the one that it made (`x-amz-version-id`).' },
    delete_effect: {
      type: 'text',
      doc: 'Of DeleteObject: `version` when it removed the version that it named, `marker` when it left a delete marker; null where the record does not tell.',
    },
    acl: { type: 'text', doc: '`x-amz-acl` of the call, else the names of its grant headers.' },
    encryption: {
      type: 'text',
      doc: 'Encryption that the call asked for or got: `SSE-C` with a key of the customer, else `x-amz-server-side-encryption` or `SSEApplied` as they came.',
    },
    kms_key_id: { type: 'text', doc: '`x-amz-server-side-encryption-aws-kms-key-id` as it came.' },
    bytes_in: { type: 'bigint', doc: 'Bytes received by S3.' },
    bytes_out: { type: 'bigint', doc: 'Bytes sent by S3.' },
    error_code: { type: 'text', doc: 'Error of a failed call; null when it succeeded.' },
    source_address: { type: 'text', doc: 'Source address, canonical.' },
    source_address_kind: { type: 'text', required: true, doc: '`private`, `public`, `ipv6`, `service`, `internal` or `none`.' },
    vpc_endpoint_id: { type: 'text', doc: 'VPC endpoint of the call.' },
    principal_type: { type: 'text', doc: 'Type of the caller.' },
    principal_arn: { type: 'text', doc: 'Caller.' },
    principal_role: { type: 'text', doc: 'Role of the caller.' },
    role_session_name: { type: 'text', doc: 'Role session name of the caller: a fleet may put the instance id there (F§6).' },
    access_key_id: { type: 'text', doc: 'Access key id of the call.' },
    user_agent: { type: 'text', doc: 'User agent.' },
    request_id: { type: 'text', doc: 'Request id.' },
    fleet_side: {
      type: 'boolean',
      required: true,
      doc: 'True when the event was made by a fleet role or AmazonAppStreamServiceAccess, or from an address of a fleet or one that a session held.',
    },
    verdict: { type: 'text', required: true, doc: '`attributed`, `ambiguous`, `pending`, `unattributed` or `not_joinable`.' },
    reason: { type: 'text', required: true, doc: 'Why: the reasons of `docs/verdicts.md`.' },
    final: {
      type: 'boolean',
      required: true,
      doc: 'True when every report day that could matter is closed, nothing of it is unread, and no candidate is disputed or rests on snapshots alone. Later evidence may still change it; the change is kept.',
    },
    closed_by: {
      type: 'text',
      doc: 'How the day of `join_time` was closed for the network account: `report`, `time` (a report never came), `snapshots` (provisionally); null while evidence is open.',
    },
    verdict_row: { type: 'text', required: true, doc: 'Row of the table in `docs/verdicts.md` that decided: `0` to `9`, or `S`.' },
    corroborated: {
      type: 'boolean',
      required: true,
      doc: "True when a second sign names the same user: a home-folder key, the caller's own credentials, or the instance in the role session name. Address and instance of a session are one source: one report row says both.",
    },
    self_named_user: {
      type: 'text',
      doc: 'The person whom the credentials name, where AWS and not the caller chose the name; `identity.users` applied. Whatever the verdict.',
    },
    foreign_credentials: {
      type: 'text',
      doc: 'ARN of the IAM user, root user, federated user or shared role whose credentials made the call although they name no person, or of any caller of an account that is not ours (`account 999988887777` where the record has no ARN); null for all other callers.',
    },
    user_id: { type: 'text', doc: 'The user; set only when the verdict is `attributed`.' },
    user_key: { type: 'text', doc: 'Account, authentication type and user id; set only when the verdict is `attributed`.' },
    authentication_type: {
      type: 'text',
      doc: 'Authentication type of that user; of a person whom only the credentials name: `IDENTITY_CENTER`, `SAML`, `SOURCE_IDENTITY` or `IAM_USER`.',
    },
    session_id: {
      type: 'text',
      doc: "The named user's session: one that contains the time before others, then the latest start, then the greatest id. Null when only a key or the caller's own credentials name the user.",
    },
    session_start: { type: 'timestamp', doc: 'Start of that session, UTC.' },
    session_start_ms: { type: 'bigint', doc: '`session_start` as epoch milliseconds.' },
    session_end: { type: 'timestamp', doc: 'End of that session, UTC; for a session known from snapshots only, its last sighting.' },
    session_end_ms: { type: 'bigint', doc: '`session_end` as epoch milliseconds.' },
    fleet_name: { type: 'text', doc: 'Fleet of that session.' },
    stack_name: { type: 'text', doc: 'Stack of that session.' },
    instance_id: { type: 'text', doc: 'Instance of that session, else the instance that the role session name names.' },
    candidate_count: { type: 'bigint', required: true, doc: 'Distinct users (by user key) that the evidence points to, leads included.' },
    candidate_user_ids: { type: 'text[]', required: true, doc: 'Their ids, sorted, at most ten.' },
    candidate_session_ids: { type: 'text[]', required: true, doc: 'Their sessions, sorted, at most ten.' },
    object_owner_user_id: {
      type: 'text',
      doc: 'Whose home folder or settings the key names, when that user is known; the owner, not necessarily the caller.',
    },
    object_owner_hash: {
      type: 'text',
      doc: 'SHA-256 of the user id that a home-folder or settings key carries, known or not: a user who is reported later is found by it.',
    },
    logon_event_id: { type: 'text', doc: 'The logon linked to the session.' },
    logon_time: { type: 'timestamp', doc: 'Its time, UTC.' },
    logon_time_ms: { type: 'bigint', doc: '`logon_time` as epoch milliseconds.' },
    logon_source_address: { type: 'text', doc: 'Its source address.' },
    source_file: { type: 'text', required: true, doc: 'Log file of the record that was judged.' },
    source_index: { type: 'bigint', required: true, doc: 'Place in that file, from 0.' },
    record_sha256: { type: 'text', required: true, doc: 'SHA-256 of that record.' },
    run_id: { type: 'text', required: true, doc: 'The run that first gave this row as it is.' },
  },
} as const satisfies Table;

export type AttributionRow = Row<typeof attributions>;
