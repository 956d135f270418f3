/** Leaves names out of a report before anything of it is drawn. Pure. */
import type { AnswerRecord } from '../answer/records.ts';
import type { QueryValue } from '../lake/ports.ts';
import { Pseudonyms } from './pseudonyms.ts';
import type { RedactionKind } from './redaction-kinds.ts';
import type { ReportModel } from './report-model.ts';
import { Scrubber } from './scrubber.ts';

/** What the columns of a report's questions hold, where it can be somebody's or something's name. */
const COLUMNS: Readonly<
  Record<string, 'users' | 'addresses' | 'key' | 'prefix' | 'buckets' | 'accounts' | 'copy' | 'arn' | 'words' | 'id'>
> = {
  user_id: 'users',
  old_user_id: 'users',
  new_user_id: 'users',
  candidate_user_ids: 'users',
  source_address: 'addresses',
  logon_address: 'addresses',
  private_addresses: 'addresses',
  client_addresses: 'addresses',
  object_key: 'key',
  to_key: 'key',
  prefix: 'prefix',
  bucket: 'buckets',
  to_bucket: 'buckets',
  account_id: 'accounts',
  copy_source: 'copy',
  principal_arn: 'arn',
  // sentences of rules and what they name: all kinds may stand in them, in any form
  summary: 'words',
  resource: 'words',
  contradiction: 'words',
  user_key: 'words',
  // a hash of rule and subject: whoever guesses the subject finds it again
  finding_id: 'id',
};

/** IPv4 addresses, with dots and as host names have them. */
const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)|(?<=\bip-)(?:\d{1,3}-){3}\d{1,3}(?!\d)/g;
/** UUIDs, whose last part may be all digits, and account numbers. */
const ACCOUNT = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<!\d)\d{12}(?!\d)/gi;
/** A user hash in a home-folder key. */
const HASH = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi;
/** Columns that are hashes of bytes, and say nothing of what they are of. */
const DIGESTS: readonly string[] = ['sha256', 'record_sha256', 'configuration_hash', 'rules_version'];

/** The report without what is to be left out. Without kinds: the report as it is. */
export function redactModel(model: ReportModel, kinds: readonly RedactionKind[] = model.redacted): ReportModel {
  if (kinds.length === 0) return model;
  const redaction = new Redaction(kinds);
  const lists = (rows: readonly AnswerRecord[]) => rows.map((row) => redaction.record(row));
  // the first to be seen gets the first number
  redaction.subject(model);
  for (const rows of recordLists(model)) for (const row of rows) redaction.learn(row);
  redaction.prepare();
  const { subject, lanes } = model;
  return {
    ...model,
    redacted: kinds,
    subject: { ...subject, id: redaction.subjectId(model), key: redaction.key(subject.key), chosen: redaction.text(subject.chosen) },
    marking: model.marking === null ? null : redaction.text(model.marking),
    command: redaction.command(model.command),
    people: lists(model.people),
    sessions: lists(model.sessions),
    lanes: { ...lanes, sessions: lists(lanes.sessions), marks: lists(lanes.marks) },
    objects: lists(model.objects),
    prefixes: lists(model.prefixes),
    copies: lists(model.copies),
    unnamedWrites: lists(model.unnamedWrites),
    findings: lists(model.findings),
    changes: lists(model.changes),
    inputs: lists(model.inputs),
    runs: lists(model.runs),
    events: { ...model.events, rows: lists(model.events.rows) },
    statements: model.statements.map((each) => ({ ...each, items: each.items.map((item) => redaction.text(item)) })),
    explanation: null,
  };
}

function recordLists(model: ReportModel): (readonly AnswerRecord[])[] {
  const { people, sessions, findings, unnamedWrites, objects, prefixes, copies, changes, events } = model;
  return [people, sessions, findings, unnamedWrites, objects, prefixes, copies, changes, events.rows];
}

class Redaction {
  private readonly kinds: readonly RedactionKind[];
  private readonly users = new Pseudonyms('user');
  private readonly addresses = new Pseudonyms('address');
  private readonly keys = new Pseudonyms('key');
  private readonly buckets = new Pseudonyms('bucket');
  private readonly accounts = new Pseudonyms('account');
  private readonly scrubber = new Scrubber();

  constructor(kinds: readonly RedactionKind[]) {
    this.kinds = kinds;
  }

  subject({ subject }: ReportModel): void {
    if (subject.kind === 'user') this.users.of(subject.id);
    if (subject.kind === 'bucket') this.buckets.of(subject.id);
  }

