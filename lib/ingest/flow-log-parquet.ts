/** Flow logs that VPC delivers as Parquet (F§7): the same fields as columns, `_` between words. */
import { gunzipSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { InputError } from '../errors.ts';
import { formatOf } from './flow-log-format.ts';
import type { FlowValue } from './flow-record.ts';

/** Such a file can only be read whole. VPC writes 75 MB at most (F§7). */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** Rows that are unpacked at a time: bounds memory. A larger row group is unpacked once for each of them. */
const ROWS_AT_ONCE = 100_000;

const MAGIC = 'PAR1';

/** VPC packs the columns with gzip. Snappy needs nothing; whoever packs otherwise is told. */
const COMPRESSORS = { GZIP: (input: Uint8Array) => new Uint8Array(gunzipSync(input)) };

/** @param head the first bytes of an input */
export function isParquet(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/**
 * Hands over every row.
 * @param take gets the values of a row by the names of the text format, whether the file has `pkt-dst-aws-service`, and the row from 1
 * @throws InputError when it is too large, cut off or damaged, or lacks the columns that place a flow
 */
export async function readParquetRows(
  bytes: AsyncIterable<Uint8Array>,
  location: string,
  take: (value: FlowValue, tellsServices: boolean, row: number) => void,
): Promise<void> {
  const file = await wholeFile(bytes, location);
  const { metadata, names } = readSchema(file, location);
  const format = formatOf(names);
  if (format.problem !== null) throw new InputError(`${location} ${format.problem}`);
  const tellsServices = format.at.has('pkt-dst-aws-service');
  const total = Number(metadata.num_rows);
  for (let from = 0; from < total; from += ROWS_AT_ONCE) {
    const rows = await readRows(file, metadata, from, Math.min(from + ROWS_AT_ONCE, total), location);
    for (const [at, row] of rows.entries()) {
      take((field) => textOf(row[names[format.at.get(field) ?? -1] ?? '']), tellsServices, from + at + 1);
    }
  }
}

async function wholeFile(bytes: AsyncIterable<Uint8Array>, location: string): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > LARGEST_BYTES) {
      throw new InputError(`${location} has more than the ${LARGEST_BYTES} bytes that a Parquet flow log may have`, {
        remedy: 'nothing of it was read; split the file if it is genuine',
      });
    }
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole.buffer;
}

function readSchema(file: ArrayBuffer, location: string) {
  try {
    const metadata = parquetMetadata(file);
    // the root of the schema is its first element
    return { metadata, names: metadata.schema.slice(1).map(({ name }) => name) };
  } catch (cause) {
    throw damaged(location, cause);
  }
}

async function readRows(
  file: ArrayBuffer,
  metadata: ReturnType<typeof parquetMetadata>,
  rowStart: number,
  rowEnd: number,
  location: string,
) {
  try {
    return await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors: COMPRESSORS });
  } catch (cause) {
    throw damaged(location, cause);
  }
}

function damaged(location: string, cause: unknown): InputError {
  return new InputError(`${location} is cut off or damaged: its Parquet data cannot be read (${(cause as Error).message})`, {
    remedy: 'what came before was read; fetch the file again',
    cause,
  });
}

/** Numbers as the text format has them; what is absent, or `-`, is null. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = String(value);
  return text === '' || text === '-' ? null : text;
}
