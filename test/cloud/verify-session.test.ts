/** Claims of sessions on the deployed stack: a file in a home folder by way of its bucket's notifications, and a direct question. */
import { createHash, randomInt, randomUUID } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatTime } from '../../lib/time.ts';
import { ACCOUNT, REGION } from '../../scripts/local-cloud/settings.ts';
import { audit, rowsOf } from './helpers/deployed-stack.ts';
import { s3Client, useLocalCloud } from './helpers/local-cloud.ts';
import { setWorld } from './helpers/shim-control.ts';

const stack = useLocalCloud();
const MINUTES = 60_000;
const ADDRESS = `10.20.${randomInt(256)}.${randomInt(1, 255)}`;
const sessionId = randomUUID();

beforeAll(async () => {
  const session = {
    Id: sessionId,
    UserId: 'ada@example.org',
    StackName: 'research',
    FleetName: 'analytics',
    State: 'ACTIVE',
    ConnectionState: 'CONNECTED',
    AuthenticationType: 'SAML',
    StartTime: formatTime(Date.now() - 10 * MINUTES),
    NetworkAccessConfiguration: { EniPrivateIpAddress: ADDRESS },
  } as const;
  const place = { account: ACCOUNT, region: REGION, stacks: [{ name: 'research', fleets: ['analytics'] }], sweeps: [[session]] };
  await setWorld({ places: [place] });
});
afterAll(() => setWorld({ places: [] }));

const claimed = { sessionId, userId: 'ada@example.org', stack: 'research', fleet: 'analytics' };

/** Writes a session.json into the home folder of a user, and waits until nothing is waiting. @returns the checks of its key */
async function upload(user: string, content: string) {
  const key = `user/federated/${createHash('sha256').update(user).digest('hex')}/${randomUUID()}/session.json`;
  await s3Client().send(new PutObjectCommand({ Bucket: stack['APPSTREAM_AUDIT_HOME_FOLDER_BUCKET'], Key: key, Body: content }));
  await audit('cloud', 'status', '--wait', '--timeout', '300');
  return rowsOf(
    ['cloud', 'query'],
    `SELECT verdict, reason, claimed_session_id, session_user_id, failed FROM session_checks WHERE object_key = '${key}'`,
  );
}

describe('a session.json', () => {
  test(
    "in another's home folder is refused, and can be asked about",
    async () => {
      expect(await upload('mallory@example.org', JSON.stringify(claimed))).toEqual([
        {
          verdict: 'refused',
          reason: 'home_folder_failed',
          claimed_session_id: sessionId,
          session_user_id: 'ada@example.org',
          failed: ['home-folder'],
        },
      ]);
    },
    5 * MINUTES,
  );

  test(
    "in the user's own is not verified by a loopback address, which is all that the stand-in for S3 tells",
    async () => {
      expect(await upload('ada@example.org', JSON.stringify(claimed))).toEqual([
        expect.objectContaining({ verdict: 'undecided', reason: 'address_unknown', failed: [] }),
      ]);
    },
    5 * MINUTES,
  );
});

test(
  'whoever asks the function is answered at once, and the answer is kept',
  async () => {
    const lambda = new LambdaClient({});
    const ask = async (address: string) => {
      const Payload = JSON.stringify({ ...claimed, address });
      const answer = await lambda.send(new InvokeCommand({ FunctionName: stack['APPSTREAM_AUDIT_VERIFY_FUNCTION'], Payload }));
      expect(answer.FunctionError).toBeUndefined();
      return JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')) as Record<string, string>;
    };
    expect(await ask(ADDRESS)).toMatchObject({ verdict: 'verified', reason: 'all_passed' });
    const refused = await ask('10.99.0.1');
    expect(refused).toMatchObject({ verdict: 'refused', reason: 'address_failed' });
    lambda.destroy();
    const kept = await rowsOf(['cloud', 'query'], `SELECT verdict FROM session_checks WHERE check_id = '${refused['checkId']}'`);
    expect(kept).toEqual([{ verdict: 'refused' }]);
  },
  5 * MINUTES,
);
