/**
 * An entry's story and a record's life as data: what was done, by whom, under which right, what it changed. The server-rendered pages and the
 * portal tell them in their own way; neither adds a meaning that the modules do not declare.
 */
import type { RecordChange, Signer, StoredEvent } from '@tabularium/kernel';
import type { EntryRow } from '@tabularium/projections';
import { isStateKey, type JsonObject } from '@tabularium/protocol';
import { documentsOf, type StoryDocument } from './attached-documents.ts';
import { digestsIn, type LedgerWords, type Money, type Told } from './ledger-words.ts';
import type { PageSource } from './page-source.ts';

const EVENTS_MAX = 100;
const KEYS_MAX = 200;
const LATEST_MAX = 100;
const STEPS_MAX = 100;
const TRANSFERS_MAX = 100;
const SYSTEM_LEAF = 0x7b;
const HIDDEN: ReadonlySet<string> = new Set(['transfers', 'by', 'texts', '_sd', 'signers', 'records', 'rows']);
/** The kernel's stamp on every record, and what has a place of its own in its life. */
const STAMPED: ReadonlySet<string> = new Set(['v', 'rev', 'tx', 'rule', 'time', 'standing', 'order', 'imported', 'texts', '_sd', 'state']);

/** Of a record's change, its state is what matters most. */
const STAMP_ONLY: ReadonlySet<string> = new Set([...STAMPED].filter((name) => name !== 'state' && name !== 'standing'));
const CHANGES_MAX = 20;

/** One line of a list of entries. */
export interface StoryLine {
  readonly index: number;
  readonly name: string;
  readonly height: number;
  /** ms UTC. */
  readonly time: number;
  readonly action: string;
  /** What was done, in words. */
  readonly title: string;
  readonly role: string;
  readonly office: string;
  /** What the record is called that it was about, or the first of them; absent where that has no title. */
  readonly about?: string;
  /** What that one was for, where it is known by another name: of a payment what was paid. */
  readonly purpose?: string;
  /** Where it did the same to several records: to how many. */
  readonly times?: number;
  readonly money?: Money;
}

export interface StoryEvent {
  readonly type: string;
  readonly title: string;
  readonly told: readonly Told[];
}

/** In which role somebody signed. */
export type StorySigner = Pick<Signer, 'role' | 'office' | 'agency'>;

/** A step of double entry. */
export interface StoryTransfer {
  readonly debit: string;
  readonly credit: string;
  /** Minor units. */
  readonly amount: string;
  readonly currency: string;
  readonly phase: string;
}

export interface Story {
  readonly index: number;
  /** Of the transaction; empty where the entry is the charter or a stamp. */
  readonly name: string;
  readonly height: number;
  readonly time: number;
  readonly kind: 'act' | 'charter' | 'stamp';
  readonly action: string;
  readonly title: string;
  /** What came of it, in one sentence; empty where the entry is no act. */
  readonly headline: string;
  /** As of a line of the list: the record that it was about and what that was for, to how many it did the same, and their sum. */
  readonly about?: string;
  readonly purpose?: string;
  /** State key of the one record that it itself wrote about: what the page is called by. */
  readonly record?: string;
  readonly times?: number;
  readonly money?: Money;
  /** The action whose right was used, in words. */
  readonly right: string;
  readonly signers: readonly StorySigner[];
  /** The court's case, where an order allowed what a rule would not. */
  readonly order?: string;
  readonly events: readonly StoryEvent[];
  /** Events beyond those told. */
  readonly more: number;
  /** State keys that it wrote. */
  readonly keys: readonly string[];
  readonly transfers: readonly StoryTransfer[];
  /** Handles of those who signed. */
  readonly officers: readonly string[];
  /** Thumbprint of the key that signed; empty where nobody did. */
  readonly kid: string;
  /** What was signed; of the charter or a stamp, what it is. */
  readonly signed: JsonObject;
}

/** One step of a record's life. */
export interface LifeEvent extends StoryEvent {
  readonly height: number;
  readonly time: number;
  /** Log index of the entry; absent where nobody signed: at the founding, or where a time had come. */
  readonly entry?: number;
  readonly right: string;
  readonly signers: readonly StorySigner[];
}

