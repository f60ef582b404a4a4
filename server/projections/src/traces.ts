/**
 * Which rows tell in what events a record was written: the core projection's own `trace`, or a table of the module that tells it anyway
 * (`CollectionDefinition.tracedIn`), so that an account's thousand postings are not kept twice.
 */
import type { ModuleDefinition } from '@tabularium/kernel';
import { CORE_NAME, keyHash } from './core-projection.ts';
import { type Relation, relationName, type Schema } from './relations.ts';
import type { SqlDatabase } from './sql-database.ts';

const TRACE = relationName(CORE_NAME, 'trace');

/** Places of events, in order. */
export type EventPlaces = readonly { readonly height: number; readonly seq: number }[];

export interface PlacesQuery {
  /** Only in blocks above this height. */
  readonly after: number;
  readonly limit: number;
}

export class Traces {
  /** By `module/collection/`. */
  readonly #elsewhere = new Map<string, { readonly relation: Relation; readonly columns: readonly string[] }>();

  /** Throws where a module declares a table that cannot tell. */
  constructor(catalogue: readonly ModuleDefinition[], schema: Schema) {
    for (const module of catalogue) {
      for (const [collection, { tracedIn }] of Object.entries(module.collections)) {
        if (tracedIn === undefined) continue;
        const relation = schema.relations.get(relationName(module.name, tracedIn.table));
        const needed = ['height', 'seq', ...tracedIn.columns];
        if (relation === undefined || needed.some((column) => relation.types[column] === undefined))
          throw new Error(`${module.name}/${collection} cannot be traced in ${tracedIn.table}`);
        this.#elsewhere.set(`${module.name}/${collection}/`, { relation, columns: tracedIn.columns });
      }
    }
  }

  /** True if the core projection keeps the trace of this record. */
  keeps(key: string): boolean {
    if (this.#elsewhere.size === 0) return true;
    return !this.#elsewhere.has(collectionOf(key));
  }

  /** Where the events stand that may have written a record; whoever reads them sees whether they did. */
  async places(database: SqlDatabase, key: string, { after, limit }: PlacesQuery): Promise<EventPlaces> {
    const collection = collectionOf(key);
    const elsewhere = this.#elsewhere.get(collection);
    const select = database.reader
      .selectFrom(elsewhere?.relation.name ?? TRACE)
      .select(['height', 'seq'])
      .distinct();
    const ofRecord =
      elsewhere === undefined
        ? select.where('key', '=', keyHash(key))
        : select.where((eb) => eb.or(elsewhere.columns.map((column) => eb(column, '=', key.slice(collection.length)))));
    const rows = await ofRecord.where('height', '>', after).orderBy('height').orderBy('seq').limit(limit).execute();
    return rows.map(({ height, seq }) => ({ height: Number(height), seq: Number(seq) }));
  }
}

/** `module/collection/` of a state key. */
function collectionOf(key: string): string {
  return key.slice(0, key.indexOf('/', key.indexOf('/') + 1) + 1);
}
