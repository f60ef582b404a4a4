/**
 * The contract of a module: one area of public law as data and pure functions.
 *
 * A module declares its actions, events, records, rules, refusals, deadlines, ports, projection and views
 * once; the kernel, API, portal, CLI and SDK all read these declarations (DESIGN §3). Nothing in here may
 * read a clock, randomness, the environment or a float.
 */
import type { JsonObject, JsonValue } from '@tabularium/protocol';
import type { Static, TSchema } from 'typebox';

/** A legal or arithmetical rule. A court's order passes over a `rule`, never over an `invariant`. */
export interface Rule {
  /** Stable id, e.g. `treasury.appropriation.limit`. */
  readonly id: string;
  readonly kind: 'rule' | 'invariant';
  /** One plain sentence a citizen understands. */
  readonly text: string;
  /** Legal reference, e.g. `Budget Act art. 12`. */
  readonly basis: string;
  /** Effective dates, ISO days, inclusive; absent = always. */
  readonly from?: string;
  readonly to?: string;
}

/** One entry of a module's closed list of refusal codes. */
export interface RefusalCode {
  /** `authority` is answered 403, `conflict` 409, `rule` 422. */
  readonly kind: 'authority' | 'conflict' | 'rule';
  readonly text: string;
}

/** Facts that explain a refusal: amounts, codes, ids. Never anything a human typed. */
export type Facts = Readonly<Record<string, string | number>>;

/** The answer to a transaction that may not happen. A value, never an exception. `code` is `<module>.<code>`. */
export interface Refusal {
  readonly code: string;
  readonly rule: string;
  readonly facts?: Facts;
  /** For bundles: every refused item. */
  readonly items?: readonly { readonly item: number; readonly code: string; readonly rule: string; readonly facts?: Facts }[];
}

/** `type` is local to the module (`payment.ordered`); the kernel prefixes the module's name when it stores it. */
export interface ModuleEvent {
  readonly type: string;
  readonly data: JsonObject;
}

/** An action of a neighbour reached through a port this module declares under `needs`. */
export interface Order {
  readonly port: string;
  readonly order: string;
  readonly body: JsonObject;
}

export interface Accepted {
  readonly events: readonly ModuleEvent[];
  readonly orders?: readonly Order[];
}
export type Decision = Accepted | { readonly refused: Refusal };

/** One who signed: key, and who the charter says it is at this moment. */
export interface Signer {
  readonly kid: string;
  /** Officer or service id. */
  readonly officer: string;
  readonly agency: string;
  /** The role and office used for this transaction. */
  readonly role: string;
  readonly office: string;
  /** Id of the mandate under which the role was used, if it was another's. */
  readonly mandate?: string;
  /** Under a mandate: the officer whose role it is. Who acts for another counts as the other where different people must act. */
  readonly for?: string;
}

/** What `decide` is told about the transaction (or the fired deadline) besides its body. */
export interface Act {
  /** The transaction's name, or SHA-256(state key ‖ due) of a deadline (base64url). */
  readonly name: string;
  /** Full action name, `treasury.payment.order`. */
  readonly action: string;
  /** Everyone who signed: one, or proposer first and then approvers. Empty for a deadline. */
  readonly signers: readonly Signer[];
  /** Mandate id the signer acts under, if any. */
  readonly mandate?: string;
  /** Block time, integer ms UTC. */
  readonly time: number;
  readonly height: number;
  /** The n-th new id of this transaction: SHA-256(name ‖ n) cut to 16 bytes, lowercase hex. Counts up by itself. */
  newId(): string;
  /** The charter's parameters and calendar in force. */
  readonly charter: CharterView;
}

/** What modules may read of the charter. */
export interface CharterView {
  parameter(module: string, name: string): JsonValue | undefined;
  /** An agency of the ledger, and whether it stands outside to review the others, as a court does; undefined where there is none such. */
  agency(code: string): { readonly reviews: boolean } | undefined;
  /** The civil date `YYYY-MM-DD` of an instant in the charter's zone (table of UTC offsets). */
  date(time: number): string;
  /** The instant (ms UTC) at which the civil date begins in the charter's zone. */
  startOf(date: string): number;
  /** The civil date n business days after `date`. */
  addBusinessDays(date: string, n: number): string;
}

/** What standing actions leave on a record for everyone to see. */
export const STANDING = ['withdrawn', 'annulled', 'suspended'] as const;

/** What the kernel stamps on every record it stores. */
export interface Stamp {
  /** Schema version of the record's collection. */
  readonly v: number;
  /** Counts writes of this key, from 1. `on` in a transaction names it. */
  readonly rev: number;
  /** Name of the transaction (or deadline) that wrote this revision. */
  readonly tx: string;
  /** Id of the rule that authorised it: the action's name unless a court's order (`order:<case>`) did. */
  readonly rule: string;
  /** Block time of this revision, ms UTC. */
  readonly time: number;
  /** Set by standing actions: `withdrawn`, `annulled`, `suspended`, and by whose order. */
  readonly standing?: (typeof STANDING)[number];
  readonly order?: string;
  /** Deadlines set for this record: handler → id of the `kernel/deadline` record, which begins with when it is due. */
  readonly deadlines?: Readonly<Record<string, string>>;
  /** Present on records imported from elsewhere: not authoritative. */
  readonly imported?: true;
}
export type Stored<T> = T & Stamp;
/** Members that the kernel writes on every record; a module's own may not be called so. `imported` is the module's to set. */
export const STAMPED = ['v', 'rev', 'tx', 'rule', 'time', 'standing', 'order', 'deadlines'] as const satisfies readonly (keyof Stamp)[];

