/** The sessions of a generated world, as they really were. */
import { DAY_MS } from '../../lib/time.ts';
import type { SessionRow } from '../../schemas/sessions-table.ts';
import type { SessionRecipe } from './world-recipe.ts';

/** When a generated world begins: an hour before midnight, so that days matter. */
export const EVENING_MS = Date.parse('2026-03-02T23:00:00Z');
export const ACCOUNTS = ['111122223333', '444455556666'] as const;
export const REGIONS = ['eu-west-1', 'us-east-1'] as const;
/** An account without a session. */
export const FOREIGN_ACCOUNT = '999988887777';
const FLEETS = ['analytics', 'finance'] as const;
const ADDRESSES = ['10.0.1.1', '10.0.1.2', '10.0.1.3', '10.9.0.1'] as const;
const ADDRESSES6 = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:9::1'] as const;
/** Two users have one id under two authentication types. */
export const USERS = [
  { id: 'alice', authentication: 'SAML' },
  { id: 'bob', authentication: 'SAML' },
  { id: 'alice', authentication: 'CUSTOM' },
  { id: 'Carol', authentication: 'USERPOOL' },
  { id: 'dave', authentication: 'AWS_AD' },
] as const;

/** A session as it really was. */
export interface TrueSession {
  readonly id: string;
  readonly recipe: SessionRecipe;
  readonly account: string;
  readonly region: string;
  readonly userId: string;
  readonly authentication: string;
  /** On its first interface. */
  readonly address: string;
  readonly address6: string;
  /** On all its interfaces, IPv6 left out. */
  readonly addresses: readonly string[];
  readonly instance: string | null;
  readonly fleet: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** One of several by a number, modulo how many there are. */
export function at<T>(values: readonly T[], index: number): T {
  return values[index % values.length] as T;
}

export function trueSessions(recipes: readonly SessionRecipe[]): TrueSession[] {
  const made: TrueSession[] = [];
  for (const [n, recipe] of recipes.entries()) {
    const before = made.at(-1);
    const begin = before && recipe.after !== null ? before.endMs + recipe.after : EVENING_MS + recipe.user * 60_000;
    // a session of many days ends in the evening rather than begin there
    const shifted = recipe.length > DAY_MS ? begin - 7 * DAY_MS : begin;
    const whole = Math.floor(shifted / 1000) * 1000;
    const startMs = recipe.hasFraction ? whole + recipe.fraction : whole;
    const account = at(ACCOUNTS, recipe.account);
    const user = at(USERS, recipe.user);
    const namesake = recipe.idOf === null || made.length === 0 ? undefined : at(made, recipe.idOf);
    const address = at(ADDRESSES, recipe.address);
    const addresses = { none: [], one: [address], two: [address, at(ADDRESSES, recipe.address + 1)] }[recipe.interfaces];
    made.push({
      id: namesake?.id ?? `s-${String(n).padStart(2, '0')}`,
      recipe,
      account,
      region: at(REGIONS, recipe.region),
      userId: user.id,
      authentication: user.authentication,
      address,
      address6: at(ADDRESSES6, recipe.address),
      addresses,
      instance: { own: `i-${recipe.account}-${recipe.address}`, alone: `i-of-${n}`, shared: 'i-shared', none: null }[recipe.instance],
      fleet: namesake?.fleet ?? at(FLEETS, recipe.fleet),
      startMs,
      endMs: startMs + recipe.length,
    });
  }
  return made;
}

/** The address after that of a session. */
export function addressBeside({ recipe }: TrueSession): string {
  return at(ADDRESSES, recipe.address + 1);
}

/** What reports and sweeps say alike. */
export function common(session: TrueSession): Partial<SessionRow> & { readonly account_id: string; readonly region: string } {
  return {
    session_id: session.id,
    account_id: session.account,
    region: session.region,
    user_id: session.userId,
    authentication_type: session.authentication,
    fleet_name: session.fleet,
    stack_name: `${session.fleet}-stack`,
    instance_id: session.instance,
    is_multisession: session.recipe.multi,
    session_start_ms: session.startMs,
  };
}
