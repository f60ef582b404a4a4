/** The treasury's tables in memory, for tests: upserts as any database carries them out, and whether rows agree with state. */
import type { Cell, ProjectionDefinition, Upsert } from '@tabularium/kernel';
import type { TestLedger, ToldEvent } from '@tabularium/kernel/specification';
import type { JsonObject } from '@tabularium/protocol';

export class Tables {
  readonly #definition: ProjectionDefinition;
  readonly #rows = new Map<string, Map<string, Record<string, Cell>>>();

  constructor(definition: ProjectionDefinition) {
    this.#definition = definition;
  }

  fold(events: readonly ToldEvent[]): void {
    for (const [seq, { type, data, tx, action, signers, time }] of events.entries()) {
      const fold = this.#definition.folds[type];
      if (fold === undefined) throw new Error(`No fold for ${type}`);
      for (const upsert of fold(data, { type: `treasury.${type}`, tx, height: seq + 1, time, index: seq, seq: 0, action, signers }))
        this.#upsert(upsert);
    }
  }

  rows(table: string): Record<string, Cell>[] {
    return [...(this.#rows.get(table)?.values() ?? [])];
  }

  #upsert({ table, key, set = {}, add = {} }: Upsert): void {
    const definition = this.#definition.tables[table];
    if (definition === undefined) throw new Error(`No table ${table}`);
    for (const column of [...Object.keys(key), ...Object.keys(set), ...Object.keys(add)]) {
      if (definition.columns[column] === undefined) throw new Error(`No column ${table}.${column}`);
    }
    if (Object.keys(key).join() !== definition.key.join()) throw new Error(`${table} is keyed by ${definition.key.join()}`);
    const rows = this.#rows.get(table) ?? new Map<string, Record<string, Cell>>();
    this.#rows.set(table, rows);
    const id = definition.key.map((column) => String(key[column])).join(' ');
    const row = { ...rows.get(id), ...key, ...set };
    for (const [column, amount] of Object.entries(add)) row[column] = BigInt((row[column] as bigint | undefined) ?? 0n) + amount;
    rows.set(id, row);
  }

  /** Throws unless accounts, commitments, payables and payments say in rows what they say in state. */
  mustMatch(town: TestLedger): void {
    const compare = (table: string, collection: string, cells: (record: JsonObject) => Record<string, Cell>): void => {
      const records = town.view.scan(collection, { limit: 100_000 });
      const rows = new Map(this.rows(table).map((row) => [String(row.id ?? row.year ?? row.source), row]));
      if (records.length !== rows.size) throw new Error(`${table}: ${rows.size} rows, ${records.length} records`);
      for (const { id, value } of records) {
        for (const [column, cell] of Object.entries(cells(value))) {
          const found = rows.get(id)?.[column] ?? (typeof cell === 'bigint' ? 0n : null);
          if (found !== cell) throw new Error(`${table} ${id} ${column}: ${String(found)} in rows, ${String(cell)} in state`);
        }
      }
    };
    const big = (value: unknown): bigint => BigInt(String(value));
    const money = (record: JsonObject) => big((record.money as JsonObject).amount);
    const standing = (record: JsonObject) => String(record.standing ?? '');
    compare('account', 'account', (record) => ({
      ...{ debits: big(record.debits), debits_pending: big(record.debitsPending) },
      ...{ credits: big(record.credits), credits_pending: big(record.creditsPending), currency: String(record.currency) },
    }));
    compare('year', 'year', (record) => ({ state: String(record.state), standing: standing(record) }));
    compare('line', 'line', (record) => ({ enacted: money(record), state: String(record.state), standing: standing(record) }));
    compare('commitment', 'commitment', (record) => ({
      ...{
        state: String(record.state),
        standing: standing(record),
        amount: money(record),
        until: String(record.until),
        due: Number(record.due),
      },
      ...{ certified: big(record.certified), returned: big(record.returned) },
    }));
    compare('payable', 'payable', (record) => ({
      ...{ state: String(record.state), standing: standing(record), amount: money(record) },
      ...{ ordered: big(record.ordered), paid: big(record.paid), due: String(record.due) },
    }));
    compare('payment', 'payment', (record) => ({
      ...{ state: String(record.state), standing: standing(record), amount: money(record), execute: String(record.execute) },
      released_by: (record.releasedBy as readonly string[] | undefined)?.join(' ') ?? null,
    }));
    compare('import_row', 'import-row', (record) => ({
      state: String(record.state),
      flags: (record.flags as readonly string[]).join(' '),
    }));
    compare('import_source', 'import-source', (record) => ({ state: String(record.state), file: String(record.file) }));
    for (const row of this.rows('line')) {
      const account = (level: string): Record<string, Cell> => this.rows('account').find(({ id }) => id === `${row.id}.${level}`) ?? {};
      const net = (level: string): bigint => big(account(level).credits ?? 0n) - big(account(level).debits ?? 0n);
      const paid = net('K');
      for (const [column, expected] of [
        ['paid', paid],
        ['certified', net('P') + paid],
        ['committed', net('C') + net('P') + paid],
        ['allotted', net('L') + net('C') + net('P') + paid],
        ['appropriated', net('A') + net('L') + net('C') + net('P') + paid],
        ['estimated', -net('R')],
        ['committed_pending', big(account('C').credits_pending ?? 0n)],
        ['paid_pending', big(account('K').credits_pending ?? 0n)],
      ] as const) {
        if (big(row[column] ?? 0n) !== expected)
          throw new Error(`line ${row.id} ${column}: ${row[column]} in rows, ${expected} by its accounts`);
      }
    }
  }
}
