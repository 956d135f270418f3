/** The sessions of one account and region as AppStream's API lists them (F§3.1, F§3.2). */
import { AppStreamClient, DescribeSessionsCommand, DescribeStacksCommand, ListAssociatedFleetsCommand } from '@aws-sdk/client-appstream';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ApiAuthenticationType, FleetOfStack, ListedSession, SessionSource } from '../cloud/session-sweep.ts';
import { awsFault } from './aws-fault.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import type { SweepTarget } from './environment.ts';

/** The most that a call lists. */
const PAGE = 50;
const ROLE_SESSION_NAME = 'appstream-audit-sweep';

/**
 * A client for the place, under its role where it has one.
 * @throws ObjectFault when the role cannot be assumed
 */
export async function openSessions(target: Pick<SweepTarget, 'region' | 'roleArn'>): Promise<AppStreamSessions> {
  const { region, roleArn } = target;
  if (roleArn === undefined) return new AppStreamSessions(new AppStreamClient({ ...CLIENT_OPTIONS, region }));
  return new AppStreamSessions(new AppStreamClient({ ...CLIENT_OPTIONS, region, credentials: await assumeRole(roleArn) }));
}

async function assumeRole(roleArn: string) {
  const sts = new STSClient(CLIENT_OPTIONS);
  try {
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: ROLE_SESSION_NAME }));
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = Credentials ?? {};
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    };
  } catch (cause) {
    throw awsFault(cause, roleArn, 'be assumed');
  } finally {
    sts.destroy();
  }
}

export class AppStreamSessions implements SessionSource {
  readonly #client: AppStreamClient;

  constructor(client: AppStreamClient) {
    this.#client = client;
  }

  async *fleetsOfStacks(): AsyncGenerator<FleetOfStack> {
    const stacks = pages((token) => this.#client.send(new DescribeStacksCommand(token)), 'stacks');
    for await (const { Stacks = [] } of stacks) {
      for (const { Name: stack } of Stacks) {
        if (stack === undefined) continue;
        const fleets = pages(
          (token) => this.#client.send(new ListAssociatedFleetsCommand({ StackName: stack, ...token })),
          `fleets of ${stack}`,
        );
        for await (const { Names = [] } of fleets) for (const fleet of Names) yield { stack, fleet };
      }
    }
  }

  async *sessions({ stack, fleet }: FleetOfStack, authenticationType: ApiAuthenticationType): AsyncGenerator<readonly ListedSession[]> {
    const question = { StackName: stack, FleetName: fleet, AuthenticationType: authenticationType, Limit: PAGE };
    const answers = pages((token) => this.#client.send(new DescribeSessionsCommand({ ...question, ...token })), 'sessions');
    for await (const { Sessions = [] } of answers) yield Sessions;
  }

  close(): void {
    this.#client.destroy();
  }
}

/** Asks for page after page. A token that comes again would be asked for ever: it ends the questions with an error. */
async function* pages<T extends { NextToken?: string | undefined }>(
  ask: (token: { NextToken?: string }) => Promise<T>,
  what: string,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    let page: T;
    try {
      page = await ask(token === undefined ? {} : { NextToken: token });
    } catch (cause) {
      throw awsFault(cause, what, 'be listed');
    }
    yield page;
    token = page.NextToken || undefined;
    if (token !== undefined && seen.has(token)) throw awsFault(new Error('the same page came again'), what, 'be listed');
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
}
