/**
 * A test double of AppStream's API; no emulator of it exists. `PUT /_control/world` sets what it knows (see appstream-world.ts).
 *
 * Environment: PORT, ACCOUNT (that of keys that nobody knows), AWS_ENDPOINT_URL (STS, which knows whose a key is), credentials and region.
 */
import { GetAccessKeyInfoCommand, STSClient } from '@aws-sdk/client-sts';
import { appstreamOperations } from './appstream-api.ts';
import { type World, WorldState } from './appstream-world.ts';
import { createJsonService } from './json-service.ts';

const sts = new STSClient({});
const accounts = new Map<string, string>();

async function accountOf(accessKey: string): Promise<string> {
  // as the server of the AWS APIs has it: a key of 12 digits is the account's
  if (/^\d{12}$/.test(accessKey)) return accessKey;
  const known = accounts.get(accessKey);
  if (known !== undefined) return known;
  const answer = await sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKey })).catch(() => undefined);
  const account = answer?.Account ?? process.env['ACCOUNT'] ?? '';
  accounts.set(accessKey, account);
  return account;
}

const state = new WorldState();
createJsonService('PhotonAdminProxyService', appstreamOperations(state, accountOf), {
  'PUT /_control/world': (body) => state.set(body as World),
}).listen(Number(process.env['PORT']), '127.0.0.1');
