/** Who and what takes part in a demo: accounts, fleets, buckets, endpoints, people. All names are made up. */
import type { ActivityName } from './activity.ts';

export const REGION = 'eu-west-1';
/** Where global sign-ins are logged. */
export const GLOBAL_REGION = 'us-east-1';
/** The account of four fleets and of the data. */
export const MAIN_ACCOUNT = '111122223333';
/** A second account with a fleet of its own, in a VPC with the same addresses. */
export const SECOND_ACCOUNT = '444455556666';
/** An account that is not ours. */
export const FOREIGN_ACCOUNT = '999988887777';

/** Part of every session token that is made here, so that a test can look for it where it must not be. */
export const FAKE_TOKEN_MARK = 'FAKEDEMOTOKEN';

export const BUCKETS = {
  research: 'acme-research-data',
  trading: 'acme-trading-books',
  exchange: 'acme-contractor-exchange',
  archive: 'acme-legacy-archive',
  night: 'acme-night-desk',
  logs: 'acme-central-logs',
  homes: `appstream2-36fb080bb8-${REGION}-${MAIN_ACCOUNT}-k3v9x2qa`,
  nightHomes: `appstream2-36fb080bb8-${REGION}-${SECOND_ACCOUNT}`,
  settings: `appstream-app-settings-${REGION}-${MAIN_ACCOUNT}-7m2p`,
  foreign: 'mk-holiday-pictures-7781',
} as const;

/** The NAT gateway of the legacy fleet. */
export const NAT_ADDRESS = '203.0.113.40';
/** The role of the portal that makes the contractors' streaming URLs. */
export const PORTAL_ROLE = 'ContractorPortal';
export const HOME_FOLDER_ROLE = 'AmazonAppStreamServiceAccess';

export interface Fleet {
  readonly name: string;
  readonly stack: string;
  readonly account: string;
  readonly authentication: 'SAML' | 'CUSTOM' | 'USERPOOL';
  /** Folder name of the authentication type in home-folder keys (F§2.1). */
  readonly folderMode: 'federated' | 'custom' | 'userpool';
  /** Second part of the private addresses: 10.<net>.0.0/16. */
  readonly net: number;
  /** Endpoint of its S3 traffic; null: it leaves through the NAT gateway. */
  readonly endpoint: string | null;
  /** Interface endpoint of its other AWS calls. */
  readonly otherEndpoint: string | null;
  readonly role: string;
  readonly roleId: string;
  /** Role its SAML users assume to stream. */
  readonly streamRole: string | null;
  /** Whether role sessions carry the instance id: `some` for every other instance. */
  readonly namedCredentials: 'all' | 'some' | 'none';
  /** Users at a time on one instance, hence on one address. */
  readonly usersPerInstance: number;
  readonly activity: ActivityName;
  /** Share of all sessions. */
  readonly weight: number;
  readonly bucket: string;
  readonly homes: string;
  readonly prefix: string;
  readonly instanceType: string;
  readonly application: readonly string[];
  readonly domainJoined: boolean;
}

const ANALYTICS: Fleet = {
  name: 'analytics',
  stack: 'analytics-stack',
  account: MAIN_ACCOUNT,
  authentication: 'SAML',
  folderMode: 'federated',
  net: 20,
  endpoint: 'vpce-0a1b2c3d4e5f60718',
  otherEndpoint: 'vpce-0c77aa10be23d4f91',
  role: 'AnalyticsFleetRole',
  roleId: 'AROAVN4ALYT1C5FL33TR0',
  streamRole: 'AppStreamAnalyticsUsers',
  namedCredentials: 'all',
  usersPerInstance: 1,
  activity: 'office',
  weight: 48,
  bucket: BUCKETS.research,
  homes: BUCKETS.homes,
  prefix: 'projects/',
  instanceType: 'stream.memory.xlarge',
  application: ['RStudio', 'JupyterLab', 'DBeaver', 'Excel'],
  domainJoined: false,
};

