/** The module's tables in memory, for tests: upserts as any database carries them out. */
import type { Cell, ModuleDefinition } from '@tabularium/kernel';
import type { ToldEvent } from '@tabularium/kernel/specification';

export type Rows = ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<string, Cell>>>>;

/** Table → key → row. Throws for a table, a key or a column that is not declared. */
export function tableRows({ name, projection: { tables, folds } }: ModuleDefinition, events: readonly ToldEvent[]): Rows {
  const found = new Map<string, Map<string, Record<string, Cell>>>();
  for (const [n, { type, data, tx, action, signers, time }] of events.entries()) {
    for (const { table, key, set = {}, add = {} } of folds[type]!(data, {
      ...{ type: `${name}.${type}`, tx, height: n + 1, time, index: n, seq: 0, action, signers },
    })) {
      const definition = tables[table];
      if (definition === undefined || Object.keys(key).join() !== definition.key.join()) throw new Error(`no such key: ${table}`);
      for (const column of [...Object.keys(set), ...Object.keys(add)])
        if (!Object.hasOwn(definition.columns, column)) throw new Error(`no column ${table}.${column}`);
      const rows = found.get(table) ?? new Map<string, Record<string, Cell>>();
      found.set(table, rows);
      const id = definition.key.map((column) => String(key[column])).join(' ');
      const row = { ...rows.get(id), ...key, ...set };
      for (const [column, more] of Object.entries(add)) row[column] = BigInt((row[column] as bigint | undefined) ?? 0n) + more;
      rows.set(id, row);
    }
  }
  return found;
}
