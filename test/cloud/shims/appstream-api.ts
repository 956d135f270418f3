/** AppStream's operations over a {@link WorldState}: paging, authentication types and refusals as the API's reference says. */
import type { IncomingMessage } from 'node:http';
import { fleetsOf, type WorldPlace, type WorldSession, type WorldState } from './appstream-world.ts';
import { ApiError, type Operation } from './json-service.ts';

const DEFAULT_PAGE = 25;
const SESSIONS_DEFAULT = 20;
const SESSIONS_MOST = 50;

/** @param accountOf account of an access key: that of the caller's credentials */
export function appstreamOperations(state: WorldState, accountOf: (accessKey: string) => Promise<string>): Record<string, Operation> {
  const calls: number[] = [];

  function throttle(): void {
    const limit = state.world.callsPerSecond;
    if (limit === undefined) return;
    const now = Date.now();
    while (calls.length > 0 && (calls[0] as number) <= now - 1000) calls.shift();
    if (calls.length >= limit) throw new ApiError('ThrottlingException', 'Rate exceeded');
    calls.push(now);
  }

  /** The signature names the key and the region. */
  async function placeOf(request: IncomingMessage): Promise<WorldPlace> {
    const [, key, region] = /Credential=([^/,\s]+)\/\d+\/([^/]+)\/appstream\//.exec(request.headers.authorization ?? '') ?? [];
    if (key === undefined || region === undefined)
      throw new ApiError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    return state.place(await accountOf(key), region);
  }

  const operation =
    (answer: (place: WorldPlace, input: Record<string, unknown>) => unknown): Operation =>
    async (input, request) => {
      throttle();
      return answer(await placeOf(request), input);
    };
  const pageSize = () => state.world.pageSize ?? DEFAULT_PAGE;

  return {
    DescribeStacks: operation((place, input) => {
      if (input['NextToken'] === undefined && input['Names'] === undefined) state.beginSweep(place);
      const names = named('Stack', place.stacks.map((stack) => stack.name).sort(), input['Names']);
      const { items, next } = pageOf(names, pageSize(), input['NextToken']);
      const arn = (name: string) => `arn:aws:appstream:${place.region}:${place.account}:stack/${name}`;
      return { Stacks: items.map((name) => ({ Name: name, Arn: arn(name), DisplayName: name, CreatedTime: 1_767_225_600 })), ...next };
    }),
    DescribeFleets: operation((place, input) => {
      const { items, next } = pageOf(named('Fleet', fleetsOf(place), input['Names']), pageSize(), input['NextToken']);
      return { Fleets: items.map((name) => fleet(place, name)), ...next };
    }),
    ListAssociatedFleets: operation((place, input) => {
      const { items, next } = pageOf([...stackOf(place, input['StackName']).fleets].sort(), pageSize(), input['NextToken']);
      return { Names: items, ...next };
    }),
    ListAssociatedStacks: operation((place, input) => {
      const stacks = place.stacks.filter((stack) => stack.fleets.includes(String(input['FleetName']))).map((stack) => stack.name);
      const { items, next } = pageOf(stacks.sort(), pageSize(), input['NextToken']);
      return { Names: items, ...next };
    }),
    DescribeSessions: operation((place, input) => sessions(place, state.sessions(place), input)),
  };
}

function sessions(place: WorldPlace, all: readonly WorldSession[], input: Record<string, unknown>): unknown {
  const { StackName, FleetName, UserId, InstanceId, AuthenticationType, Limit = SESSIONS_DEFAULT, NextToken } = input;
  if (typeof StackName !== 'string' || typeof FleetName !== 'string')
    throw new ApiError('ValidationException', 'StackName and FleetName must not be null');
  if (AuthenticationType !== undefined && !['API', 'SAML', 'USERPOOL', 'AWS_AD'].includes(String(AuthenticationType))) {
    throw new ApiError('ValidationException', 'authenticationType must satisfy enum value set: [API, SAML, USERPOOL, AWS_AD]');
  }
  if (UserId !== undefined && AuthenticationType === undefined) {
    throw new ApiError('InvalidParameterCombinationException', 'AuthenticationType must be specified when UserId is');
  }
  if (typeof Limit !== 'number' || Limit < 1 || Limit > SESSIONS_MOST) {
    throw new ApiError('ValidationException', `limit must be at most ${SESSIONS_MOST}`);
  }
  if (!stackOf(place, StackName).fleets.includes(FleetName)) {
    throw new ApiError('InvalidParameterCombinationException', `Fleet ${FleetName} is not associated with stack ${StackName}`);
  }
  const found = all.filter(
    (session) =>
      session.StackName === StackName &&
      session.FleetName === FleetName &&
      // one type a call; without a type: streaming URLs
      session.AuthenticationType === (AuthenticationType ?? 'API') &&
      (UserId === undefined || session.UserId === UserId) &&
      (InstanceId === undefined || session.InstanceId === InstanceId),
  );
  const { items, next } = pageOf(found, Limit, NextToken);
  return { Sessions: items.map((each) => ({ ...each, ...seconds(each, 'StartTime'), ...seconds(each, 'MaxExpirationTime') })), ...next };
}

function seconds(session: WorldSession, member: 'StartTime' | 'MaxExpirationTime'): Record<string, number> {
  const value = session[member];
  return value === undefined ? {} : { [member]: typeof value === 'number' ? value : Date.parse(value) / 1000 };
}

function stackOf(place: WorldPlace, name: unknown): { readonly fleets: readonly string[] } {
  const stack = place.stacks.find((each) => each.name === name);
  if (!stack) throw new ApiError('ResourceNotFoundException', `Stack ${name} not found`);
  return stack;
}

function named(kind: string, all: readonly string[], wanted: unknown): readonly string[] {
  if (!Array.isArray(wanted) || wanted.length === 0) return all;
  const missing = wanted.find((name) => !all.includes(name));
  if (missing !== undefined) throw new ApiError('ResourceNotFoundException', `${kind} ${missing} not found`);
  return wanted;
}

function pageOf<T>(all: readonly T[], size: number, token: unknown): { items: readonly T[]; next: { NextToken?: string } } {
  const from = token === undefined ? 0 : Number(Buffer.from(String(token), 'base64url').toString().replace('from ', ''));
  if (!Number.isInteger(from) || from < 0) throw new ApiError('ValidationException', 'Invalid NextToken');
  const more = from + size < all.length;
  return { items: all.slice(from, from + size), next: more ? { NextToken: Buffer.from(`from ${from + size}`).toString('base64url') } : {} };
}

function fleet(place: WorldPlace, name: string): Record<string, unknown> {
  return {
    Name: name,
    Arn: `arn:aws:appstream:${place.region}:${place.account}:fleet/${name}`,
    InstanceType: 'stream.standard.medium',
    FleetType: 'ON_DEMAND',
    ComputeCapacityStatus: { Desired: 2, Running: 2, InUse: 1, Available: 1 },
    State: 'RUNNING',
    CreatedTime: 1_767_225_600,
  };
}
