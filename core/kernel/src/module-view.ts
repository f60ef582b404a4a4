/**
 * What a module sees of state and how it writes there: its own keys only, stamped by the kernel (DESIGN §3 "Between modules").
 */
import type { JsonObject, JsonValue } from '@tabularium/protocol';
import type { Draft, ModuleDefinition, Stored, View } from './module.ts';
import type { Overlay } from './overlay.ts';
import { DEADLINE_COUNT_KEY, DEADLINES, type DeadlineCountRecord, type DeadlineRecord, deadlineKey } from './records.ts';

/** Scans of one call are bounded. */
export const MAX_SCAN = 1_000;

/** Who answers a module's questions: bound by the catalogue, given by the machine. */
export type Ask = (port: string, question: string, args: JsonObject) => JsonValue;

export class ModuleView implements View {
  protected readonly overlay: Overlay;
  protected readonly module: ModuleDefinition;
  readonly #ask: Ask;

  constructor(overlay: Overlay, module: ModuleDefinition, ask: Ask) {
    this.overlay = overlay;
    this.module = module;
    this.#ask = ask;
  }

  get<T extends JsonObject = JsonObject>(collection: string, id: string): Stored<T> | undefined {
    const value = this.overlay.get(`${this.module.name}/${collection}/${id}`);
    return value === undefined ? undefined : (this.#upcast(collection, value) as Stored<T>);
  }

  scan<T extends JsonObject = JsonObject>(
    collection: string,
    { prefix = '', after, limit }: { readonly prefix?: string; readonly after?: string; readonly limit: number },
  ): readonly { readonly id: string; readonly value: Stored<T> }[] {
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_SCAN) throw new RangeError(`a scan takes 1 to ${MAX_SCAN} records`);
    if (this.module.collections[collection]?.unordered === true) throw new Error(`${this.module.name}/${collection} has no order to scan`);
    const base = `${this.module.name}/${collection}/`;
    const start = after !== undefined && after >= prefix ? `${base}${after}\u0000` : `${base}${prefix}`;
    return this.overlay.scan(start, `${base}${prefix}\u007f`, limit).map(({ key, value }) => ({
      id: key.slice(base.length),
      value: this.#upcast(collection, value) as Stored<T>,
    }));
  }

  ask(port: string, question: string, args: JsonObject): JsonValue {
    return this.#ask(port, question, args);
  }

  #upcast(collection: string, value: JsonObject): JsonObject {
    const definition = this.module.collections[collection];
    const from = value.v as number;
    if (definition === undefined || from === definition.v) return value;
    if (definition.upcast === undefined) throw new Error(`${this.module.name}/${collection} holds version ${from} and cannot read it`);
    return definition.upcast(value, from);
  }
}

/** What is stamped on everything one event writes. */
export interface StampSource {
  readonly tx: string;
  readonly rule: string;
  readonly time: number;
}

export class ModuleDraft extends ModuleView implements Draft {
  /** Keys written or removed, for the event that is being folded. */
  readonly keys = new Set<string>();
  readonly #stamp: StampSource;

  constructor(overlay: Overlay, module: ModuleDefinition, ask: Ask, stamp: StampSource) {
    super(overlay, module, ask);
    this.#stamp = stamp;
  }

  put(collection: string, id: string, value: JsonObject): void {
    const definition = this.module.collections[collection];
    if (definition === undefined) throw new Error(`${this.module.name} declares no collection ${collection}`);
    const key = this.#key(collection, id);
    const before = this.overlay.get(key);
    this.keys.add(key);
    this.overlay.put(key, this.#stamped(value, before, definition.v));
  }

  remove(collection: string, id: string): void {
    const key = this.#key(collection, id);
    const before = this.overlay.get(key);
    if (before === undefined) return;
    for (const handler of Object.keys((before.deadlines ?? {}) as JsonObject)) this.unschedule(handler, collection, id);
    this.keys.add(key);
    this.overlay.remove(key);
  }

  schedule(handler: string, collection: string, id: string, due: number): void {
    if (this.module.deadlines?.[handler] === undefined) throw new Error(`${this.module.name} declares no deadline ${handler}`);
    if (!Number.isSafeInteger(due) || due < 0) throw new RangeError('a deadline is an integer in ms UTC');
    this.unschedule(handler, collection, id);
    const key = this.#key(collection, id);
    const record = this.#existing(key);
    const at = deadlineKey(due, this.#countDeadline());
    const deadlines = { ...(record.deadlines as JsonObject | undefined), [handler]: at.slice(DEADLINES.length) };
    this.overlay.put(key, { ...record, deadlines });
    const deadline: DeadlineRecord = { record: key, handler };
    this.overlay.put(at, { ...deadline, v: 1, rev: 1 });
    this.keys.add(key).add(at);
  }

  unschedule(handler: string, collection: string, id: string): void {
    const key = this.#key(collection, id);
    const record = this.#existing(key);
    const { [handler]: place, ...others } = (record.deadlines ?? {}) as JsonObject;
    if (place === undefined) return;
    const { deadlines: _, ...rest } = record;
    this.overlay.put(key, Object.keys(others).length === 0 ? rest : { ...rest, deadlines: others });
    const at = `${DEADLINES}${place as string}`;
    this.overlay.remove(at);
    this.keys.add(key).add(at);
  }

  #countDeadline(): number {
    const { count } = (this.overlay.get(DEADLINE_COUNT_KEY) ?? { count: 0 }) as { readonly count: number };
    const record: DeadlineCountRecord = { count: count + 1 };
    this.overlay.put(DEADLINE_COUNT_KEY, { ...record, v: 1, rev: count + 1 });
    return count;
  }

  #existing(key: string): JsonObject {
    const record = this.overlay.get(key);
    if (record === undefined) throw new Error(`no record ${key} to set a deadline for`);
    return record;
  }

  #key(collection: string, id: string): string {
    if (!/^[A-Za-z0-9._:@~-]{1,128}$/.test(id)) throw new RangeError(`not an id of a record: ${JSON.stringify(id)}`);
    return `${this.module.name}/${collection}/${id}`;
  }

  /** Standing, order and deadlines belong to the kernel and outlive what a module writes. */
  #stamped(value: JsonObject, before: JsonObject | undefined, v: number): JsonObject {
    const stamped: Record<string, JsonValue> = { ...value };
    stamped.v = v;
    stamped.rev = before === undefined ? 1 : (before.rev as number) + 1;
    stamped.tx = this.#stamp.tx;
    stamped.rule = this.#stamp.rule;
    stamped.time = this.#stamp.time;
    for (const member of ['standing', 'order', 'deadlines'] as const) {
      if (before?.[member] !== undefined) stamped[member] = before[member];
      else delete stamped[member];
    }
    return stamped;
  }
}
