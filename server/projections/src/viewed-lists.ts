/** The modules' list views, each with the table that it reads and the list that its rows are about: what reads and search go through. */
import type { ListView, ModuleDefinition } from '@tabularium/kernel';
import { type Relation, relationName, type Schema } from './relations.ts';

export interface ViewedList {
  readonly module: string;
  readonly name: string;
  readonly view: ListView;
  readonly relation: Relation;
  /** Where the rows have no texts of their own: the list whose rows have them, and the column that names one. */
  readonly about?: { readonly list: ViewedList; readonly column: string };
}

/** Column of published texts: digests, separated by spaces. */
export const TEXTS = 'texts';

/** By `<module>.<view>`. Throws when a view names what its module does not declare. */
export function viewedLists(catalogue: readonly ModuleDefinition[], schema: Schema): ReadonlyMap<string, ViewedList> {
  const found = new Map<string, ViewedList>();
  for (const module of catalogue) for (const name of Object.keys(module.views)) addList(found, module, name, schema);
  return found;
}

function addList(found: Map<string, ViewedList>, module: ModuleDefinition, name: string, schema: Schema): void {
  const view = module.views[name];
  const place = `${module.name}.${name}`;
  if (view?.kind !== 'list' || found.has(place)) return;
  const relation = schema.relations.get(relationName(module.name, view.table));
  if (relation === undefined) throw new Error(`view ${place}: table "${view.table}" is not declared`);
  const columns = [view.id, ...view.filters, ...view.columns.map(({ column }) => column), ...view.order.map(({ column }) => column)];
  if (view.about !== undefined) columns.push(view.about.column);
  for (const column of columns)
    if (relation.types[column] === undefined) throw new Error(`view ${place}: column "${column}" is not declared`);
  const list = { module: module.name, name, view, relation };
  found.set(place, list);
  if (view.about === undefined) return;
  addList(found, module, view.about.list, schema);
  const other = found.get(`${module.name}.${view.about.list}`);
  if (other === undefined) throw new Error(`view ${place}: it is about "${view.about.list}", which is no list`);
  found.set(place, { ...list, about: { list: other, column: view.about.column } });
}
