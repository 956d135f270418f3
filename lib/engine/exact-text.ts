/**
 * Texts of the engine, whole. Its binding decodes them with a decoder that takes a leading U+FEFF for a byte order mark and drops
 * it: two keys, or two users, that differ in it would read alike.
 */
import { createRequire } from 'node:module';

interface DataAccessors {
  textDecoder: { decode(bytes: Uint8Array): string };
}

const require = createRequire(import.meta.url);

/** Makes the binding give texts as they are stored. Called before the first value is read; once is enough. */
export function readTextsWhole(): void {
  const accessors = require('@duckdb/node-api/lib/vectors/dataAccessors.js') as DataAccessors;
  accessors.textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
}
