/**
 * Reads one input, whatever it is packed in: the one way from stored bytes to a reader, on one machine and in the cloud. Packing
 * is undone (`unpack`), archives are opened, what cannot be read is refused by its name, and the limits hold for all of it together.
 */
import { DamagedInputError, InputError } from '../errors.ts';
import { ARCHIVE_HEAD_BYTES, type ArchiveForm, archiveFormOf, type Member, membersOf } from './archive.ts';
import { peek } from './byte-stream.ts';
import { FOREIGN_HEAD_BYTES, foreignForm, WORKBOOK } from './foreign-form.ts';
import { kindOfContent } from './kind-of-content.ts';
import { type InputKind, type Reader, type ReadLimits, type ReadOutcome, type RowSink, withhold } from './reader.ts';
import { siblingOf } from './sibling.ts';
import { type UnpackResult, unpack } from './unpack.ts';

/** An input, or a file in an archive. */
export interface Place {
  /** Of a file in an archive: that of the archive, `!/`, and its path in it. */
  readonly location: string;
  readonly kind: InputKind;
  readonly modifiedMs: number;
}

/** An input to be read. */
export interface InputPlace extends Place {
  /** True when the kind was found out, not given: files of an archive are then read as what each of them is. */
  readonly isKindFound?: boolean;
}

/** One document of an input and what became of it. */
export interface ReadDocument extends Place {
  readonly read: ReadOutcome;
  readonly unpacked: UnpackResult;
}

/** An input that was read: itself, then the files in it where it is an archive. */
export interface ReadInput {
  readonly documents: readonly [ReadDocument, ...ReadDocument[]];
  /** Something in it contradicts its checksum: its rows have to be taken back. Nothing is counted as kept. */
  readonly damaged: boolean;
}

export type Readers = Readonly<Record<InputKind, Reader>>;

export interface ReadContext {
  readonly ingestedAtMs: number;
  readonly limits: ReadLimits;
}

/** Archives within archives that are opened. */
const MOST_ARCHIVES = 3;
/** Files of one archive, those of archives in it included. */
const MOST_MEMBERS = 100_000;

/** Reads one input into a sink. @throws what the sink and the source throw; what is wrong with the content is in the outcome */
export async function readInput(
  stored: AsyncIterable<Uint8Array>,
  place: InputPlace,
  context: ReadContext,
  readers: Readers,
  sink: RowSink,
): Promise<ReadInput> {
  const reading = new InputReading(place.isKindFound ?? false, context, readers, sink);
  const first = await reading.read(stored, place, 0);
  const documents = [first, ...reading.members] as const;
  const damaged = documents.some(({ unpacked }) => unpacked.damaged);
  if (!damaged) return { documents, damaged };
  const [own, ...others] = documents.map((document) => ({ ...document, read: withhold(document.read) }));
  return { documents: [own as ReadDocument, ...others], damaged };
}

/** Reads nothing of an input: it is known then, and has no records. */
export async function passOver(stored: AsyncIterable<Uint8Array>, place: Place, limits: ReadLimits): Promise<ReadInput> {
  const unpacked = await unpack(stored, limits, place.location).finish();
  return { documents: [{ ...place, read: nothingOf(null), unpacked }], damaged: false };
}

class InputReading {
  readonly members: ReadDocument[] = [];
  readonly #isKindFound: boolean;
  readonly #context: ReadContext;
  readonly #readers: Readers;
  readonly #sink: RowSink;
  /** Bytes that may still come out of archives. */
  #room: number;
  #count = 0;

  constructor(isKindFound: boolean, context: ReadContext, readers: Readers, sink: RowSink) {
    this.#isKindFound = isKindFound;
    this.#context = context;
    this.#readers = readers;
    this.#sink = sink;
    this.#room = context.limits.maxUnpackedBytes;
  }

