/**
 * An import from file to ledger: read rows, make items, bundle them, sign, send, and say for every row what became of it.
 *
 * A bundle is all or nothing, and a refused one names every refused item; so those are taken out, reported under the rule
 * that refused them, and the rest is sent again as a new transaction. A row that is there already (an earlier run, a run
 * that was broken off) is reported as `repeated`: an import can always simply be started again.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ModuleDefinition } from '@tabularium/kernel';
import { discloseBody, type JsonObject } from '@tabularium/protocol';
import {
  type ActionRequest,
  type Es256Signer,
  type Ledger,
  nobleCrypto,
  type Outcome,
  type RefusedItem,
  type SignedTransaction,
} from '@tabularium/sdk';
import type { TSchema } from 'typebox';
import { bundled } from './bundles.ts';
import { ImportFileError } from './import-file-error.ts';
import type { ImportMap } from './import-map.ts';
import { readTable, sizeOf } from './read-table.ts';
import { Rehearsal } from './rehearsal.ts';
import { type PlainItem, RowReader } from './row-item.ts';

/** What became of a row. */
export interface RowReport {
  /** Number of the row, from 1, heading not counted. */
  readonly row: number;
  /** Line of the file. */
  readonly line: number;
  readonly outcome: 'accepted' | 'flagged' | 'repeated' | 'refused';
  /** Defects, by the names of the closed list. */
  readonly flags?: readonly string[];
  /** For `refused`: code and rule. */
  readonly code?: string;
  readonly rule?: string;
  /** Name of the transaction that brought it in. */
  readonly tx?: string;
}

export interface ImportSummary {
  readonly source: string;
  /** SHA-256 of the file as it lies on disk, lowercase hex. */
  readonly file: string;
  readonly rows: number;
  readonly accepted: number;
  readonly flagged: number;
  readonly repeated: number;
  readonly refused: number;
  readonly transactions: number;
  /** How often each flag was raised. */
  readonly flags: Readonly<Record<string, number>>;
}

/** Where bundles go; absent for a dry run. */
export interface Destination {
  readonly ledger: Ledger;
  readonly signer: Es256Signer;
  /** Role used, `role@office`. */
  readonly as?: string;
  /** Mandate used. */
  readonly for?: string;
}

export interface ImportOptions {
  readonly path: string;
  readonly map: ImportMap;
  /** Replaces the map's source code. */
  readonly source?: string;
  /** Source whose lines and accounts the rows must know. */
  readonly against?: string;
  readonly catalogue: readonly ModuleDefinition[];
  readonly destination?: Destination;
  readonly onRow: (report: RowReport) => void;
  /** Bytes of the file read so far, and in all. */
  readonly onProgress?: (read: number, all: number) => void;
}

/** The ledger does not take the import at all: wrong role, unknown key, other file under this source. `outcome` says why. */
export class ImportStopped extends Error {
  override readonly name = 'ImportStopped';
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.kind === 'refused' || outcome.kind === 'malformed' ? `${outcome.code}: ${outcome.detail}` : outcome.kind);
    this.outcome = outcome;
  }
}

const MODULE = 'treasury';
const ACTION = 'import';
/** A row that the ledger has already. */
const ROW_IMPORTED = 'treasury.row-imported';
/** Transactions sent in one request; they are decided in order. */
const BUNDLES_A_REQUEST = 8;

/** How often in a row the ledger may say that it is busy, after the client's own retries. */
const MAX_BUSY_ROUNDS = 20;

interface Bundle {
  readonly items: readonly PlainItem[];
}

/** Imports a file, or rehearses it where there is no destination. Throws `ImportFileError`, `ImportStopped`, `LedgerUnreachable`. */
export async function runImport(options: ImportOptions): Promise<ImportSummary> {
  return new ImportRun(options, await sha256Of(options.path)).run();
}

