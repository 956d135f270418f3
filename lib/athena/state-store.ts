/** The state of the run in the bucket: replaced only by whoever has seen what is there. */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { RunState, Watermark } from '../cloud/run-state.ts';
import type { StateStore } from '../cloud/run-step.ts';
import { LakeError } from '../errors.ts';
import { CORRELATION_STATE_KEY, WATERMARK_KEY } from '../lake/cloud-layout.ts';

export class S3StateStore implements StateStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async load(): Promise<{ state: RunState; tag: string } | null> {
    const found = await this.#read(CORRELATION_STATE_KEY);
    if (found === null) return null;
    const state = found.value as RunState;
    if (state.version !== 1) {
      throw new LakeError(`${CORRELATION_STATE_KEY} is of version ${state.version}, this program knows 1`, {
        remedy: 'deploy a newer appstream-audit',
      });
    }
    return { state, tag: found.tag };
  }

  async save(state: RunState, tag: string | null): Promise<string | null> {
    const condition = tag === null ? { IfNoneMatch: '*' } : { IfMatch: tag };
    try {
      const { ETag } = await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: CORRELATION_STATE_KEY,
          Body: JSON.stringify(state),
          ContentType: 'application/json',
          ...condition,
        }),
      );
      return ETag ?? null;
    } catch (error) {
      // 412: another was faster; 409: another is just now
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (status === 412 || status === 409) return null;
      throw error;
    }
  }

  async readWatermark(): Promise<Watermark | null> {
    return ((await this.#read(WATERMARK_KEY))?.value as Watermark | undefined) ?? null;
  }

  async writeWatermark(watermark: Watermark): Promise<void> {
    const put = { Bucket: this.#bucket, Key: WATERMARK_KEY, Body: JSON.stringify(watermark), ContentType: 'application/json' };
    await this.#client.send(new PutObjectCommand(put));
  }

  async #read(key: string): Promise<{ value: unknown; tag: string } | null> {
    try {
      const { Body, ETag } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return { value: JSON.parse((await Body?.transformToString()) ?? 'null'), tag: ETag ?? '' };
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null;
      throw error;
    }
  }
}