  /** @param depth archives that it lies in */
  async read(stored: AsyncIterable<Uint8Array>, place: Place, depth: number): Promise<ReadDocument> {
    const limits = depth === 0 ? this.#context.limits : { ...this.#context.limits, maxUnpackedBytes: Math.max(this.#room, 0) };
    const unpacking = unpack(stored, limits, place.location);
    const { head, all } = await peek(unpacking.bytes, Math.max(ARCHIVE_HEAD_BYTES, FOREIGN_HEAD_BYTES));
    const form = archiveFormOf(head);
    let outcome: ReadOutcome;
    let kind = place.kind;
    if (form !== null) outcome = await this.#readArchive(form, all, place, depth);
    else {
      if (this.#isKindFound && depth > 0) kind = kindOfContent(place.location, head) ?? kind;
      outcome = await this.#readDocument(all, head, { ...place, kind }, limits);
    }
    const unpacked = await unpacking.finish();
    if (depth > 0) this.#room -= unpacked.unpackedBytes;
    return { ...place, kind, read: outcome, unpacked };
  }

  async #readDocument(bytes: AsyncIterable<Uint8Array>, head: Buffer, place: Place, limits: ReadLimits): Promise<ReadOutcome> {
    const refused = foreignForm(place.kind, head);
    if (refused !== null) return nothingOf(`${place.location} ${refused}`);
    const context = { location: place.location, modifiedMs: place.modifiedMs, ingestedAtMs: this.#context.ingestedAtMs, limits };
    return this.#readers[place.kind](bytes, context, this.#sink);
  }

  async #readArchive(form: ArchiveForm, bytes: AsyncIterable<Uint8Array>, place: Place, depth: number): Promise<ReadOutcome> {
    const { location } = place;
    if (depth === MOST_ARCHIVES) return nothingOf(`${location} lies in ${MOST_ARCHIVES} archives; extract it and give the folder`);
    const taken = new Map<string, number>();
    const before = this.members.length;
    let passedOver = 0;
    let problem: string | null = null;
    try {
      for await (const member of membersOf(form, bytes, location)) {
        if (isWorkbookPart(form, member)) return nothingOf(`${location} ${WORKBOOK}`);
        if (siblingOf(this.#isKindFound ? null : place.kind, member.name) !== null) {
          passedOver += 1;
          continue;
        }
        if (++this.#count > MOST_MEMBERS) throw new InputError(`${location} has more than ${MOST_MEMBERS} files`, { remedy: 'extract it' });
        const n = (taken.get(member.name) ?? 0) + 1;
        taken.set(member.name, n);
        // an archive may have two files of one name, and both are evidence
        const name = n === 1 ? member.name : `${member.name}#${n}`;
        const inner = { location: `${location}!/${name}`, kind: place.kind, modifiedMs: member.modifiedMs ?? place.modifiedMs };
        this.members.push(await this.#readMember(member, inner, depth + 1));
        if (this.#room <= 0) {
          const limit = this.#context.limits.maxUnpackedBytes;
          throw new InputError(`${location} unpacks to more than the limit of ${limit} bytes`, {
            remedy: 'extract it and give the folder',
          });
        }
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problem = error.message;
    }
    const isEmpty = this.members.length === before && passedOver === 0;
    if (isEmpty && problem === null) problem = `${location} holds no file`;
    const outcome = { ...nothingOf(problem), content: 'archive' as const, recordsRead: passedOver, notRecords: passedOver };
    return { ...outcome, holdsOthers: this.members.length > before };
  }

  /** What a damaged file of a zip throws ends the reading of that file, and marks it. */
  async #readMember(member: Member, place: Place, depth: number): Promise<ReadDocument> {
    const state = { damaged: false };
    async function* noted(): AsyncGenerator<Uint8Array> {
      try {
        yield* member.bytes;
      } catch (error) {
        state.damaged = error instanceof DamagedInputError;
        throw error;
      }
    }
    const document = await this.read(noted(), place, depth);
    return state.damaged ? { ...document, unpacked: { ...document.unpacked, damaged: true } } : document;
  }
}

/** A zip with these is a workbook, whatever else is in it. */
function isWorkbookPart(form: ArchiveForm, { name }: Member): boolean {
  return form === 'zip' && /^(?:\[Content_Types\]\.xml|xl\/workbook\.xml)$/.test(name);
}

/** Nothing was read. */
function nothingOf(problem: string | null): ReadOutcome {
  return {
    content: 'unknown',
    recordsRead: 0,
    kept: 0,
    malformed: 0,
    notRecords: 0,
    rejected: [],
    problem,
    accountId: null,
    region: null,
    reportDay: null,
  };
}
