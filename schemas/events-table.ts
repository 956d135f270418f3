import type { Row, Table } from './table.ts';

/** One CloudTrail record, normalised. Every well-formed record is kept, whatever its service. */
export const events = {
  name: 'events',
  doc: 'One CloudTrail record, normalised. Every well-formed record is kept, duplicates included: `correlate` resolves them.',
  key: ['event_id', 'event_time'],
  kind: 'landing',
  dt: 'the event (eventTime)',
  columns: {
    event_id: { type: 'text', required: true, doc: '`eventID` of the record.' },
    event_time: { type: 'timestamp', doc: '`eventTime`: when the request completed, UTC, second precision (F§5.2).' },
    event_time_ms: { type: 'bigint', required: true, doc: '`event_time` as milliseconds since 1970-01-01T00:00:00Z.' },
    join_time: {
      type: 'timestamp',
      doc: 'The time an event is joined at: `additionalEventData.startTime` where there is one, else `eventTime`, UTC.',
    },
    join_time_ms: { type: 'bigint', required: true, doc: '`join_time` as epoch milliseconds.' },
    refused_start_ms: {
      type: 'bigint',
      doc: '`additionalEventData.startTime` that is not believed, epoch milliseconds: after the completion, or longer before it than such a request takes. `join_time` is then `eventTime`.',
    },
    time_precision: {
      type: 'text',
      required: true,
      doc: '`ms` when `join_time` is known to the millisecond, `s` when only its second is known.',
    },
    event_source: { type: 'text', required: true, doc: '`eventSource`, for example `s3.amazonaws.com`.' },
    event_name: { type: 'text', required: true, doc: '`eventName`. ListObjectsV2 is logged as `ListObjects` (F§5.1).' },
    event_category: {
      type: 'text',
      required: true,
      doc: '`Data` or `Management` (or what AWS wrote); for records older than version 1.07 inferred from the event.',
    },
    event_type: { type: 'text', doc: '`eventType`, for example `AwsApiCall`.' },
    event_version: { type: 'text', doc: '`eventVersion` of the record.' },
    action: {
      type: 'text',
      required: true,
      doc: '`read`, `list`, `write`, `delete` or `admin`. S3: read or list when read-only, delete for Delete*, otherwise write. Other services: read or list when read-only, admin for management events, otherwise write.',
    },
    read_only: { type: 'boolean', doc: '`readOnly`; where the record has none, inferred from the event name.' },
    multipart_step: {
      type: 'text',
      doc: '`create`, `part`, `complete`, `abort` or `list` for the calls of a multipart upload, else null. An upload counts once (complete); its bytes are those of its parts (F§5.1).',
    },
    upload_id: { type: 'text', doc: '`requestParameters.uploadId` of a multipart call.' },
    account_id: { type: 'text', doc: "The caller's account (`userIdentity.accountId`); null when the record does not say." },
    recipient_account_id: { type: 'text', doc: '`recipientAccountId`: the account whose trail delivered this copy.' },
    region: { type: 'text', doc: '`awsRegion`. For global services not the region of the file (F§5.4).' },
    source_address: {
      type: 'text',
      doc: '`sourceIPAddress`; IP addresses in canonical form (IPv6 as in RFC 5952), anything else as it came.',
    },
    source_address_kind: {
      type: 'text',
      required: true,
      doc: '`private`, `public`, `ipv6`, `service` (a DNS name), `internal` (AWS Internal) or `none` (missing, `-`, a list, not an address).',
    },
    source_address_hex: {
      type: 'text',
      doc: 'The address as fixed-width lower-case hex (8 digits IPv4, 32 digits IPv6), so that ranges compare as text; null when it is no single IP address.',
    },
    vpc_endpoint_id: {
      type: 'text',
      doc: '`vpcEndpointId`. Alone it proves nothing: AWS-service and console calls carry AWS-owned ones (F§0.3).',
    },
    vpc_endpoint_account_id: { type: 'text', doc: '`vpcEndpointAccountId` (records of version 1.09 and later).' },
    principal_type: { type: 'text', doc: '`userIdentity.type`.' },
    principal_id: { type: 'text', doc: '`userIdentity.principalId`.' },
    principal_arn: { type: 'text', doc: '`userIdentity.arn`.' },
    principal_name: { type: 'text', doc: '`userIdentity.userName` (IAM user or SAML NameID).' },
    principal_role: { type: 'text', doc: 'Name of the assumed role (session issuer), path left out.' },
    principal_role_arn: { type: 'text', doc: 'ARN of the assumed role (session issuer).' },
    role_session_name: { type: 'text', doc: 'The role session name: the last part of the assumed-role ARN.' },
    access_key_id: { type: 'text', doc: 'Access key id of the call: an identifier, not a secret.' },
    source_identity: {
      type: 'text',
      doc: '`sessionContext.sourceIdentity`: set when the role was first assumed, unchangeable after that (F§5.7).',
    },
    on_behalf_of_user_id: {
      type: 'text',
      doc: '`userIdentity.onBehalfOf.userId`: id of the IAM Identity Center user for whom the call was made; set by AWS (F§5.7).',
    },
    identity_store_arn: { type: 'text', doc: '`userIdentity.onBehalfOf.identityStoreArn`: the identity store of that user.' },
    credential_id: {
      type: 'text',
      doc: '`userIdentity.credentialId`: id of the credentials of a call with an IAM Identity Center token; an identifier, not a secret.',
    },
    in_scope_type: {
      type: 'text',
      doc: '`userIdentity.inScopeOf.issuerType`: kind of compute that the credentials were issued to, for example `AWS::Lambda::Function` (F§5.7).',
    },
    in_scope_resource: {
      type: 'text',
      doc: '`userIdentity.inScopeOf.credentialsIssuedTo`: the function or instance that the credentials were issued to.',
    },
    ec2_role_delivery: {
      type: 'text',
      doc: '`sessionContext.ec2RoleDelivery`: version of the instance metadata service that handed out the credentials, `1.0` or `2.0`.',
    },
    invoked_by: { type: 'text', doc: '`userIdentity.invokedBy`: the service that made the call.' },
    bucket: { type: 'text', doc: 'Bucket name (`requestParameters.bucketName`, else from `resources`).' },
    object_key: { type: 'text', doc: 'Object key, raw as CloudTrail writes it: not URL-decoded (F§5.2).' },
    copy_source: { type: 'text', doc: '`x-amz-copy-source` of CopyObject and UploadPartCopy, as it came.' },
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
    key_account_id: { type: 'text', doc: 'Account in the name of a home-folder or settings bucket (F§2.2).' },
    key_authentication_type: {
      type: 'text',
      doc: '`CUSTOM`, `SAML` or `USERPOOL`: the folder mode (custom, federated, userpool) of a home-folder or settings key.',
    },
    key_user_hash: { type: 'text', doc: 'Lower-case hex SHA-256 of the exact user id, from a home-folder or settings key (F§2.2).' },
    bytes_in: { type: 'bigint', doc: '`bytesTransferredIn`, whole bytes; raw files carry floats such as 1376.0 (F§5.2).' },
    bytes_out: { type: 'bigint', doc: '`bytesTransferredOut`, whole bytes.' },
    request_id: { type: 'text', doc: '`requestID`: joins to server access logs.' },
    error_code: { type: 'text', doc: '`errorCode`; null when the call succeeded.' },
    tls_version: {
      type: 'text',
      doc: '`tlsDetails.tlsVersion`; `unknown` where the record has only a cipher suite, as older ones of S3; null when nothing in it tells of TLS.',
    },
    resource_account_id: { type: 'text', doc: 'Account that owns the bucket or resource (from `resources`).' },
    user_agent: { type: 'text', doc: '`userAgent` as it came.' },
    shared_event_id: {
      type: 'text',
      doc: '`sharedEventID`: the same call as delivered to several accounts; never a key by itself (F§5.2).',
    },
    corrects_event_id: { type: 'text', doc: '`addendum.originalEventID`: the event this record supersedes.' },
    corrects_request_id: { type: 'text', doc: '`addendum.originalRequestID`: the request id of the event this record claims to correct.' },
    correction_reason: { type: 'text', doc: '`addendum.reason`.' },
    record_sha256: { type: 'text', required: true, doc: 'Lower-case hex SHA-256 of the bytes of the record in its file.' },
    source_file: { type: 'text', required: true, doc: 'Location of the input it came from.' },
    source_index: { type: 'bigint', required: true, doc: 'Place of the record in that input, from 0.' },
    ingested_at: { type: 'timestamp', doc: 'When it was ingested, UTC.' },
    ingested_at_ms: { type: 'bigint', required: true, doc: '`ingested_at` as epoch milliseconds.' },
  },
} as const satisfies Table;

export type EventRow = Row<typeof events>;