export interface Life {
  readonly key: string;
  readonly title: string;
  /** What stands now; absent where the record no longer does. */
  readonly stands?: {
    readonly state: string;
    /** `suspended`, `withdrawn`, `annulled` or empty. */
    readonly standing: string;
    /** Case of the order under which it stands, or empty. */
    readonly order: string;
    readonly imported: boolean;
    readonly told: readonly Told[];
    readonly record: JsonObject;
  };
  readonly documents: readonly StoryDocument[];
  /** Oldest first. */
  readonly steps: readonly LifeEvent[];
  /** False where it has more steps than these. */
  readonly complete: boolean;
}

/** A record that would read otherwise. */
export interface StoryChange {
  /** State key; of a record that would be new, not the one that it will have. */
  readonly key: string;
  readonly title: string;
  readonly isNew: boolean;
  readonly members: readonly { readonly label: string; readonly before?: Told; readonly after?: Told }[];
}

export class Stories {
  readonly #source: PageSource;
  readonly #words: LedgerWords;

  constructor(source: PageSource, words: LedgerWords) {
    this.#source = source;
    this.#words = words;
  }

  /** Newest first; undefined while the lists are being rebuilt. With `officer`, what this one signed. */
  async latest(before: number | undefined, limit: number, officer?: string): Promise<readonly StoryLine[] | undefined> {
    const answer = await this.#source.projections.entries({
      limit: Math.min(limit, LATEST_MAX),
      ...(before === undefined ? {} : { before }),
      ...(officer === undefined ? {} : { officer }),
    });
    return answer.ok ? this.lines(answer.value) : undefined;
  }

  /** Rows of the list of entries in words. */
  lines(rows: readonly EntryRow[]): readonly StoryLine[] {
    const { ledger } = this.#source;
    const blocks = new Map([...new Set(rows.map(({ height }) => height))].map((height) => [height, ledger.events(height)]));
    return rows.map(({ index, name, height, time, action, about, role, office }) => ({
      ...{ index, name, height, time, action, role, office },
      title: this.#words.deed(action, about),
      ...this.#subject((blocks.get(height) ?? []).filter(({ tx }) => tx === name)),
    }));
  }

  /** What an act was about: of several records, the first, how many they are, and their sum. */
  #subject(events: readonly StoredEvent[]): Pick<StoryLine, 'about' | 'purpose' | 'times' | 'money'> {
    const first = foremost(events);
    if (first === undefined) return {};
    const same = events.filter(({ type }) => type === first.type);
    const [module, collection] = first.type.split('.');
    const itself = first.keys.filter((key) => key.startsWith(`${module}/${collection}/`));
    const named = [...itself, ...first.keys].find((key) => this.#words.nameAt(key) !== undefined);
    const [about, purpose] = named === undefined ? [] : [this.#words.nameAt(named), this.#words.purposeAt(named)?.title];
    const money = sumOf(same.map(({ type, data }) => this.#words.sumIn(type, data)));
    return {
      ...(about === undefined ? {} : { about }),
      ...(purpose === undefined ? {} : { purpose }),
      ...(same.length === 1 ? {} : { times: same.length }),
      ...(money === undefined ? {} : { money }),
    };
  }

  #itself(events: readonly StoredEvent[]): Pick<Story, 'record'> {
    const first = foremost(events);
    const [module, collection] = first?.type.split('.') ?? [];
    const [record, ...others] = (first?.keys ?? []).filter((key) => key.startsWith(`${module}/${collection}/`));
    const isAlone = events.filter(({ type }) => type === first?.type).length === 1 && others.length === 0;
    return record === undefined || !isAlone ? {} : { record };
  }

  /** `ref`: log index or name. Undefined where there is no such entry. */
  one(ref: string): Story | undefined {
    const { ledger } = this.#source;
    const index = /^[0-9]{1,15}$/.test(ref) ? Number(ref) : ledger.placed(ref)?.index;
    const block = index === undefined ? undefined : ledger.blockOf(index);
    if (index === undefined || block === undefined) return undefined;
    const [leaf] = ledger.leaves(index, index + 1);
    if (leaf === undefined) return undefined;
    const { height, time } = block;
    if (leaf[0] === SYSTEM_LEAF) {
      const signed = JSON.parse(Buffer.from(leaf).toString('utf8')) as JsonObject;
      const kind = signed.type === 'seal' ? 'stamp' : 'charter';
      const nothing = { name: '', action: '', title: '', headline: '', right: '', kid: '', more: 0 };
      return { index, height, time, kind, ...nothing, signers: [], officers: [], events: [], keys: [], transfers: [], signed };
    }
    const events = ledger.events(height).filter(({ entry }) => entry >= 0 && block.first + entry === index);
    return { index, height, time, kind: 'act', ...this.#act(events), ...readLeaf(leaf) };
  }

  /** `key`: state key. Undefined where nothing ever stood under it; `rebuilding` while the lists are being rebuilt. */
  async life(key: string): Promise<Life | 'rebuilding' | undefined> {
    const { ledger, projections } = this.#source;
    const words = this.#words;
    const text = isStateKey(key) ? ledger.record(key) : undefined;
    const [answer, documents] = await Promise.all([projections.life(key, { limit: STEPS_MAX }), documentsOf(projections, key)]);
    if (!answer.ok) return 'rebuilding';
    if (text === undefined && answer.value.length === 0) return undefined;
    const steps = answer.value.map(({ height, time, entry, type, data, signers }): LifeEvent => {
      const by = { right: words.action(entry?.about || entry?.action || ''), signers: signers.map(asSigner) };
      return { ...this.#told({ type, data }, key), height, time, ...by, ...(entry === undefined ? {} : { entry: entry.index }) };
    });
    const told = { key, title: words.titleAt(key) ?? words.key(key), documents, steps, complete: answer.value.length < STEPS_MAX };
    return text === undefined ? told : { ...told, stands: this.#stands(key, JSON.parse(text) as JsonObject) };
  }

  /** What would change, in words: of the records that lists show. */
  changes(changes: readonly RecordChange[]): { readonly changes: readonly StoryChange[]; readonly more: number } {
    const shown = changes.filter(({ key }) => this.#words.isListed(key));
    return { changes: shown.slice(0, CHANGES_MAX).map((one) => this.#changed(one)), more: Math.max(0, shown.length - CHANGES_MAX) };
  }

  #changed({ key, before, after }: RecordChange): StoryChange {
    const words = this.#words;
    const [module = '', collection = ''] = key.split('/');
    const toldOf = (record: JsonObject | null): ReadonlyMap<string, Told> =>
      new Map(words.toldMembers(module, words.recordSchema(key), record ?? {}, STAMP_ONLY).map((told) => [told.label, told]));
    const [old, now] = [toldOf(before), toldOf(after)];
    const members = [...new Set([...old.keys(), ...now.keys()])]
      .filter((label) => JSON.stringify(old.get(label)) !== JSON.stringify(now.get(label)))
      .map((label) => {
        const [was, is] = [old.get(label), now.get(label)];
        return { label, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) };
      });
    const isNew = before === null;
    return { key, title: isNew ? words.tongue.code(collection) : (words.titleAt(key) ?? words.key(key)), isNew, members };
  }

  #stands(key: string, record: JsonObject): NonNullable<Life['stands']> {
    const code = (name: string): string => (typeof record[name] === 'string' ? record[name] : '');
    return {
      ...{ state: code('state'), standing: code('standing'), order: code('order'), imported: record.imported === true },
      ...{ told: this.#toldRecord(key, record), record },
    };
  }

  #toldRecord(key: string, record: JsonObject): Told[] {
    const words = this.#words;
    const [module = ''] = key.split('/');
    return [...words.toldTexts(digestsIn(record)), ...words.toldMembers(module, words.recordSchema(key), record, STAMPED)];
  }

  /** `key`: whose life is told. Links to itself lead nowhere; where the event says what it came to be, that is told. */
  #told({ type, data }: Pick<StoredEvent, 'type' | 'data'>, key?: string): StoryEvent {
    const words = this.#words;
    const [module = ''] = type.split('.');
    const told = [...words.toldTexts(digestsIn(data)), ...words.toldMembers(module, words.eventSchema(type), data, HIDDEN)];
    const value = key === undefined ? undefined : recordIn(data, module, key);
    return {
      ...{ type, title: words.event(type) },
      told: value === undefined ? told.filter((one) => one.as !== 'record' || one.key !== key) : this.#toldRecord(key as string, value),
    };
  }

  #act(events: readonly StoredEvent[]): Omit<Story, 'index' | 'height' | 'time' | 'kind' | 'kid' | 'signed'> {
    const words = this.#words;
    const [first] = events;
    const action = first?.action ?? '';
    const about =
      first?.type === 'kernel.proposal.made' ? String(first.data.action) : (events.find((event) => event.action !== action)?.action ?? '');
    const keys = [...new Set(events.flatMap((event) => event.keys))].slice(0, KEYS_MAX);
    const order = this.#orderOf(keys, first?.tx);
    const signers = signersOf(events);
    return {
      ...{ name: first?.tx ?? '', action, title: words.deed(action, about), headline: headline(events, words) },
      right: words.action(about === '' ? action : about),
      signers: signers.map(asSigner),
      officers: signers.map(({ officer }) => officer),
      ...this.#subject(events),
      ...this.#itself(events),
      events: events.slice(0, EVENTS_MAX).map((event) => this.#told(event)),
      more: Math.max(0, events.length - EVENTS_MAX),
      keys,
      transfers: events.flatMap(({ data }) => transfersOf(data)).slice(0, TRANSFERS_MAX),
      ...(order === undefined ? {} : { order }),
    };
  }

  /** The case of the order under which these records were written by this transaction. */
  #orderOf(keys: readonly string[], tx: string | undefined): string | undefined {
    for (const key of keys) {
      const stamp = JSON.parse(this.#source.ledger.record(key) ?? '{}') as { readonly tx?: string; readonly order?: string };
      if (stamp.order !== undefined && stamp.tx === tx) return stamp.order;
    }
    return undefined;
  }
}

/** Of an approval, what it carried out says more than that it was given. */
const foremost = (events: readonly StoredEvent[]): StoredEvent | undefined =>
  events.find(({ type }) => !type.startsWith('kernel.proposal.')) ?? events[0];

/** Undefined where one has none, or another currency. */
function sumOf(sums: readonly (Money | undefined)[]): Money | undefined {
  const currency = sums[0]?.currency;
  if (currency === undefined || sums.some((sum) => sum?.currency !== currency)) return undefined;
  return { amount: String(sums.reduce((total, sum) => total + BigInt(sum?.amount ?? 0), 0n)), currency };
}

function headline(events: readonly StoredEvent[], words: LedgerWords): string {
  const first = foremost(events);
  if (first === undefined) return words.tongue.text('This was accepted and changed nothing else.');
  const same = events.filter(({ type }) => type === first.type).length;
  return same > 1
    ? `${words.event(first.type)} ${words.saying.number(same)} ${words.tongue.text('times in one act.')}`
    : words.event(first.type);
}

/** Everyone whose signature carried the act: an approval's events name its proposer too. */
function signersOf(events: readonly StoredEvent[]): readonly Signer[] {
  let most: readonly Signer[] = [];
  for (const { signers } of events) if (signers.length > most.length) most = signers;
  return most;
}

const asSigner = ({ role, office, agency }: Signer): StorySigner => ({ role, office, agency });

/** Where an event holds whole records (a correction, an order), the one that is meant. */
function recordIn({ records }: JsonObject, module: string, key: string): JsonObject | undefined {
  if (!Array.isArray(records)) return undefined;
  const found = (records as readonly JsonObject[]).find(({ collection, id }) => `${module}/${collection}/${id}` === key);
  return found?.value as JsonObject | undefined;
}

function transfersOf({ transfers, money, currency }: JsonObject): readonly StoryTransfer[] {
  if (!Array.isArray(transfers)) return [];
  const given = currency ?? (money as JsonObject | undefined)?.currency ?? '';
  return (transfers as readonly JsonObject[]).map(({ debit, credit, amount, phase }) => ({
    ...{ debit: String(debit), credit: String(credit), amount: String(amount), currency: String(given), phase: String(phase ?? '') },
  }));
}

/** The parts of a JWS that a page shows; it was checked when it was accepted. */
function readLeaf(leaf: Uint8Array): Pick<Story, 'kid' | 'signed'> {
  const [header = '', payload = ''] = Buffer.from(leaf).toString('latin1').split('.');
  const read = (part: string): JsonObject => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as JsonObject;
  return { kid: String(read(header).kid), signed: read(payload) };
}
