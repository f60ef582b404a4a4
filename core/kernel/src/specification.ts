/**
 * Stories for the tests of every module: *given* these steps, *when* this one, *then* these events or this refusal.
 *
 * It runs one module by its own declarations, as the kernel does (bodies, events and records are held to their schemas,
 * records are stamped, deadlines fire before later steps), on a map in memory. Keys, roles and quorums are the kernel's
 * business and not told here. The same ledger serves the generator's tests.
 */
import { canonicalJson, type JsonObject, type JsonValue, makeBodyChecker } from '@tabularium/protocol';
import type { TSchema } from 'typebox';
import { civilDate, dayNumber } from './calendar.ts';
import {
  type Act,
  type CharterView,
  type Decision,
  type Draft,
  isRefused,
  type ModuleDefinition,
  type Refusal,
  type Signer,
  type Stored,
  type View,
} from './module.ts';

const DAY = 86_400_000;

/** Who signs: `ana:accountant`, `ana:accountant@office@agency`, `ben:accountant:ana` in her place, or several with spaces between. */
type Signers = string;
export type StandingVerb = 'withdraw' | 'correct' | 'annul' | 'suspend' | 'reinstate' | 'set' | 'reopen';

export interface ToldEvent {
  readonly type: string;
  readonly data: JsonObject;
  readonly tx: string;
  readonly action: string;
  readonly signers: readonly Signer[];
  readonly time: number;
}

/** The outcome of a step. `id(n)` is the n-th new id of its transaction. */
export interface Outcome {
  readonly refused?: Refusal;
  readonly events: readonly ToldEvent[];
  id(n?: number): string;
}

export interface TestLedgerOptions {
  readonly today: string;
  readonly parameters?: Readonly<Record<string, JsonValue>>;
  /** `town` alone unless stated. */
  readonly agencies?: Readonly<Record<string, { readonly reviews: boolean }>>;
  /** What neighbours answer. */
  readonly ask?: View['ask'];
}

export class TestLedger {
  readonly #module: ModuleDefinition;
  readonly #parameters: Readonly<Record<string, JsonValue>>;
  readonly #agencies: NonNullable<TestLedgerOptions['agencies']>;
  readonly #ask: View['ask'];
  readonly #records = new Map<string, JsonObject>();
  readonly #deadlines = new Map<
    string,
    { readonly handler: string; readonly collection: string; readonly id: string; readonly due: number }
  >();
  readonly #told: ToldEvent[] = [];
  #time: number;
  #count = 0;

  constructor(module: ModuleDefinition, options: TestLedgerOptions) {
    this.#module = module;
    this.#parameters = options.parameters ?? {};
    this.#agencies = options.agencies ?? { town: { reviews: false } };
    this.#ask = options.ask ?? refuseQuestion;
    this.#time = dayNumber(options.today) * DAY + DAY / 2;
  }

  /** All events so far, in order. */
  get events(): readonly ToldEvent[] {
    return this.#told;
  }

