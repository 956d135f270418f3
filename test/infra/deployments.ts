/** Deployments that the tests package: everything that can be said, and as little as can be said. */

const account = '111122223333';

/** As little as can be said. */
export const smallDeployment = {
  account,
  region: 'us-gov-west-1',
  sources: [{ kind: 'cloudtrail', bucket: 'trail' }],
};

/** Everything that can be said. */
export const fullDeployment = {
  service: 'audit',
  stage: 'test',
  account,
  region: 'eu-west-1',
  database: 'audit_test',
  sources: [
    {
      kind: 'cloudtrail',
      bucket: 'acme-org-trail',
      prefix: 'AWSLogs/',
      account: '444455556666',
      keyArn: 'arn:aws:kms:eu-west-1:444455556666:key/0b2b4c7e-6f0f-4a4f-9a43-8f2f0f5d2a11',
      notifications: 'forwarded',
    },
    { kind: 'cloudtrail', bucket: 'audit-test-lake', prefix: 'trails/' },
    { kind: 'usage_report', bucket: 'appstream-logs-eu-west-1-111122223333-abc' },
    { kind: 'usage_report', bucket: 'appstream-logs-eu-central-1-111122223333-def', region: 'eu-central-1', notifications: 'none' },
    { kind: 'flow_log', bucket: 'acme-flow-logs', prefix: 'AWSLogs/' },
  ],
  sweeps: [
    { account, region: 'eu-west-1' },
    { account: '444455556666', region: 'eu-central-1', roleArn: 'arn:aws:iam::444455556666:role/AuditSweep' },
  ],
  homeFolders: [
    {
      bucket: 'appstream2-36fb080bb8-eu-west-1-111122223333',
      keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/5a2b4c7e-6f0f-4a4f-9a43-8f2f0f5d2a11',
    },
    {
      bucket: 'appstream2-36fb080bb8-eu-central-1-444455556666-a1b2',
      account: '444455556666',
      region: 'eu-central-1',
      notifications: 'forwarded',
    },
  ],
  lake: {
    bucket: 'audit-test-lake',
    accessLogBucket: 'acme-access-logs',
    breakGlassRole: 'arn:aws:iam::111122223333:role/BreakGlass',
    readers: ['777788889999'],
    trails: ['arn:aws:cloudtrail:eu-west-1:111122223333:trail/fleet'],
  },
  alerts: [
    { protocol: 'email', endpoint: 'security@example.com', minimumSeverity: 'high' },
    { protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-west-1:111122223333:siem' },
  ],
  operations: [{ protocol: 'email', endpoint: 'operations@example.com' }],
  silence: { reportHours: 72 },
  limits: { ingestTimeoutSeconds: 200 },
  logs: { retentionDays: 365, encrypted: true },
  iam: {
    permissionsBoundary: 'arn:aws:iam::111122223333:policy/Boundary',
    roles: { scheduler: 'arn:aws:iam::111122223333:role/GivenScheduler' },
  },
  network: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] },
  deploymentBucket: 'acme-deployments',
  tags: { team: 'security' },
  configuration: { scope: { excludeBuckets: ['acme-config'], fleetRoles: ['AnalyticsFleetRole'] }, alerts: { minimumSeverity: 'high' } },
};
