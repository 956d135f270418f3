/** The configuration that suits the demo's day. */
import { BUCKETS, type Fleet, MAIN_ACCOUNT, NAT_ADDRESS, PORTAL_ROLE, REGION, SECOND_ACCOUNT } from './cast.ts';

/** YAML text of a configuration for these fleets. */
export function demoConfiguration(fleets: readonly Fleet[]): string {
  const unique = (values: readonly (string | null)[]) => [...new Set(values.filter((value): value is string => value !== null))];
  const list = (values: readonly string[], indent: string) => values.map((value) => `${indent}- ${JSON.stringify(value)}\n`).join('');
  const endpoints = unique(fleets.flatMap(({ endpoint, otherEndpoint }) => [endpoint, otherEndpoint]));
  const endpointText = endpoints
    .map((id) => {
      const served = fleets.filter(({ endpoint, otherEndpoint }) => endpoint === id || otherEndpoint === id);
      const only = id === 'vpce-0b2c3d4e5f6071829' ? `\n      fleets: [${served.map(({ name }) => name).join(', ')}]` : '';
      return `    - id: ${id}\n      account: "${(served[0] as Fleet).account}"${only}\n`;
    })
    .join('');
  const nat = fleets.some(({ endpoint }) => endpoint === null);
  const roles = unique(
    fleets.map(({ streamRole }) => streamRole && `arn:aws:iam::${streamAccount(fleets, streamRole)}:role/${streamRole}`),
  );
  return (
    `# Made with the demo's data: which roles, addresses and endpoints are the fleets'.\n` +
    `scope:\n  buckets: ["*"]\n  # the trail and AppStream deliver their logs here\n  excludeBuckets:\n${list([BUCKETS.logs, `appstream-logs-${REGION}-*`], '    ')}` +
    `  fleetRoles:\n${list(unique(fleets.map(({ role }) => role)), '    ')}` +
    `  fleetCidrs:\n${list([...unique(fleets.map(({ net }) => `10.${net}.0.0/16`)), '2001:db8:20::/64'], '    ')}` +
    `  natAddresses: [${nat ? JSON.stringify(NAT_ADDRESS) : ''}]\n` +
    `  vpcEndpoints:\n${endpointText}` +
    `window:\n  graceSeconds: 300\n  # no fleet here lets a session last longer\n  longestSessionHours: 10\n  lookbackDays: 7\n` +
    `logons:\n  roles:\n${list(roles, '    ')}  trustedCidrs: ["198.51.100.0/24"]\n  requireMfa: true\n` +
    `policy:\n  protectedBuckets: [${BUCKETS.research}, ${BUCKETS.trading}]\n  accounts: ["${MAIN_ACCOUNT}", "${SECOND_ACCOUNT}"]\n` +
    `  # the portal of the contractors makes their streaming URLs\n  streamingUrlCallers: ["arn:aws:iam::${MAIN_ACCOUNT}:role/${PORTAL_ROLE}"]\n` +
    `  # nobody here opens more files in an hour, unless to carry them away\n  bulkRead:\n    objects: 400\n`
  );
}

function streamAccount(fleets: readonly Fleet[], role: string): string {
  return fleets.find(({ streamRole }) => streamRole === role)?.account ?? MAIN_ACCOUNT;
}
