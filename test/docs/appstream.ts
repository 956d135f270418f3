/** What AppStream says to the examples: the test double of its API with the sessions of docs/verify-session.md. */
import type { AddressInfo } from 'node:net';
import { appstreamOperations } from '../cloud/shims/appstream-api.ts';
import { type WorldSession, WorldState } from '../cloud/shims/appstream-world.ts';
import { createJsonService } from '../cloud/shims/json-service.ts';

const session = (
  Id: string,
  UserId: string,
  EniPrivateIpAddress: string,
  place: Pick<WorldSession, 'StackName' | 'FleetName'>,
): WorldSession => ({
  ...{ Id, UserId, ...place, State: 'ACTIVE', AuthenticationType: 'SAML', ConnectionState: 'CONNECTED' },
  ...{ StartTime: '2026-03-10T02:40:00Z', NetworkAccessConfiguration: { EniPrivateIpAddress } },
});

/** Starts it and puts the way to it into the environment. @returns what ends it */
export async function startAppStream(): Promise<() => void> {
  const state = new WorldState();
  const stacks = [
    { name: 'research', fleets: ['analytics'] },
    { name: 'trading', fleets: ['trading'] },
  ];
  const sessions = [
    session('7f3a9d10-4c1e-4b57-9f53-2f6a1c0d8e11', 'ann@example.com', '10.20.0.25', { StackName: 'research', FleetName: 'analytics' }),
    session('b20c5a44-91d7-4d0e-8a86-6d1f0e3c7a52', 'mallory@example.com', '10.20.0.66', { StackName: 'trading', FleetName: 'trading' }),
  ];
  state.set({ places: [{ account: '111122223333', region: 'eu-west-1', stacks, sweeps: [sessions] }] });
  const server = createJsonService(
    'PhotonAdminProxyService',
    appstreamOperations(state, async () => '111122223333'),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_APPSTREAM: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
