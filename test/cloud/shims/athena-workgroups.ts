/** Workgroups as the deployed template defines them: asked of the server of the AWS APIs, whose own Athena holds (only) them. */
import { AthenaClient, GetWorkGroupCommand } from '@aws-sdk/client-athena';
import { ApiError } from './json-service.ts';

export interface Workgroup {
  readonly name: string;
  /** `s3://…` without or with an ending slash; undefined when the workgroup names none. */
  readonly outputLocation: string | undefined;
  /** The workgroup's settings win over the caller's. */
  readonly enforced: boolean;
  /** A query that reads more bytes is cancelled. */
  readonly scanLimit: number | undefined;
}

export class Workgroups {
  readonly #client: AthenaClient;

  /** @param endpoint of the AWS APIs */
  constructor(endpoint: string) {
    this.#client = new AthenaClient({ endpoint });
  }

  /** @throws ApiError when there is none of that name */
  async get(name: string): Promise<Workgroup> {
    const answer = await this.#client.send(new GetWorkGroupCommand({ WorkGroup: name })).catch((error: Error) => {
      if (error.name === 'InvalidRequestException') throw new ApiError('InvalidRequestException', `WorkGroup ${name} is not found.`);
      throw error;
    });
    if (answer.WorkGroup?.State === 'DISABLED') throw new ApiError('InvalidRequestException', `WorkGroup ${name} is disabled.`);
    const configuration = answer.WorkGroup?.Configuration;
    return {
      name,
      outputLocation: configuration?.ResultConfiguration?.OutputLocation || undefined,
      // booleans and numbers of a template may come back as text
      enforced: String(configuration?.EnforceWorkGroupConfiguration ?? false) === 'true' && name !== 'primary',
      scanLimit: configuration?.BytesScannedCutoffPerQuery ? Number(configuration.BytesScannedCutoffPerQuery) : undefined,
    };
  }
}
