/**
 * Projections folded in memory: the tables a module declares, filled by its own folds exactly as the SQL projections are
 * (insert or update by key, `add` on top of what is there). Two of them, one filled step by step and one from all events at
 * once, must always be equal.
 */
import type { Cell, ModuleDefinition, StoredEvent } from '@tabularium/kernel';

export interface EventBlock {
  readonly height: number;
  readonly time: number;
  /** Log index of the block's first leaf. */
  readonly first: number;
  readonly events: readonly StoredEvent[];
}

type Row = Record<string, Cell>;

export class FoldedTables {
  readonly #catalogue: ReadonlyMap<string, ModuleDefinition>;
  readonly #tables = new Map<string, Map<string, Row>>();

  constructor(catalogue: readonly ModuleDefinition[]) {
    this.#catalogue = new Map(catalogue.map((definition) => [definition.name, definition]));
  }

  fold({ height, time, first, events }: EventBlock): void {
    events.forEach((event, seq) => {
      const dot = event.type.indexOf('.');
      const definition = this.#catalogue.get(event.type.slice(0, dot));
      if (definition === undefined) throw new Error(`an event of no module: ${event.type}`);
      const type = event.type.slice(dot + 1);
      const fold = definition.projection.folds[type];
      if (fold === undefined) return;
      const { tx, action, signers, entry } = event;
      const meta = { type, tx, height, time, index: entry < 0 ? -1 : first + entry, seq, action, signers };
      for (const upsert of fold(event.data, meta)) this.#upsert(definition, upsert);
    });
  }

  #upsert(
    definition: ModuleDefinition,
    { table, key, set, add }: ReturnType<ModuleDefinition['projection']['folds'][string]>[number],
  ): void {
    const declared = definition.projection.tables[table];
    if (declared === undefined) throw new Error(`${definition.name} declares no table ${table}`);
    const name = `${definition.name}.${table}`;
    const rows = this.#tables.get(name) ?? new Map<string, Row>();
    this.#tables.set(name, rows);
    const id = declared.key.map((column) => `${typeof key[column]} ${String(key[column])}`).join('|');
    const row = rows.get(id) ?? { ...key };
    rows.set(id, row);
    for (const [column, cell] of Object.entries(set ?? {})) row[column] = cell;
    for (const [column, amount] of Object.entries(add ?? {}))
      row[column] = BigInt((row[column] as bigint | number | null | undefined) ?? 0) + amount;
    for (const column of Object.keys(row)) {
      if (declared.columns[column] === undefined) throw new Error(`${name} declares no column ${column}`);
    }
  }

  /** The first row in which two foldings differ, in words; undefined when they are equal. */
  difference(other: FoldedTables): string | undefined {
    const names = new Set([...this.#tables.keys(), ...other.#tables.keys()]);
    for (const name of names) {
      const [mine, theirs] = [this.#tables.get(name), other.#tables.get(name)];
      if (mine?.size !== theirs?.size) return `${name} has ${mine?.size ?? 0} rows and ${theirs?.size ?? 0}`;
      for (const [id, row] of mine ?? []) {
        const twin = theirs?.get(id);
        if (twin === undefined) return `${name} ${id} is in one only`;
        const columns = Object.keys(row);
        if (columns.length !== Object.keys(twin).length || columns.some((column) => row[column] !== twin[column]))
          return `${name} ${id}: ${show(row)} and ${show(twin)}`;
      }
    }
    return undefined;
  }
}

function show(row: Row): string {
  return Object.entries(row)
    .map(([column, cell]) => `${column}=${String(cell)}`)
    .sort()
    .join(' ');
}
