/** Sends messages to a queue of SQS, ten at a time. */
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ObjectFault } from '../cloud/object-fault.ts';
import type { MessageQueue } from '../cloud/ports.ts';
import { awsFault } from './aws-fault.ts';
import { sqsClientOptions } from './client-options.ts';

/** What one call takes. */
const BATCH = 10;
/** Messages of a batch can fail one by one. */
const ATTEMPTS = 4;

export class SqsQueue implements MessageQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(url: string, client: SQSClient = new SQSClient(sqsClientOptions())) {
    this.#client = client;
    this.#url = url;
  }

  async send(bodies: readonly string[]): Promise<void> {
    for (let at = 0; at < bodies.length; at += BATCH) await this.#sendBatch(bodies.slice(at, at + BATCH));
  }

  async #sendBatch(bodies: readonly string[]): Promise<void> {
    let left = bodies;
    for (let attempt = 1; left.length > 0; attempt++) {
      const Entries = left.map((MessageBody, place) => ({ Id: String(place), MessageBody }));
      try {
        const { Failed = [] } = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#url, Entries }));
        left = Failed.map(({ Id }) => left[Number(Id)] as string);
      } catch (cause) {
        throw awsFault(cause, this.#url, 'be sent to');
      }
      if (left.length > 0 && attempt === ATTEMPTS) {
        throw new ObjectFault('busy', `${this.#url} refused ${left.length} messages ${ATTEMPTS} times`, { remedy: 'run it again' });
      }
    }
  }
}