  /** Gives a number to every name of a row. */
  learn(row: AnswerRecord): void {
    for (const [column, value] of Object.entries(row)) {
      const kind = COLUMNS[column];
      if (kind !== 'users' && kind !== 'addresses' && kind !== 'buckets' && kind !== 'accounts') continue;
      for (const name of Array.isArray(value) ? value : [value]) if (typeof name === 'string' && name !== '') this[kind].of(name);
    }
  }

  /** After all names are known: they are looked for in every text. */
  prepare(): void {
    if (this.has('users'))
      for (const [name, stands] of this.users.entries()) {
        this.scrubber.add(name, stands);
        this.scrubber.add(encodeURIComponent(wellFormed(name)), stands);
      }
    if (this.has('users'))
      for (const [name, stands] of this.users.entries()) {
        const local = name.split('@')[0] ?? '';
        if (local.length >= 4 && /\p{L}/u.test(local)) this.scrubber.add(local, stands, true);
      }
    if (this.has('addresses')) for (const [name, stands] of this.addresses.entries()) this.scrubber.add(name, stands, true);
    if (this.has('buckets')) for (const [name, stands] of this.buckets.entries()) this.scrubber.add(name, stands, true);
  }

  record(row: AnswerRecord): AnswerRecord {
    return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, this.value(column, value)]));
  }

  subjectId({ subject }: ReportModel): string {
    if (subject.kind === 'finding') return this.has('users') ? '' : subject.id;
    return this.text(subject.id);
  }

  command(words: readonly string[]): string[] {
    return words.map((word, at) =>
      words[at - 1] === '--key' ? this.key(word) : words[at - 1] === '--finding' && this.has('users') ? '…' : this.text(word),
    );
  }

  key(key: string): string {
    if (key === '' || !this.has('keys')) return this.text(key);
    const parts = key.split('/');
    const extension = /\.[A-Za-z0-9]{1,5}$/.exec(parts.at(-1) ?? '')?.[0] ?? '';
    return `${'…/'.repeat(parts.length - 1)}${this.keys.of(key)}${extension}`;
  }

  /** Any text: names that are known, and whatever looks like what is to be left out. */
  text(text: string): string {
    let clean = this.scrubber.scrub(text);
    if (this.has('addresses')) clean = clean.replace(IPV4, (address) => this.addresses.of(address.replaceAll('-', '.')));
    if (this.has('accounts')) clean = clean.replace(ACCOUNT, (found) => (found.includes('-') ? found : this.accounts.of(found)));
    if (this.has('users')) clean = clean.replace(HASH, 'user-hash');
    return clean;
  }

  private has(kind: RedactionKind): boolean {
    return this.kinds.includes(kind);
  }

  private value(column: string, value: QueryValue): QueryValue {
    if (DIGESTS.includes(column)) return value;
    if (Array.isArray(value)) return value.map((each: QueryValue) => this.value(column, each));
    if (typeof value !== 'string' || value === '') return value;
    switch (COLUMNS[column]) {
      case 'words':
        return null;
      case 'id':
        return this.has('users') ? null : value;
      case 'key':
        return this.key(value);
      case 'prefix':
        return this.has('keys') ? `${this.keys.of(value)}/` : this.text(value);
      case 'copy':
        return this.copySource(value);
      case 'arn':
        return this.has('users') ? this.text(withoutName(value)) : this.text(value);
      case 'users':
        return this.has('users') ? this.users.of(value) : this.text(value);
      case 'buckets':
        return this.has('buckets') ? this.buckets.of(value) : this.text(value);
      default:
        return this.text(value);
    }
  }

  private copySource(source: string): string {
    if (!this.has('keys')) return this.text(source);
    const path = source.replace(/^\//, '');
    const slash = path.indexOf('/');
    return slash < 0 ? this.text(path) : `${this.text(path.slice(0, slash))}/${this.key(path.slice(slash + 1))}`;
  }
}

/** An ARN without the name at its end: a role session and an IAM user are named after people. */
function withoutName(arn: string): string {
  const role = /^(.*:assumed-role\/[^/]+)\/.*$/.exec(arn);
  if (role) return `${role[1]}/…`;
  const user = /^(.*:(?:user|federated-user))\/.*$/.exec(arn);
  return user ? `${user[1]}/…` : /^arn:/.test(arn) ? arn : '…';
}

function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
