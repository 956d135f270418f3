/** Records and sessions that the golden folders of findings are made of, and what a folder is. */

export type Json = Record<string, unknown>;

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
/** Records and sessions without a date are of this day. */
const DAY = '2026-03-02';

const full = (time: string) => `${time.includes('T') ? time : `${DAY}T${time}`}Z`;

/** Who calls: by name of a role and of its session, or as IAM user. */
export const assumed = (role: string, session = 'i-0a1b2c3d4e5f60001', key = 'ASIAEXAMPLE00000001'): Json => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${session}`,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
  accountId: ACCOUNT,
  accessKeyId: key,
  sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${ACCOUNT}:role/${role}`, accountId: ACCOUNT, userName: role } },
});
export const iamUser = (name: string): Json => ({
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE',
  arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
  accountId: ACCOUNT,
  userName: name,
});

/** A call on an object of the bucket `data` by the fleet's role, from alice's address unless said otherwise. */
export function s3(
  time: string,
  eventName: string,
  more: Json & { bucket?: string; key?: string; owner?: string; bytes?: number } = {},
): Json {
  const { bucket = 'data', key = 'a.csv', owner = ACCOUNT, bytes = 100, requestParameters = {}, ...over } = more;
  return {
    ...{ eventVersion: '1.11', eventTime: full(time), eventSource: 's3.amazonaws.com', eventName, awsRegion: REGION },
    ...{ sourceIPAddress: '10.0.1.25', userAgent: '[aws-cli/2]', userIdentity: assumed('FleetRole') },
    requestParameters: { bucketName: bucket, key, ...(requestParameters as Json) },
    additionalEventData: { bytesTransferredIn: 0, bytesTransferredOut: bytes },
    readOnly: /^(Get|List|Head)/.test(eventName),
    resources: [
      { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` },
      { accountId: owner, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
    ],
    ...{
      eventType: 'AwsApiCall',
      managementEvent: false,
      recipientAccountId: ACCOUNT,
      vpcEndpointId: 'vpce-0a1b2c3d',
      eventCategory: 'Data',
    },
    tlsDetails: { tlsVersion: 'TLSv1.3' },
    ...over,
  };
}

/** A call on the control plane, by an administrator from outside unless said otherwise. */
export function call(time: string, service: string, eventName: string, requestParameters: Json | null = null, over: Json = {}): Json {
  return {
    ...{ eventVersion: '1.11', eventTime: full(time), eventSource: `${service}.amazonaws.com`, eventName, awsRegion: REGION },
    ...{ sourceIPAddress: '203.0.113.9', userAgent: '[aws-cli/2]', userIdentity: assumed('AdminRole', 'dave') },
    ...{ requestParameters, readOnly: /^(Get|List|Describe)/.test(eventName), eventType: 'AwsApiCall', managementEvent: true },
    ...{ recipientAccountId: ACCOUNT, eventCategory: 'Management', tlsDetails: { tlsVersion: 'TLSv1.3' } },
    ...over,
  };
}

/** From within alice's session. */
export const FROM_SESSION: Json = { sourceIPAddress: '10.0.1.25', userIdentity: assumed('FleetRole'), vpcEndpointId: 'vpce-0a1b2c3d' };
export const DENIED: Json = { errorCode: 'AccessDenied', errorMessage: 'Access Denied' };

/** A sign-in by SAML with the role AppStreamUsers. */
export function saml(time: string, user: string, address = '203.0.113.9', over: Json = {}): Json {
  const role = `arn:aws:iam::${ACCOUNT}:role/AppStreamUsers`;
  return call(
    time,
    'sts',
    'AssumeRoleWithSAML',
    { roleSessionName: user, roleArn: role },
    {
      ...{ sourceIPAddress: address, userIdentity: { type: 'SAMLUser', principalId: `x:${user}`, userName: user }, readOnly: true },
      responseElements: { subject: user, subjectType: 'persistent' },
      ...over,
    },
  );
}

/** A sign-in to the console. */
export function consoleLogin(time: string, identity: Json, address: string, outcome: 'Success' | 'Failure', mfa: 'Yes' | 'No'): Json {
  return call(time, 'signin', 'ConsoleLogin', null, {
    ...{ sourceIPAddress: address, userIdentity: identity, eventType: 'AwsConsoleSignIn', responseElements: { ConsoleLogin: outcome } },
    additionalEventData: { MFAUsed: mfa },
    ...(outcome === 'Failure' ? { errorMessage: 'Failed authentication' } : {}),
  });
}

/** Fields of version 5, in an order of their own. */
const FLOW_FIELDS = [
  ...[
    'version',
    'account-id',
    'interface-id',
    'srcaddr',
    'dstaddr',
    'srcport',
    'dstport',
    'protocol',
    'packets',
    'bytes',
    'start',
    'end',
    'action',
    'log-status',
  ],
  ...['tcp-flags', 'pkt-srcaddr', 'pkt-dstaddr', 'pkt-dst-aws-service', 'flow-direction', 'traffic-path', 'region', 'vpc-id'],
];

/** Values of a flow that differ from those of a minute of TCP that alice's session began, to 203.0.113.9 port 443. */
export type Flow = Readonly<Record<string, string | number>>;

/** @param time first second, `seconds` its length */
export function flow(time: string, over: Flow & { seconds?: number } = {}): Flow {
  const { seconds = 59, ...values } = over;
  const start = Date.parse(full(time)) / 1000;
  const [srcaddr, dstaddr] = [values['srcaddr'] ?? '10.0.1.25', values['dstaddr'] ?? '203.0.113.9'];
  return {
    ...{ version: 5, 'account-id': ACCOUNT, 'interface-id': 'eni-0a1b', srcaddr, dstaddr, srcport: 49152, dstport: 443, protocol: 6 },
    ...{ packets: 10, bytes: 1000, start, end: start + seconds, action: 'ACCEPT', 'log-status': 'OK', 'tcp-flags': 2 },
    ...{ 'pkt-srcaddr': srcaddr, 'pkt-dstaddr': dstaddr, 'pkt-dst-aws-service': '-', 'flow-direction': 'egress', 'traffic-path': 8 },
    ...{ region: '-', 'vpc-id': '-' },
    ...values,
  };
}

/** A flow log. @param isDefault of the default format, which knows neither flags nor services */
export function flowLog(flows: readonly Flow[], isDefault: boolean): string {
  const fields = isDefault ? FLOW_FIELDS.slice(0, 14) : FLOW_FIELDS;
  return [fields, ...flows.map((each) => fields.map((field) => (isDefault && field === 'version' ? 2 : each[field])))]
    .map((line) => `${line.join(' ')}\n`)
    .join('');
}

export interface ReportedSession {
  readonly id?: string;
  readonly user?: string;
  readonly authentication?: 'SAML' | 'CUSTOM' | 'USERPOOL';
  readonly start?: string;
  readonly end?: string;
  readonly address?: string;
  readonly devices?: string;
  /** Null: the report does not say. */
  readonly multi?: boolean | null;
  readonly connected?: boolean;
  readonly fleet?: string;
  readonly account?: string;
  /** `user_arn` of the row. */
  readonly arn?: string;
  readonly instance?: string;
  /** Columns of the report that are ENABLED, or true. */
  readonly open?: readonly string[];
}

const SETTINGS = [
  'clipboard_copy_from_local_device',
  'clipboard_copy_to_local_device',
  'file_upload',
  'file_download',
  'printing_to_local_device',
];

/** The reports of the days on which the sessions end, by file name. */
export function reportsOf(sessions: readonly ReportedSession[]): Map<string, string> {
  const days = new Map<string, ReportedSession[]>();
  for (const session of sessions) {
    const day = full(session.end ?? '11:00:00').slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), session]);
  }
  return new Map([...days].map(([day, of]) => [`daily-session-report-${day}.csv`, reportText(of)]));
}

/** A sessions report. Columns that no session fills are left out, as in older formats. */
export function reportText(sessions: readonly ReportedSession[]): string {
  const hasArn = sessions.some(({ arn }) => arn !== undefined);
  const hasInstance = sessions.some(({ instance }) => instance !== undefined);
  const header = [
    ...[
      'user_session_id',
      'aws_account_id',
      'region',
      'session_start_time',
      'session_end_time',
      'user_id',
      'authentication_type',
      'fleet_name',
      'stack_name',
    ],
    ...[
      'eni_private_ip_address',
      'connected_at_least_once',
      'client_ip_addresses',
      'google_drive_enabled',
      'one_drive_enabled',
      'is_multisession',
    ],
    ...SETTINGS.map((name) => `user_settings_${name}`),
    ...(hasArn ? ['user_arn'] : []),
    ...(hasInstance ? ['instance_id'] : []),
  ].join(',');
  const lines = [header];
  for (const {
    id = 's-1',
    user = 'alice',
    authentication = 'SAML',
    start = '10:00:00',
    end = '11:00:00',
    address = '10.0.1.25',
    ...rest
  } of sessions) {
    const {
      devices = '',
      multi = false,
      connected = true,
      open = [],
      fleet = 'analytics',
      account = ACCOUNT,
      arn = '',
      instance = '',
    } = rest;
    const row = [
      ...[id, account, REGION, full(start), full(end), user, authentication, fleet, 'analytics-stack', address, connected, devices],
      ...[open.includes('google_drive_enabled'), open.includes('one_drive_enabled'), multi],
      ...SETTINGS.map((name) => (open.includes(name) ? 'ENABLED' : 'DISABLED')),
      ...(hasArn ? [arn] : []),
      ...(hasInstance ? [instance] : []),
    ].join(',');
    lines.push(row);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** What a folder is made from. */
export interface Case {
  readonly title: string;
  readonly configuration?: Json;
  readonly asOf?: string;
  readonly records: readonly Json[];
  /** Sweeps of DescribeSessions that saw nobody: time, and whether each was complete. */
  readonly sweeps?: readonly (readonly [time: string, complete: boolean])[];
  /** Session checks as JSON lines. */
  readonly checks?: string;
  /** Flow logs of version 5, and of the default format. */
  readonly flows?: readonly Flow[];
  readonly defaultFlows?: readonly Flow[];
  /** One session of alice when nothing is said. */
  readonly sessions?: readonly ReportedSession[];
  /** More inputs, by path within the folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Inputs that come in the place of the first ones, or beside them, after these were ingested. */
  readonly later?: Readonly<Record<string, string>>;
}

/** A configuration that knows the fleet. */
export const FLEET = { scope: { fleetRoles: ['FleetRole'], fleetCidrs: ['10.0.0.0/8'] } };
/** From elsewhere on the internet. */
export const PUBLIC = { sourceIPAddress: '198.51.100.7', vpcEndpointId: undefined };
/** An administrator at home. */
export const ADMIN = { ...PUBLIC, userIdentity: assumed('AdminRole', 'dave') };