const BASE_FLEETS: readonly Fleet[] = [
  ANALYTICS,
  {
    ...ANALYTICS,
    name: 'trading',
    stack: 'trading-stack',
    net: 21,
    endpoint: 'vpce-0b2c3d4e5f6071829',
    role: 'TradingFleetRole',
    roleId: 'AROAVTR4D1NGFL33TR0L3',
    streamRole: 'AppStreamTradingUsers',
    namedCredentials: 'none',
    weight: 29,
    bucket: BUCKETS.trading,
    prefix: 'books/',
    instanceType: 'stream.standard.large',
    application: ['TradeDesk', 'Excel'],
    domainJoined: true,
  },
  {
    ...ANALYTICS,
    name: 'contractors',
    stack: 'contractors-stack',
    authentication: 'CUSTOM',
    folderMode: 'custom',
    net: 22,
    role: 'ContractorsFleetRole',
    roleId: 'AROAVC0NTR4CT0RSFL33T',
    streamRole: null,
    namedCredentials: 'none',
    usersPerInstance: 4,
    weight: 7,
    bucket: BUCKETS.exchange,
    prefix: 'inbox/',
    instanceType: 'stream.standard.2xlarge',
    application: ['Firefox', 'LibreOffice'],
  },
  {
    ...ANALYTICS,
    name: 'legacy',
    stack: 'legacy-stack',
    authentication: 'USERPOOL',
    folderMode: 'userpool',
    net: 23,
    endpoint: null,
    otherEndpoint: null,
    role: 'LegacyFleetRole',
    roleId: 'AROAVL3G4CYFL33TR0L3X',
    streamRole: null,
    namedCredentials: 'some',
    weight: 6,
    bucket: BUCKETS.archive,
    prefix: 'records/',
    instanceType: 'stream.standard.medium',
    application: ['OldLedger'],
  },
  {
    ...ANALYTICS,
    name: 'nightdesk',
    stack: 'nightdesk-stack',
    account: SECOND_ACCOUNT,
    endpoint: 'vpce-0e9f8a7b6c5d4e3f2',
    otherEndpoint: null,
    role: 'NightDeskFleetRole',
    roleId: 'AROAZN1GHTD3SKFL33TR0',
    streamRole: 'AppStreamNightDeskUsers',
    namedCredentials: 'none',
    activity: 'night',
    weight: 10,
    bucket: BUCKETS.night,
    homes: BUCKETS.nightHomes,
    prefix: 'tickets/',
    application: ['ServiceDesk'],
  },
];

/** The first `count` fleets; more than five are further analytics fleets with a network of their own. */
export function fleets(count: number): readonly Fleet[] {
  return Array.from({ length: count }, (_, index) => {
    const base = BASE_FLEETS[index];
    if (base) return base;
    return { ...ANALYTICS, name: `analytics-${index - 3}`, stack: `analytics-stack-${index - 3}`, net: 20 + index, weight: 20 };
  });
}

/** An address of a fleet; `index` up to 63,000. */
export function fleetAddress(fleet: Fleet, index: number): string {
  return `10.${fleet.net}.${Math.floor(index / 250)}.${4 + (index % 250)}`;
}

const GIVEN = (
  'anna ben clara david elif felix grace hugo ines jonas karin lena marco nadia oskar petra quentin rosa stefan tariq ' +
  'uwe vera wim xenia yusuf zoe'
).split(' ');
const FAMILY = (
  'adler berg costa dvorak engel fischer garcia hansen ivanov jensen koch lindqvist meyer novak okafor petrov quist rossi ' +
  'schmidt tanaka urban vogel weber xu yilmaz zeller'
).split(' ');

/** The exact user id of the n-th person of a fleet, in the form its sign-in gives. */
export function userId(fleet: Fleet, n: number): string {
  const given = GIVEN[n % GIVEN.length] as string;
  const family = FAMILY[(n * 7 + Math.floor(n / GIVEN.length)) % FAMILY.length] as string;
  const round = Math.floor(n / (GIVEN.length * FAMILY.length));
  const name = `${family}${round === 0 ? '' : round}`;
  if (fleet.authentication === 'CUSTOM') return `ext-${String(1000 + n)}`;
  if (fleet.authentication === 'USERPOOL') return `${given}.${name}@archive.example.org`;
  if (fleet.domainJoined) return `ACME\\${given}.${name}`;
  return fleet.account === SECOND_ACCOUNT ? `${given}.${name}@night.example.net` : `${given}.${name}@example.com`;
}
