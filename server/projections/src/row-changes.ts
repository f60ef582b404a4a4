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

/** What a batch does to one row; cells at the places of their columns. */
interface PendingRow {
  readonly key: readonly SqlCell[];
  readonly set: (SqlCell | undefined)[];
  readonly add: (bigint | undefined)[];
}

export class RowChanges {
  readonly #rows = new Map<Relation, Map<string, PendingRow>>();
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
    const { set, add } = this.#rowOf(relation, upsert.key);
    for (const column in upsert.set) {
      const place = placeOf(relation, column);
      add[place] = undefined;
      set[place] = toCell(relation, column, upsert.set[column] as Cell);
    }
    for (const column in upsert.add) {
      const place = placeOf(relation, column);
      if (relation.types[column] !== 'money' && relation.types[column] !== 'integer') {
        throw new Error(`projection ${relation.name}: nothing can be added to "${column}", a ${relation.types[column]}`);
      }
      const delta = upsert.add[column] as bigint;
      const base = set[place];
      if (base !== undefined) set[place] = bounded(relation, column, BigInt((base ?? 0) as bigint | number) + delta);
      else add[place] = bounded(relation, column, (add[place] ?? 0n) + delta);
    }
  }

  #rowOf(relation: Relation, given: Upsert['key']): PendingRow {
    const key = relation.key.map((column) => {
      const cell = given[column];
      if (cell === undefined || cell === null) throw new Error(`projection ${relation.name}: upsert without its key "${column}"`);
      return toCell(relation, column, cell);
    });
    for (const column in given)
      if (!relation.key.includes(column)) throw new Error(`projection ${relation.name}: "${column}" is not in the key`);
    let rows = this.#rows.get(relation);
    if (rows === undefined) {
      rows = new Map();
      this.#rows.set(relation, rows);
    }
    const id = key.length === 1 ? String(key[0]) : key.join('\0');
    let row = rows.get(id);
    if (row === undefined) {
      row = { key, set: new Array(relation.columns.length), add: new Array(relation.columns.length) };
      rows.set(id, row);
      this.#size++;
    }
    return row;
  }

  /** The changes in groups; each key of a relation occurs once. */
  groups(): ChangeGroup[] {
    const groups: ChangeGroup[] = [...this.#fresh].map(([relation, rows]) => ({
      ...{ relation, columns: relation.columns, set: [], add: [], fresh: true, rows },
    }));
    for (const [relation, rows] of this.#rows) {
      const shapes = new Map<string, ChangeGroup>();
      for (const { key, set, add } of rows.values()) {
        let shape = '';
        for (let place = 0; place < set.length; place++) shape += set[place] !== undefined ? 's' : add[place] !== undefined ? 'a' : '-';
        let group = shapes.get(shape);
        if (group === undefined) {
          group = groupOf(relation, shape);
          shapes.set(shape, group);
          groups.push(group);
        }
        const cells = [...key];
        for (const cell of set) if (cell !== undefined) cells.push(cell);
        for (const cell of add) if (cell !== undefined) cells.push(cell);
        group.rows.push(cells);
      }
    }
    return groups;
  }
}

/** An empty group for rows of which these columns are set (`s`) and added to (`a`). */
function groupOf(relation: Relation, shape: string): ChangeGroup {
  const set = relation.columns.filter((_, place) => shape[place] === 's');
  const add = relation.columns.filter((_, place) => shape[place] === 'a');
  return { relation, columns: [...relation.key, ...set, ...add], set, add, fresh: false, rows: [] };
}

/** Where a column stands that may be changed. */
function placeOf(relation: Relation, column: string): number {
  const place = relation.places[column];
  if (place === undefined) throw new Error(`projection ${relation.name}: column "${column}" is not declared`);
  if (relation.key.includes(column)) throw new Error(`projection ${relation.name}: the key column "${column}" cannot be changed`);
  return place;
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