/** Read access to the module's own records, plus its declared questions. */
export interface View {
  get<T extends JsonObject = JsonObject>(collection: string, id: string): Stored<T> | undefined;
  /** Records in key-byte order, ids starting with `prefix`, after `after`, at most `limit` (≤ 1,000). */
  scan<T extends JsonObject = JsonObject>(
    collection: string,
    range: { readonly prefix?: string; readonly after?: string; readonly limit: number },
  ): readonly { readonly id: string; readonly value: Stored<T> }[];
  /** Ask a neighbour through a port of `needs`. */
  ask(port: string, question: string, args: JsonObject): JsonValue;
}

/** Write access given to `evolve`: own keys only. The kernel stamps `v`, `rev`, `tx`, `rule`, `time`. */
export interface Draft extends View {
  put(collection: string, id: string, value: JsonObject): void;
  remove(collection: string, id: string): void;
  /** Ask the kernel to run `handler` for this record at `due` (ms UTC). Replaces an earlier one of the same handler and record. */
  schedule(handler: string, collection: string, id: string, due: number): void;
  unschedule(handler: string, collection: string, id: string): void;
}

/** One action, declared once: validation, OpenAPI, forms, CLI help, SDK types and the table of who may do what come from it. */
export interface ActionDefinition<S extends TSchema = TSchema> {
  /** Plain title for people: `Order a payment`. */
  readonly title: string;
  /** What it does, one or two plain sentences. */
  readonly text: string;
  /** Wire schema of `body` (disclosures already turned into `_sd` digests, see `disclosable`). */
  readonly body: S;
  /** Role names `tabularium init` gives this action to; the charter in force decides. */
  readonly roles: readonly string[];
  /** Default number of distinct officers who must sign (propose + approve); absent = 1. The charter may raise it. */
  readonly signers?: number;
  /** Only reachable as a neighbour's order, never submitted. */
  readonly internal?: true;
  /** May a service's key sign this? Default false. */
  readonly services?: true;
}

export interface EventDefinition<S extends TSchema = TSchema> {
  readonly data: S;
  /** Plain words for an entry and for the life of each record it wrote (ADR 0016): `A payment was ordered`. */
  readonly text: string;
}

/** How records of a collection react to the standing actions. A handler left out means: not possible here. */
export interface CollectionDefinition {
  readonly schema: TSchema;
  /** Schema version now written; older values pass through `upcast` when read. */
  readonly v: number;
  readonly upcast?: (value: JsonObject, from: number) => JsonObject;
  /** Take back an own act that is still pending. */
  readonly withdraw?: StandingHandler;
  /** Both versions stay: the handler's events lead to a new revision. `change` = members to replace. */
  readonly correct?: StandingHandler;
  /** Schema of the `change` that `correct` takes, so that a screen can ask for it; every member optional. */
  readonly correction?: TSchema;
  readonly annul?: StandingHandler;
  readonly suspend?: StandingHandler;
  readonly reinstate?: StandingHandler;
  /** A court's setter: checks invariants only. */
  readonly set?: StandingHandler;
  readonly reopen?: StandingHandler;
  /** Its records are found by id alone and never scanned: for ids without an order worth keeping, such as `newId` gives. */
  readonly unordered?: true;
  /**
   * A projection's table, with the columns `height` and `seq` of an event, whose rows tell of every event that wrote a record: in which
   * columns its id stands. Absent: the ledger keeps a trace of its own.
   */
  readonly tracedIn?: { readonly table: string; readonly columns: readonly string[] };
  /** Records that rest on this one, shown before it is annulled; full state keys. */
  readonly dependents?: (id: string, view: View) => readonly string[];
}
export type StandingHandler = (
  target: { readonly collection: string; readonly id: string; readonly change: JsonObject },
  act: Act,
  view: View,
) => Decision;

export type Decide<S extends TSchema = TSchema> = (body: Static<S>, act: Act, view: View) => Decision;
export type Evolve<S extends TSchema = TSchema> = (
  data: Static<S>,
  draft: Draft,
  act: { readonly name: string; readonly time: number },
) => void;
export type DeadlineHandler = (
  record: { readonly collection: string; readonly id: string; readonly due: number },
  act: Act,
  view: View,
) => Decision;

