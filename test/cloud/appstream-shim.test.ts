/** The test double of AppStream's API itself, by the SDK. */
import {
  AppStreamClient,
  DescribeFleetsCommand,
  DescribeSessionsCommand,
  type DescribeSessionsCommandInput,
  DescribeStacksCommand,
  ListAssociatedFleetsCommand,
} from '@aws-sdk/client-appstream';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { unique, useLocalCloud } from './helpers/local-cloud.ts';
import { callsOf, setFaults, setWorld, type WorldPlace, type WorldSession } from './helpers/shim-control.ts';

useLocalCloud();
const client = new AppStreamClient({ maxAttempts: 1 });

const session = (n: number, more: Partial<WorldSession> = {}): WorldSession => ({
  Id: `session-${n}`,
  UserId: `user-${n}`,
  StackName: 'stack-1',
  FleetName: 'fleet-a',
  State: 'ACTIVE',
  AuthenticationType: 'API',
  ConnectionState: 'CONNECTED',
  StartTime: '2026-03-02T10:05:00.123Z',
  NetworkAccessConfiguration: { EniPrivateIpAddress: '10.20.0.7', EniIpv6Addresses: ['2001:db8::7'], EniId: 'eni-1' },
  ...more,
});
const place = (more: Partial<WorldPlace> = {}): WorldPlace => ({
  account: '111122223333',
  region: 'eu-west-1',
  stacks: [{ name: 'stack-1', fleets: ['fleet-b', 'fleet-a'] }],
  ...more,
});
const sessions = async (input: Partial<DescribeSessionsCommandInput> = {}, by = client) =>
  await by.send(new DescribeSessionsCommand({ StackName: 'stack-1', FleetName: 'fleet-a', ...input }));
const ids = async (...args: Parameters<typeof sessions>) => ((await sessions(...args)).Sessions ?? []).map(({ Id }) => Id);

beforeEach(async () => {
  await setFaults('appstream', []);
});

afterAll(async () => {
  await setFaults('appstream', []);
  await setWorld({ places: [] });
});

test('stacks, fleets and their associations come in pages', async () => {
  const stacks = ['s1', 's2', 's3'].map((name) => ({ name, fleets: ['f1', 'f2', 'f3'] }));
  await setWorld({ places: [place({ stacks, loneFleets: ['f4'] })], pageSize: 2 });

  const first = await client.send(new DescribeStacksCommand({}));
  const second = await client.send(new DescribeStacksCommand({ NextToken: first.NextToken }));
  const fleets = await client.send(new DescribeFleetsCommand({ NextToken: (await client.send(new DescribeFleetsCommand({}))).NextToken }));
  const associated = await client.send(new ListAssociatedFleetsCommand({ StackName: 's2' }));

  expect([first.Stacks?.map(({ Name }) => Name), second.Stacks?.map(({ Name }) => Name)]).toEqual([['s1', 's2'], ['s3']]);
  expect(second.NextToken).toBeUndefined();
  expect(fleets.Fleets?.map(({ Name }) => Name)).toEqual(['f3', 'f4']);
  expect(associated).toMatchObject({ Names: ['f1', 'f2'], NextToken: expect.any(String) });
});

test('sessions come twenty at a time unless up to fifty are wanted, as the API has them', async () => {
  await setWorld({ places: [place({ sweeps: [Array.from({ length: 60 }, (_, n) => session(n))] })] });

  const first = await sessions();
  const last = await sessions({ Limit: 50, NextToken: (await sessions({ Limit: 50 })).NextToken });

  expect(first.Sessions).toHaveLength(20);
  expect(last.Sessions?.map(({ Id }) => Id)).toEqual(Array.from({ length: 10 }, (_, n) => `session-${n + 50}`));
  expect(first.Sessions?.[0]).toEqual({ ...session(0), StartTime: new Date('2026-03-02T10:05:00.123Z') });
  await expect(sessions({ Limit: 51 })).rejects.toThrow(/at most 50/);
});

test('sessions of one authentication type are listed at a time, those of streaming URLs without a type', async () => {
  const types = ['API', 'SAML', 'USERPOOL', 'AWS_AD'] as const;
  await setWorld({ places: [place({ sweeps: [types.map((AuthenticationType, n) => session(n, { AuthenticationType }))] })] });

  expect(await ids()).toEqual(['session-0']);
  for (const [n, AuthenticationType] of types.entries()) expect(await ids({ AuthenticationType })).toEqual([`session-${n}`]);
  expect(await ids({ AuthenticationType: 'SAML', UserId: 'somebody' })).toEqual([]);
  await expect(sessions({ UserId: 'user-1' })).rejects.toThrow(expect.objectContaining({ name: 'InvalidParameterCombinationException' }));
});

test('a fleet that the stack does not have is refused, and an unknown stack', async () => {
  await setWorld({ places: [place({ loneFleets: ['alone'] })] });

  await expect(sessions({ FleetName: 'alone' })).rejects.toThrow(expect.objectContaining({ name: 'InvalidParameterCombinationException' }));
  await expect(sessions({ StackName: 'none' })).rejects.toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }));
});

test('sessions change with every sweep; the last list stays', async () => {
  await setWorld({ places: [place({ sweeps: [[session(1)], [session(1, { State: 'EXPIRED' }), session(2)], []] })] });
  const sweep = async () => {
    await client.send(new DescribeStacksCommand({}));
    return (await sessions()).Sessions?.map(({ Id, State }) => `${Id} ${State}`);
  };

  expect(await sweep()).toEqual(['session-1 ACTIVE']);
  expect(await sweep()).toEqual(['session-1 EXPIRED', 'session-2 ACTIVE']);
  expect(await sweep()).toEqual([]);
  expect(await sweep()).toEqual([]);
});

test('regions and accounts are apart; the caller’s role says which account it is', async () => {
  const other = { account: '444455556666', region: 'us-east-1' };
  await setWorld({ places: [place({ sweeps: [[session(1)]] }), place({ ...other, sweeps: [[session(2)]] })] });
  const iam = new IAMClient({ credentials: { accessKeyId: other.account, secretAccessKey: 'test' } });
  const RoleName = `shim-sweeper-${unique()}`;
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const { Credentials } = await new STSClient({}).send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'sweep' }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };

  expect(await ids()).toEqual(['session-1']);
  expect(await ids({}, new AppStreamClient({ credentials, region: other.region }))).toEqual(['session-2']);
  await expect(sessions({}, new AppStreamClient({ credentials }))).rejects.toThrow(/stack-1 not found/);
  await iam.send(new DeleteRoleCommand({ RoleName }));
});

test('calls are throttled, by a rate or as often as the test wants', async () => {
  await setWorld({ places: [place()], callsPerSecond: 3 });
  const many = await Promise.allSettled([0, 1, 2, 3, 4].map(() => sessions()));
  expect(many.filter(({ status }) => status === 'rejected')).toHaveLength(2);

  await setWorld({ places: [place()] });
  await setFaults('appstream', [{ operation: 'DescribeSessions', error: 'ThrottlingException', message: 'Rate exceeded', times: 2 }]);
  const before = (await callsOf('appstream'))['DescribeSessions'] ?? 0;
  expect(await ids({}, new AppStreamClient({ maxAttempts: 3 }))).toEqual([]);
  expect((await callsOf('appstream'))['DescribeSessions']).toBe(before + 3);
});
