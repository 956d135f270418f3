/** The test double of AppStream's API in this process, for clients that are made after it has started. */
import type { AddressInfo } from 'node:net';
import { appstreamOperations } from '../cloud/shims/appstream-api.ts';
import { type WorldSession, WorldState } from '../cloud/shims/appstream-world.ts';
import { createJsonService, Faults } from '../cloud/shims/json-service.ts';

const ACCOUNT = '111122223333';

export interface AppStreamDouble {
  /** What it knows. */
  readonly state: WorldState;
  /** Which calls fail. */
  readonly faults: Faults;
  close(): void;
}

/** Starts it on a port of its own, answering as one account, and points the SDK at it. */
export async function startAppStream(): Promise<AppStreamDouble> {
  const [state, faults] = [new WorldState(), new Faults()];
  const operations = appstreamOperations(state, async () => ACCOUNT);
  const server = createJsonService('PhotonAdminProxyService', operations, {}, faults);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  process.env['AWS_ENDPOINT_URL_APPSTREAM'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { state, faults, close };
}

/** A SAML session that somebody is connected to, of the fleet `f1` and the stack `s1`. */
export function liveSession(session: Partial<WorldSession> & Pick<WorldSession, 'Id' | 'UserId'>): WorldSession {
  return {
    StackName: 's1',
    FleetName: 'f1',
    State: 'ACTIVE',
    AuthenticationType: 'SAML',
    ConnectionState: 'CONNECTED',
    ...session,
  };
}