/** A pure function of the provider's own view. */
export type Question = (args: JsonObject, view: View) => JsonValue;
export interface Port {
  readonly questions?: readonly string[];
  /** Order name → what it asks for, in words. */
  readonly orders?: readonly string[];
}
export interface Offer {
  readonly questions?: Readonly<Record<string, Question>>;
  /** Order name → own action (may be internal) that carries it out. */
  readonly orders?: Readonly<Record<string, string>>;
}

/** Portable column types; `money` is a 64-bit integer of minor units, `time` integer ms UTC. */
export type ColumnType = 'text' | 'integer' | 'money' | 'time' | 'boolean';
export interface Table {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly key: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
  /** Text columns under full-text (trigram) search. */
  readonly search?: readonly string[];
}
export type Cell = string | number | bigint | boolean | null;
/** Insert or update one row by its key; `add` increments money and integer columns (0 when the row is new). */
export interface Upsert {
  readonly table: string;
  readonly key: Readonly<Record<string, Cell>>;
  readonly set?: Readonly<Record<string, Cell>>;
  readonly add?: Readonly<Record<string, bigint>>;
}
/** What a fold is told besides the event's data. */
export interface EventMeta {
  readonly type: string;
  readonly tx: string;
  readonly height: number;
  readonly time: number;
  /** Log index of the entry that caused it; −1 for a deadline, and for what the charter founds. */
  readonly index: number;
  /** Position of the event in its block, from 0. */
  readonly seq: number;
  readonly action: string;
  readonly signers: readonly Signer[];
}
export type Fold = (data: JsonObject, meta: EventMeta) => readonly Upsert[];
export interface ProjectionDefinition {
  readonly tables: Readonly<Record<string, Table>>;
  readonly folds: Readonly<Record<string, Fold>>;
}

/** A read endpoint and its screen, as data: `GET /api/v1/<module>/<path>`. */
export interface ListView {
  readonly kind: 'list';
  readonly title: string;
  readonly table: string;
  readonly columns: readonly {
    readonly column: string;
    readonly label: string;
    readonly as?: 'text' | 'money' | 'date' | 'code' | 'link';
  }[];
  readonly filters: readonly string[];
  readonly order: readonly { readonly column: string; readonly descending?: boolean }[];
  readonly search?: boolean;
  /** Read by everyone on a members' ledger as well: nothing in its rows leads to a person. */
  readonly everyone?: true;
  /** Column that holds the record's id, for the detail view `GET …/<path>/{id}`. */
  readonly id: string;
  /** Collection whose facts prove a row. */
  readonly collection?: string;
  /** What people know a row by, where that is the row of another list of the module (a payment by what it pays for): the column names it. */
  readonly about?: { readonly column: string; readonly list: string };
}
export interface FormView {
  readonly kind: 'form';
  readonly title: string;
  readonly action: string;
  /** What it is about is picked from lists, and not typed. */
  readonly picks?: readonly FormPick[];
  /** Members that the client makes at random, 16 bytes in hex: handles of cases. Paths as in `items/payee`. */
  readonly made?: readonly string[];
}
/** Rows of a list of the module from which the body, or each item of a list in it, is begun. */
export interface FormPick {
  /** Member of the body that holds the items; absent: the body itself is begun. */
  readonly items?: string;
  readonly list: string;
  /** Query fields of the list: only rows that this can be done with. */
  readonly where?: Readonly<Record<string, string>>;
  /** Path of a member (`money/currency`) → column from which it is filled in. */
  readonly fill: Readonly<Record<string, string>>;
  /** Such rows wait for whoever may do this; `by`: column that says until when. */
  readonly waits?: { readonly by?: string };
}
export type ModuleView = ListView | FormView;

export interface ModuleDefinition {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly actions: Readonly<Record<string, ActionDefinition>>;
  readonly events: Readonly<Record<string, EventDefinition>>;
  readonly collections: Readonly<Record<string, CollectionDefinition>>;
  readonly rules: readonly Rule[];
  readonly refusals: Readonly<Record<string, RefusalCode>>;
  // biome-ignore lint/suspicious/noExplicitAny: each handler is typed by its own schema where it is declared.
  readonly decide: Readonly<Record<string, (body: any, act: Act, view: View) => Decision>>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly evolve: Readonly<Record<string, (data: any, draft: Draft, act: { readonly name: string; readonly time: number }) => void>>;
  readonly deadlines?: Readonly<Record<string, DeadlineHandler>>;
  readonly needs?: Readonly<Record<string, Port>>;
  readonly offers?: Readonly<Record<string, Offer>>;
  readonly projection: ProjectionDefinition;
  readonly views: Readonly<Record<string, ModuleView>>;
}

export function accept(events: readonly ModuleEvent[], orders: readonly Order[] = []): Accepted {
  return orders.length === 0 ? { events } : { events, orders };
}

/** `code` is the full code, `treasury.limit-exceeded`. */
export function refuse(code: string, rule: string, facts?: Facts): { readonly refused: Refusal } {
  return { refused: facts === undefined ? { code, rule } : { code, rule, facts } };
}

export function isRefused(decision: Decision): decision is { readonly refused: Refusal } {
  return 'refused' in decision;
}
