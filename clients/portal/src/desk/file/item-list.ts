/** Which forms a table can fill: those that ask for nothing but a list of items, and of those nothing that a cell cannot say. */
import type { Form } from '../desk-data.ts';
import { type Field, fieldsOf, type Schema } from '../forms/fields.ts';
import { isWhole } from '../waiting-rows.ts';

/** What a cell can say without a person's help: texts, files and names made by the client are asked for by form. */
const PLAIN: ReadonlySet<Field['kind']> = new Set(['money', 'day', 'choice', 'number', 'code', 'digest']);

export interface ItemList {
  /** Member of the body. */
  readonly name: string;
  readonly label: string;
  readonly fields: readonly Field[];
}

/** The list of a form whose items a table can fill; undefined where there is none, or the form asks for more. */
export function itemList(form: Form & { readonly schema: Schema }, call: (name: string) => string): ItemList | undefined {
  const lists = fieldsOf(form.schema, call).filter((field) => field.kind === 'list');
  const [list] = lists;
  if (list?.kind !== 'list' || lists.length !== 1 || !isWhole(form.schema, list.name) || (form.made ?? []).length > 0) return undefined;
  return list.fields.every(({ kind }) => PLAIN.has(kind)) ? list : undefined;
}
