import { describe, expect, test } from '@jest/globals';
import { sha256Hex } from '../../../lib/ingest/digest.ts';
import { readAuthenticationType, userHash, userKey } from '../../../lib/ingest/user-identity.ts';

describe('a user', () => {
  test.each([
    ['testuser@mydomain.com', 'a0bcb1da11f480d9b5b3e90f91243143eac04cfccfbdc777e740fab628a1cd13'],
    ['SAMPLEDOMAIN\\testuser', '8dd9a642f511609454d344d53cb861a71190e44fed2b8af9fde0c507012a9901'],
  ])('%s has the hash that home folders carry', (user, hash) => {
    expect(userHash(user)).toBe(hash);
  });

  test('is another with other case', () => {
    expect(userHash('Ann')).not.toBe(userHash('ann'));
    expect(userKey('111122223333', 'SAML', 'Ann')).toBe('111122223333/SAML/Ann');
  });

  test('has one name for each way to sign in', () => {
    expect(['API', 'api', 'Custom', 'saml', ' USERPOOL ', 'aws_ad', 'Passkey'].map(readAuthenticationType)).toEqual([
      'CUSTOM',
      'CUSTOM',
      'CUSTOM',
      'SAML',
      'USERPOOL',
      'AWS_AD',
      'Passkey',
    ]);
  });

  test('is hashed as UTF-8, whether it comes as text or bytes', () => {
    expect(sha256Hex('é')).toBe(sha256Hex(Buffer.from([0xc3, 0xa9])));
  });
});
