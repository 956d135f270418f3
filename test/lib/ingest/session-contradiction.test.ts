/** A row of a sessions report that contradicts its place or itself is kept, and says in what. */
import { describe, expect, test } from '@jest/globals';
import { contradictionOf } from '../../../lib/ingest/session-contradiction.ts';
import { csv, LOOSE, NAMED, ROW, read, rowWith } from './report-fixtures.ts';

const PLACE = { accountId: '111122223333', region: 'eu-west-1', reportDay: null };
const NO_PLACE = { accountId: null, region: null, reportDay: null };
const SAID = {
  userId: 'Ann@Example.com',
  accountId: '111122223333',
  region: 'eu-west-1',
  userArn: null,
  authenticationTypeUserId: null,
};
const ARN = 'arn:aws:appstream:eu-west-1:111122223333:user';
const UUID = '6f0d6b0e-0000-4000-8000-00000000c401';

describe('a row whose place is the bucket', () => {
  test.each([
    [{}, null],
    [{ accountId: '444455556666' }, 'account'],
    [{ region: 'us-east-1' }, 'region'],
    [{ accountId: '444455556666', region: 'us-east-1' }, 'account region'],
    [{ region: 'EU-West-1' }, null],
  ])('of another account or region contradicts it: %j', (changes, expected) => {
    expect(contradictionOf({ ...SAID, ...changes }, PLACE)).toBe(expected);
    expect(contradictionOf({ ...SAID, ...changes }, NO_PLACE)).toBeNull();
  });
});

describe('user_arn', () => {
  const found = (userArn: string, changes = {}) => contradictionOf({ ...SAID, userArn, ...changes }, PLACE);

  test.each([
    `${ARN}/federated/Ann@Example.com`,
    `${ARN}/custom/ann@example.com`,
    `${ARN}/saml/Ann%40Example.com`,
    `${ARN}/Ann@Example.com`,
    `${ARN}/some-mode/Ann@Example.com`,
    `arn:aws-us-gov:appstream:::user/federated/Ann@Example.com`,
    `  ${ARN}/federated/Ann@Example.com `,
  ])('%j names the user', (arn) => {
    expect(found(arn)).toBeNull();
  });

  test.each([
    `${ARN}/userpool/${UUID}`,
    `${ARN}/userpool/${UUID.toUpperCase()}`,
    `${ARN}/federated/${'0af9'.repeat(16)}`,
    `${ARN}/federated/${'0af9'.repeat(8)}`,
    `${ARN}/federated/`,
    `${ARN}/`,
    ARN,
    'arn:aws:appstream:us-east-1:444455556666:fleet/analytics',
    'arn:aws:iam::444455556666:user/mallory',
    'mallory',
    UUID,
  ])('%j is not compared', (arn) => {
    expect(found(arn)).toBeNull();
  });

  test.each([
    `${ARN}/federated/mallory@example.com`,
    `${ARN}/mallory@example.com`,
    `${ARN}/federated/Ann@Example.com.evil.example`,
    `${ARN}/federated/x/Ann@Example.com`,
    `${ARN}/federated/%`,
    `${ARN}/federated/${'0af9'.repeat(7)}`,
    'arn:aws:appstream:us-east-1:111122223333:user/federated/Ann@Example.com',
    'arn:aws:appstream:eu-west-1:444455556666:user/federated/Ann@Example.com',
    `arn:aws:appstream:eu-west-1:444455556666:user/userpool/${UUID}`,
  ])('%j contradicts the user, the account or the region', (arn) => {
    expect(found(arn)).toBe('user_arn');
  });

  test.each(['CORP\\ann', 'ann:x', 'team/ann', 'custom/ann', '100%', 'a%41', 'Zoë', '李雷', 'ann smith', 'two\nlines'])(
    'of the odd user id %j names that user, written out or percent-encoded',
    (userId) => {
      for (const name of [userId, encodeURIComponent(userId)]) expect(found(`${ARN}/custom/${name}`, { userId })).toBeNull();
      expect(found(`${ARN}/custom/mallory`, { userId })).toBe('user_arn');
    },
  );

  test('of an id with a blank at its end is not that of the id without', () => {
    expect(found(`${ARN}/custom/ann `, { userId: 'ann ' })).toBeNull();
    expect(found(`${ARN}/custom/ann`, { userId: 'ann ' })).toBe('user_arn');
  });
});

describe('authentication_type_user_id', () => {
  test.each([
    ['Ann@Example.com_SAML', null],
    ['SAMLAnn@Example.com', null],
    ['ann@example.com_SAML', null],
    ['Ann@Example.com', null],
    ['0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0', null],
    ['JoAnn@Example.com_SAML', 'authentication_type_user_id'],
    ['Ann@Example.com.evil_SAML', 'authentication_type_user_id'],
    ['SAML_mallory', 'authentication_type_user_id'],
  ])('%j joins the user id with its type, in whatever case, or contradicts it', (authenticationTypeUserId, expected) => {
    expect(contradictionOf({ ...SAID, authenticationTypeUserId }, PLACE)).toBe(expected);
  });
});

describe('a report', () => {
  test.each(['', '-', ' ', 'null', 'N/A'])('without user_arn and authentication_type_user_id (%j) contradicts nothing', async (cell) => {
    expect(await rowWith({ user_arn: cell, authentication_type_user_id: cell })).toMatchObject({ contradiction: null });
  });

  test('keeps a row that contradicts its place and itself, with everything that it says', async () => {
    const changes = { aws_account_id: '444455556666', authentication_type_user_id: 'bob_SAML' };
    const { outcome, rows } = await read(csv([{ ...ROW, ...changes }]), NAMED);
    expect(outcome).toMatchObject({ kept: 1, malformed: 0, problem: null, accountId: '111122223333' });
    expect(rows.sessions[0]?.row).toMatchObject({
      account_id: '444455556666',
      user_id: 'Ann@Example.com',
      contradiction: 'account user_arn authentication_type_user_id',
    });
    const arn = { user_arn: 'arn:aws:appstream:eu-west-1:444455556666:user/userpool/abc' };
    expect(await rowWith({ ...changes, ...arn, authentication_type_user_id: '' }, LOOSE)).toMatchObject({ contradiction: 'user_arn' });
  });
});
