/** Claims, sessions and uploads that the tests of session checks are made of. */
import { createHash } from 'node:crypto';
import type { SeenSession } from '../../../lib/verify/seen-session.ts';
import type { Search } from '../../../lib/verify/session-search.ts';
import type { Upload } from '../../../schemas/session-check.ts';

export const AT = Date.UTC(2026, 2, 2, 10, 30, 5);
export const BUCKET = 'appstream2-36fb080bb8-eu-west-1-111122223333';
export const keyOf = (user: string, folder = 'federated') =>
  `user/${folder}/${createHash('sha256').update(user).digest('hex')}/session.json`;

export const ALICE: SeenSession = {
  accountId: '111122223333',
  region: 'eu-west-1',
  sessionId: 's-alice',
  userId: 'alice@example.com',
  authenticationType: 'SAML',
  stack: 's1',
  fleet: 'f1',
  state: 'ACTIVE',
  startMs: Date.UTC(2026, 2, 2, 10, 30, 0, 400),
  addresses: ['10.0.1.25'],
};
export const MALLORY: SeenSession = {
  ...ALICE,
  sessionId: 's-mallory',
  userId: 'mallory@example.com',
  addresses: ['10.0.1.66'],
  startMs: Date.UTC(2026, 2, 2, 9, 0, 0),
};

export const CLAIMS = {
  sessionId: 's-alice',
  userId: 'alice@example.com',
  stack: 's1',
  fleet: 'f1',
  authenticationType: 'SAML',
  address: '10.0.1.25',
};

export const UPLOAD: Upload = {
  bucket: BUCKET,
  key: keyOf('alice@example.com'),
  etag: 'e1',
  uploadedAt: '2026-03-02T10:30:00Z',
  sourceAddress: '10.0.1.25',
  uploader: '111122223333',
};

export const searchOf = (sessions: readonly SeenSession[], change: Partial<Search> = {}): Search => ({
  sessions,
  places: [{ accountId: '111122223333', region: 'eu-west-1' }],
  scope: 'all',
  questions: 4,
  complete: true,
  problems: [],
  ...change,
});
