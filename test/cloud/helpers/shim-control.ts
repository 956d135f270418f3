/** Steers the test doubles of Athena and AppStream from a test. */
import type { World } from '../shims/appstream-world.ts';
import type { Fault } from '../shims/json-service.ts';

export type { World, WorldPlace, WorldSession } from '../shims/appstream-world.ts';
export type { Fault } from '../shims/json-service.ts';

export type Shim = 'athena' | 'appstream';

/**
 * Lets calls fail. Replaces the faults that were there; an empty list ends them. For Athena the operation `Run` stands for the
 * statement itself: it fails before it ran, or after it was done.
 */
export async function setFaults(shim: Shim, faults: readonly Fault[]): Promise<void> {
  await control(shim, 'PUT', 'faults', faults);
}

/** How often each operation was called since the shim started. */
export async function callsOf(shim: Shim): Promise<Record<string, number>> {
  return (await control(shim, 'GET', 'calls')) as Record<string, number>;
}

/** Replaces all stacks, fleets and sessions. */
export async function setWorld(world: World): Promise<void> {
  await control('appstream', 'PUT', 'world', world);
}

async function control(shim: Shim, method: string, path: string, body?: unknown): Promise<unknown> {
  const url = process.env[`AWS_ENDPOINT_URL_${shim.toUpperCase()}`];
  const response = await fetch(`${url}/_control/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path} of the ${shim} test double: ${response.status} ${await response.text()}`);
  return await response.json();
}