  get today(): string {
    return dateOf(this.#time);
  }

  /** State as canonical text by key: equal ledgers have equal ones. */
  get state(): ReadonlyMap<string, string> {
    return new Map([...this.#records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, canonicalJson(value)]));
  }

  get view(): View {
    return {
      get: (collection, id) => this.#get(collection, id),
      scan: (collection, range) => this.#scan(collection, range),
      ask: this.#ask,
    };
  }

  record<T extends JsonObject>(collection: string, id: string): Stored<T> {
    const record = this.#get<T>(collection, id);
    if (record === undefined) throw new Error(`${collection}/${id} is not there`);
    return record;
  }

  /** Moves the clock to noon of a later day, firing deadlines on the way. */
  on(day: string): this {
    const time = dayNumber(day) * DAY + DAY / 2;
    if (time < this.#time) throw new Error(`${day} is before ${this.today}`);
    this.#time = time;
    this.#fire();
    return this;
  }

  /** An action as it would arrive; a body that does not fit its schema is `malformed`. */
  submit(action: string, body: JsonObject, by: Signers): Outcome {
    const definition = this.#module.actions[action];
    const decide = this.#module.decide[action];
    if (definition === undefined || decide === undefined) throw new Error(`No action ${action}`);
    this.#fire();
    const act = this.#act(`${this.#module.name}.${action}`, signersOf(by));
    const checked = makeBodyChecker(definition.body)(body);
    if (!checked.ok) return outcome(act, { refused: { code: 'malformed', rule: checked.path } }, []);
    return this.#fold(act, decide(body, act, this.view));
  }

  /** A step that must be accepted. */
  do(action: string, body: JsonObject, by: Signers): Outcome {
    const result = this.submit(action, body, by);
    if (result.refused !== undefined) throw new Error(`${action} was refused: ${canonicalJson(result.refused as unknown as JsonObject)}`);
    return result;
  }

  /** A standing action on one record. */
  standing(verb: StandingVerb, collection: string, id: string, change: JsonObject = {}, by: Signers = 'judge:court'): Outcome {
    const handler = this.#module.collections[collection]?.[verb];
    if (handler === undefined) throw new Error(`${collection} does not know ${verb}`);
    this.#fire();
    const act = this.#act(`kernel.${verb}`, signersOf(by));
    const result = this.#fold(act, handler({ collection, id, change }, act, this.view));
    const stamp = ({ withdraw: 'withdrawn', annul: 'annulled', suspend: 'suspended', reinstate: undefined } as const)[verb as 'withdraw'];
    const key = `${collection}/${id}`;
    const record = this.#records.get(key);
    if (result.refused === undefined && record !== undefined && ['withdraw', 'annul', 'suspend', 'reinstate'].includes(verb)) {
      const { standing: _, ...rest } = record;
      this.#records.set(key, stamp === undefined ? rest : { ...rest, standing: stamp });
    }
    return result;
  }

  /** Folds the same events into an empty state: what replaying the log gives. */
  replayed(): ReadonlyMap<string, string> {
    const other = new TestLedger(this.#module, { today: '1970-01-01', ask: this.#ask });
    for (const { type, data, tx, action, time } of this.#told) other.#evolve(type, data, tx, action, time);
    return other.state;
  }

  #act(action: string, signers: readonly Signer[]): Act {
    const number = ++this.#count;
    let made = 0;
    const newId = (): string => (number * 10_000 + made++).toString(16).padStart(32, '0');
    return { name: `tx-${number}`, action, signers, time: this.#time, height: number, newId, charter: this.#charter() };
  }

  #charter(): CharterView {
    return {
      parameter: (_module, name) => this.#parameters[name],
      agency: (code) => this.#agencies[code],
      date: dateOf,
      startOf: (date) => dayNumber(date) * DAY,
      addBusinessDays: (date, n) => addBusinessDays(date, n),
    };
  }

  #fold(act: Act, decision: Decision): Outcome {
    if (isRefused(decision)) return outcome(act, decision, []);
    const events = decision.events.map(({ type, data }) => this.#evolve(type, data, act.name, act.action, act.time, act.signers));
    return outcome(act, {}, events);
  }

  #evolve(type: string, data: JsonObject, tx: string, action: string, time: number, signers: readonly Signer[] = []): ToldEvent {
    const definition = this.#module.events[type];
    const fold = this.#module.evolve[type];
    if (definition === undefined || fold === undefined) throw new Error(`No event ${type}`);
    mustFit(`event ${type}`, definition.data, data);
    fold(data, this.#draft(tx, action, time), { name: tx, time });
    const told = { type, data, tx, action, signers, time };
    this.#told.push(told);
    return told;
  }

  #draft(tx: string, rule: string, time: number): Draft {
    return {
      ...this.view,
      put: (collection, id, value) => {
        const definition = this.#module.collections[collection];
        if (definition === undefined) throw new Error(`No collection ${collection}`);
        mustFit(`record ${collection}/${id}`, definition.schema, value);
        const key = `${collection}/${id}`;
        const before = this.#records.get(key);
        const standing = before?.standing;
        const rev = ((before?.rev as number | undefined) ?? 0) + 1;
        this.#records.set(key, { ...value, v: definition.v, rev, tx, rule, time, ...(standing === undefined ? {} : { standing }) });
      },
      remove: (collection, id) => void this.#records.delete(`${collection}/${id}`),
      schedule: (handler, collection, id, due) =>
        void this.#deadlines.set(`${handler} ${collection}/${id}`, { handler, collection, id, due }),
      unschedule: (handler, collection, id) => void this.#deadlines.delete(`${handler} ${collection}/${id}`),
    };
  }

  #fire(): void {
    const due = [...this.#deadlines]
      .filter(([, deadline]) => deadline.due <= this.#time)
      .sort(([a, x], [b, y]) => x.due - y.due || (a < b ? -1 : 1));
    for (const [key, deadline] of due) {
      this.#deadlines.delete(key);
      const handler = this.#module.deadlines?.[deadline.handler];
      if (handler === undefined) throw new Error(`No deadline handler ${deadline.handler}`);
      const act = this.#act(`deadline ${deadline.handler}`, []);
      const result = this.#fold(act, handler(deadline, act, this.view));
      if (result.refused !== undefined) throw new Error(`Deadline ${key} was refused: ${result.refused.code}`);
    }
  }

  #get<T extends JsonObject>(collection: string, id: string): Stored<T> | undefined {
    return this.#records.get(`${collection}/${id}`) as Stored<T> | undefined;
  }

  #scan<T extends JsonObject>(collection: string, { prefix = '', after = '', limit }: { prefix?: string; after?: string; limit: number }) {
    const start = `${collection}/`;
    const ids = [...this.#records.keys()].filter((key) => key.startsWith(start + prefix) && key > start + after).sort();
    return ids.slice(0, limit).map((key) => ({ id: key.slice(start.length), value: this.#records.get(key) as Stored<T> }));
  }
}

function outcome(act: Act, { refused }: { readonly refused?: Refusal }, events: readonly ToldEvent[]): Outcome {
  const number = Number(act.name.slice('tx-'.length));
  const id = (n = 0): string => (number * 10_000 + n).toString(16).padStart(32, '0');
  return refused === undefined ? { events, id } : { refused, events, id };
}

function signersOf(by: Signers): Signer[] {
  return by.split(' ').map((signer) => {
    const [officer = '', held = '', giver] = signer.split(':');
    const [role = '', office = 'hall', agency = 'town'] = held.split('@');
    const own = { kid: `key-${officer}`, officer, agency, role, office };
    return giver === undefined ? own : { ...own, mandate: 'm', for: giver };
  });
}

function mustFit(what: string, schema: TSchema, value: JsonValue): void {
  const checked = makeBodyChecker(schema)(value);
  if (!checked.ok)
    throw new Error(`The ${what} does not fit its schema at ${checked.path || '/'}: ${checked.message}. ${canonicalJson(value)}`);
}

function refuseQuestion(): never {
  throw new Error('No neighbour answers here.');
}

function dateOf(time: number): string {
  return civilDate(Math.floor(time / DAY));
}

/** Mondays to Fridays. 1970-01-01 was a Thursday. */
function addBusinessDays(date: string, n: number): string {
  let day = date;
  for (let left = n; left > 0; ) {
    day = civilDate(dayNumber(day) + 1);
    if ((dayNumber(day) + 3) % 7 < 5) left--;
  }
  return day;
}
