/**
 * Collects what a batch of events does to the rows, so that a row touched a thousand times (a budget line's
 * running totals) is written once.
 *
 * Rows of modules are upserts by key (`Upsert` of the kernel): later `set`s replace earlier ones and `add`s sum
 * up, in the order they came. Rows of the core projection are only ever new and go straight through.
 */
import type { Cell, ColumnType, Upsert } from '@tabularium/kernel';
import type { Relation } from './relations.ts';

/** Cells as every driver takes them: text, 64-bit integer, boolean, null. */
export type SqlCell = string | bigint | number | boolean | null;

/** Rows of one relation that change the same columns in the same way; one SQL statement serves them all. */
export interface ChangeGroup {
  readonly relation: Relation;
  /** Columns given, key columns first, then `set`, then `add`. */
  readonly columns: readonly string[];
  readonly set: readonly string[];
  readonly add: readonly string[];
  /** True when the rows are known to be new: a plain insert. */
  readonly fresh: boolean;
  /** One array of cells per row, in the order of `columns`. */
  readonly rows: SqlCell[][];
}

const MAX_INTEGER = 2n ** 63n - 1n;

interface PendingRow {
  readonly relation: Relation;
  readonly key: readonly SqlCell[];
  readonly set: Map<string, SqlCell>;
  readonly add: Map<string, bigint>;
}

export class RowChanges {
  readonly #rows = new Map<string, PendingRow>();
  readonly #fresh = new Map<Relation, SqlCell[][]>();
  #size = 0;

  /** Rows collected so far; the caller bounds it. */
  get size(): number {
    return this.#size;
  }

  append(relation: Relation, cells: readonly Cell[]): void {
    let rows = this.#fresh.get(relation);
    if (rows === undefined) {
      rows = [];
      this.#fresh.set(relation, rows);
    }
    rows.push(relation.columns.map((column, n) => toCell(relation, column, cells[n] as Cell)));
    this.#size++;
  }

  /** Throws when the upsert does not fit the relation: a module's fold is broken then. */
  upsert(relation: Relation, upsert: Upsert): void {
    const key = relation.key.map((column) => {
      const cell = upsert.key[column];
      if (cell === undefined || cell === null) throw new Error(`projection ${relation.name}: upsert without its key "${column}"`);
      return toCell(relation, column, cell);
    });
    for (const column in upsert.key)
      if (!relation.key.includes(column)) throw new Error(`projection ${relation.name}: "${column}" is not in the key`);
    const id = `${relation.name}\0${key.join('\0')}`;
    let row = this.#rows.get(id);
    if (row === undefined) {
      row = { relation, key, set: new Map(), add: new Map() };
      this.#rows.set(id, row);
      this.#size++;
    }
    for (const column in upsert.set) {
      this.#checkTarget(relation, column);
      row.add.delete(column);
      row.set.set(column, toCell(relation, column, upsert.set[column] as Cell));
    }
    for (const column in upsert.add) {
      this.#checkTarget(relation, column);
      if (relation.types[column] !== 'money' && relation.types[column] !== 'integer') {
        throw new Error(`projection ${relation.name}: nothing can be added to "${column}", a ${relation.types[column]}`);
      }
      const delta = upsert.add[column] as bigint;
      const base = row.set.get(column);
      if (base !== undefined) row.set.set(column, bounded(relation, column, BigInt((base ?? 0) as bigint | number) + delta));
      else row.add.set(column, bounded(relation, column, (row.add.get(column) ?? 0n) + delta));
    }
  }

  /** The changes in groups; each key of a relation occurs once. */
  groups(): ChangeGroup[] {
    const groups = new Map<string, ChangeGroup>();
    for (const row of this.#rows.values()) {
      const set = [...row.set.keys()].sort();
      const add = [...row.add.keys()].sort();
      const shape = `${row.relation.name}|${set.join()}|${add.join()}`;
      let group = groups.get(shape);
      if (group === undefined) {
        group = { relation: row.relation, columns: [...row.relation.key, ...set, ...add], set, add, fresh: false, rows: [] };
        groups.set(shape, group);
      }
      const cells = [...row.key];
      for (const column of set) cells.push(row.set.get(column) as SqlCell);
      for (const column of add) cells.push(row.add.get(column) as bigint);
      group.rows.push(cells);
    }
    const fresh = [...this.#fresh].map(([relation, rows]) => ({
      relation,
      columns: relation.columns,
      set: [],
      add: [],
      fresh: true,
      rows,
    }));
    return [...fresh, ...groups.values()];
  }

  #checkTarget(relation: Relation, column: string): void {
    if (relation.types[column] === undefined) throw new Error(`projection ${relation.name}: column "${column}" is not declared`);
    if (relation.key.includes(column)) throw new Error(`projection ${relation.name}: the key column "${column}" cannot be changed`);
  }
}

function toCell(relation: Relation, column: string, cell: Cell): SqlCell {
  if (cell === null) return null;
  const type: ColumnType | undefined = relation.types[column];
  if (type === 'text') {
    if (typeof cell === 'string') return cell.includes('\0') ? cell.replaceAll('\0', '\ufffd') : cell; // PostgreSQL has no U+0000 in text
  } else if (type === 'boolean') {
    if (typeof cell === 'boolean') return cell;
  } else if (typeof cell === 'bigint') {
    return bounded(relation, column, cell);
  } else if (typeof cell === 'number' && Number.isSafeInteger(cell)) {
    return cell;
  }
  throw new Error(`projection ${relation.name}: ${typeof cell} does not fit "${column}", a ${type}`);
}

function bounded(relation: Relation, column: string, value: bigint): bigint {
  if (value > MAX_INTEGER || value < -MAX_INTEGER) throw new Error(`projection ${relation.name}: "${column}" leaves 64 bits`);
  return value;
}
