import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readHomeFolderKey } from '../../../lib/ingest/home-folder-key.ts';

const HASH = createHash('sha256').update('testuser@mydomain.com').digest('hex');
const HOME = 'appstream2-36fb080bb8-eu-west-1-111122223333';
const SETTINGS = 'appstream-app-settings-us-gov-west-1-111122223333-abcdef12';

describe('readHomeFolderKey', () => {
  test.each([
    [HOME, `user/custom/${HASH}/a/b.txt`, 'CUSTOM'],
    [HOME, `user/federated/${HASH}/b.txt`, 'SAML'],
    [HOME, `user/userpool/${HASH}/`, 'USERPOOL'],
    [HOME, `user/federated/${HASH}`, 'SAML'],
    [`${HOME}-x7k2q9`, `user/custom/${HASH}/b.txt`, 'CUSTOM'],
    [SETTINGS, `Windows/v4/group one/federated/${HASH}/Profile.vhdx`, 'SAML'],
    [SETTINGS, `Windows/v6/g/custom/${HASH}`, 'CUSTOM'],
  ])('reads %s, %s', (bucket, key, authenticationType) => {
    const region = bucket === SETTINGS ? 'us-gov-west-1' : 'eu-west-1';
    expect(readHomeFolderKey(bucket, key)).toEqual({ accountId: '111122223333', region, authenticationType, userHash: HASH });
  });

  test('gives the hash in lower case', () => {
    expect(readHomeFolderKey(HOME, `user/custom/${HASH.toUpperCase()}/x`)?.userHash).toBe(HASH);
  });

  test.each([
    [null, `user/custom/${HASH}/x`],
    [HOME, null],
    ['analytics', `user/custom/${HASH}/x`],
    [`x-${HOME}`, `user/custom/${HASH}/x`],
    ['appstream2-36fb080bb8-eu-west-1-11112222333', `user/custom/${HASH}/x`],
    ['appstream2-0000000000-eu-west-1-111122223333', `user/custom/${HASH}/x`],
    [HOME, `user/custom/${HASH.slice(1)}/x`],
    [HOME, `user/custom/${HASH}0/x`],
    [HOME, `user/saml/${HASH}/x`],
    [HOME, `a/user/custom/${HASH}/x`],
    [HOME, `Windows/v4/g/custom/${HASH}/x`],
    [HOME, 'user/custom/'],
    [SETTINGS, `user/custom/${HASH}/x`],
    [SETTINGS, `Windows/g/custom/${HASH}/x`],
    ['appstream-logs-eu-west-1-111122223333-abc', `stack/fleet/custom/${HASH}/session/SessionScriptsLogs/SessionStart/x`],
  ])('says nothing of %s, %s', (bucket, key) => {
    expect(readHomeFolderKey(bucket, key)).toBeNull();
  });
});