async function sha256Of(path: string): Promise<string> {
  await sizeOf(path);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

class ImportRun {
  readonly #options: ImportOptions;
  readonly #schema: TSchema;
  readonly #head: JsonObject;
  readonly #rehearsal: Rehearsal;
  readonly #lines = new Map<number, number>();
  readonly #counts = { rows: 0, accepted: 0, flagged: 0, repeated: 0, refused: 0, transactions: 0 };
  readonly #flags = new Map<string, number>();
  readonly #maxItems: number;
  #busyRounds = 0;
  readonly #reader: RowReader;

  constructor(options: ImportOptions, file: string) {
    const { map, catalogue } = options;
    this.#options = options;
    const module = catalogue.find(({ name }) => name === MODULE);
    const action = module?.actions[ACTION];
    if (module === undefined || action === undefined) throw new Error(`the catalogue has no ${MODULE}.${ACTION}`);
    this.#schema = action.body;
    const { items } = (
      action.body as unknown as { readonly properties: { readonly items: { readonly items: TSchema; readonly maxItems?: number } } }
    ).properties;
    this.#maxItems = items.maxItems ?? 200;
    this.#reader = new RowReader(map, items.items);
    this.#rehearsal = new Rehearsal(module, ACTION);
    const { sums } = map;
    this.#head = {
      source: options.source ?? map.source,
      file,
      ...(options.against === undefined ? {} : { against: options.against }),
      ...(sums === undefined ? {} : { sums }),
    };
  }

  async run(): Promise<ImportSummary> {
    let waiting: Bundle[] = [];
    for await (const items of bundled(this.#items(), this.#head, this.#maxItems)) {
      waiting.push({ items });
      if (waiting.length < BUNDLES_A_REQUEST) continue;
      await this.#deliver(waiting);
      waiting = [];
    }
    await this.#deliver(waiting);
    const { source, file } = this.#head as { readonly source: string; readonly file: string };
    return { source, file, ...this.#counts, flags: Object.fromEntries([...this.#flags].sort(([a], [b]) => (a < b ? -1 : 1))) };
  }

  async *#items(): AsyncGenerator<PlainItem> {
    const { path, map, onProgress } = this.#options;
    const all = await sizeOf(path);
    for await (const row of readTable(path, map.format, (read) => onProgress?.(read, all))) {
      this.#counts.rows += 1;
      const number = this.#counts.rows;
      this.#lines.set(number, row.line);
      if (row.fault === 'row-json') this.#report(number, 'refused', { code: 'row-json', rule: 'file' });
      else yield this.#reader.read(row, number);
    }
    if (this.#counts.rows === 0) throw new ImportFileError('file-empty', `${path} has no rows`, 'Check that it is the right file.');
  }

  /** Sends bundles until each of their rows has its answer. A second round holds what is left of refused bundles. */
  async #deliver(bundles: readonly Bundle[]): Promise<void> {
    let round = bundles;
    while (round.length > 0)
      round = this.#options.destination === undefined ? this.#rehearse(round) : await this.#send(round, this.#options.destination);
  }

  #rehearse(bundles: readonly Bundle[]): Bundle[] {
    for (const { items } of bundles) {
      const decided = this.#rehearsal.decide(this.#wire(items).body);
      if ('refused' in decided) throw new ImportStopped({ kind: 'refused', status: 422, detail: decided.refused.rule, ...decided.refused });
      this.#counts.transactions += 1;
      for (const { row, flags } of decided.rows) this.#report(row, flags.length > 0 ? 'flagged' : 'accepted', { flags });
    }
    return [];
  }

  async #send(bundles: readonly Bundle[], destination: Destination): Promise<Bundle[]> {
    const { ledger, signer } = destination;
    const signed: SignedTransaction[] = [];
    for (const { items } of bundles) signed.push(await ledger.sign(this.#request(items, destination), signer));
    const outcomes = await ledger.submitBatch(signed);
    const left: Bundle[] = [];
    for (const [i, outcome] of outcomes.entries()) {
      const { items } = bundles[i]!;
      if (outcome.kind === 'accepted' || outcome.kind === 'repeated') this.#accepted(items, outcome.name);
      else if (outcome.kind === 'pending') left.push(await this.#settle(items, signed[i]!, ledger));
      else if (outcome.kind === 'busy') left.push({ items });
      else if (outcome.kind === 'refused' && outcome.items !== undefined && outcome.items.length > 0)
        left.push({ items: this.#without(items, outcome.items) });
      else throw new ImportStopped(outcome);
    }
    const busy = outcomes.find((outcome) => outcome.kind === 'busy');
    this.#busyRounds = busy === undefined ? 0 : this.#busyRounds + 1;
    if (busy?.kind === 'busy') {
      if (this.#busyRounds === MAX_BUSY_ROUNDS) throw new ImportStopped(busy);
      await new Promise((resolve) => setTimeout(resolve, busy.retryAfterSeconds * 1000));
    }
    return left.filter(({ items }) => items.length > 0);
  }

  /** Ordering outlasts the server's wait: the same bytes are sent until they are answered. */
  async #settle(items: readonly PlainItem[], signed: SignedTransaction, ledger: Ledger): Promise<Bundle> {
    for (;;) {
      const outcome = await ledger.submit(signed);
      if (outcome.kind === 'pending') continue;
      if (outcome.kind === 'accepted' || outcome.kind === 'repeated') {
        this.#accepted(items, outcome.name);
        return { items: [] };
      }
      if (outcome.kind === 'refused' && outcome.items !== undefined) return { items: this.#without(items, outcome.items) };
      throw new ImportStopped(outcome);
    }
  }

  /** Reports the refused items and returns the others. */
  #without(items: readonly PlainItem[], refused: readonly RefusedItem[]): readonly PlainItem[] {
    const byItem = new Map(refused.map((one) => [one.item, one]));
    return items.filter((item, i) => {
      const one = byItem.get(i);
      if (one === undefined) return true;
      if (one.code === ROW_IMPORTED) this.#report(item.row, 'repeated', {});
      else this.#report(item.row, 'refused', { code: one.code, rule: one.rule });
      return false;
    });
  }

  /** The flags of accepted rows are found by the ledger's own rules, over the rows of this run. */
  #accepted(items: readonly PlainItem[], tx: string): void {
    this.#counts.transactions += 1;
    const decided = this.#rehearsal.decide(this.#wire(items).body);
    const flagsOf = new Map('rows' in decided ? decided.rows.map(({ row, flags }) => [row, flags] as const) : []);
    for (const { row, flags: seen = [] } of items) {
      const flags = flagsOf.get(row) ?? seen;
      this.#report(row, flags.length > 0 ? 'flagged' : 'accepted', { flags, tx });
    }
  }

  #report(row: number, outcome: RowReport['outcome'], { flags = [], ...more }: Partial<RowReport>): void {
    this.#counts[outcome] += 1;
    for (const flag of flags) this.#flags.set(flag, (this.#flags.get(flag) ?? 0) + 1);
    const line = this.#lines.get(row) ?? 0;
    this.#lines.delete(row);
    this.#options.onRow({ row, line, outcome, ...(flags.length > 0 ? { flags } : {}), ...more });
  }

  #request(items: readonly PlainItem[], { as, for: mandate }: Destination): ActionRequest {
    return {
      action: `${MODULE}.${ACTION}`,
      body: { ...this.#head, items: [...items] },
      schema: this.#schema,
      ...(as === undefined ? {} : { as }),
      ...(mandate === undefined ? {} : { for: mandate }),
    };
  }

  /** The body as it would be signed; its salts are of no account, since nothing of it is sent. */
  #wire(items: readonly PlainItem[]): { readonly body: JsonObject } {
    return discloseBody(this.#schema, { ...this.#head, items: [...items] }, () => new Uint8Array(16), nobleCrypto);
  }
}
