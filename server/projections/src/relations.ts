/**
 * From the modules' declared tables (`ProjectionDefinition` of the kernel) to SQL relations: full names, column
 * order, and a hash of all that must be equal for stored rows to be usable.
 *
 * Names are checked here once, at start, so that no later code quotes anything a module did not declare.
 */
import { createHash } from 'node:crypto';
import type { ColumnType, ModuleDefinition, Table } from '@tabularium/kernel';
import { CORE_NAME, coreTables } from './core-projection.ts';

/** Counts changes of this package that make stored rows unusable. */
const PROJECTIONS_VERSION = 3;

export interface Relation {
  /** `<module>_<table>`; unique in the database. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly types: Readonly<Record<string, ColumnType>>;
  /** Place of each column among `columns`. */
  readonly places: Readonly<Record<string, number>>;
  readonly key: readonly string[];
  readonly indexes: readonly (readonly string[])[];
  /** Text columns under trigram search; empty = none. */
  readonly search: readonly string[];
}

export interface Schema {
  readonly relations: ReadonlyMap<string, Relation>;
  /** SHA-256, hex, over tables, folds and versions. Rows written under another hash are thrown away. */
  readonly hash: string;
}

/** Throws when a declaration contradicts itself (unknown column in a key, a name that is no identifier, …). */
export function makeSchema(catalogue: readonly ModuleDefinition[]): Schema {
  const relations = new Map<string, Relation>();
  for (const [table, definition] of Object.entries(coreTables)) add(relations, CORE_NAME, table, definition);
  for (const module of catalogue) {
    if (module.name === CORE_NAME) throw new Error(`a module may not be named ${CORE_NAME}: the core projection has that name`);
    for (const [table, definition] of Object.entries(module.projection.tables)) add(relations, module.name, table, definition);
  }
  const hash = createHash('sha256').update(JSON.stringify([PROJECTIONS_VERSION, [...relations.values()]]));
  for (const module of catalogue) {
    // A fold's own text is part of the hash, so that a corrected fold rebuilds its rows even if nobody raised the version.
    hash.update(
      JSON.stringify([module.name, module.version, Object.entries(module.projection.folds).map(([type, fold]) => [type, String(fold)])]),
    );
  }
  return { relations, hash: hash.digest('hex') };
}

/** SQL name of a module's table. */
export function relationName(module: string, table: string): string {
  return `${module.replaceAll('-', '_')}_${table}`;
}

function add(relations: Map<string, Relation>, module: string, table: string, definition: Table): void {
  const name = relationName(module, table);
  const columns = Object.keys(definition.columns);
  for (const identifier of [name, ...columns]) {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,58}$/.test(identifier)) throw new Error(`projection ${name}: "${identifier}" is no portable SQL name`);
  }
  if (relations.has(name)) throw new Error(`projection ${name} is declared twice`);
  if (new Set(columns.map((column) => column.toLowerCase())).size !== columns.length)
    throw new Error(`projection ${name}: columns differ by case only`);
  const indexes = definition.indexes ?? [];
  const search = definition.search ?? [];
  if (definition.key.length === 0) throw new Error(`projection ${name} has no key`);
  for (const column of [...definition.key, ...indexes.flat(), ...search]) {
    if (definition.columns[column] === undefined) throw new Error(`projection ${name}: column "${column}" is not declared`);
  }
  for (const column of search) {
    if (definition.columns[column] !== 'text')
      throw new Error(`projection ${name}: only text can be searched, "${column}" is ${definition.columns[column]}`);
  }
  const places = Object.fromEntries(columns.map((column, place) => [column, place]));
  relations.set(name, { name, columns, types: definition.columns, places, key: definition.key, indexes, search });
}
