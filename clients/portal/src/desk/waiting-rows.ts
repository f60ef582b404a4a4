/** Rows of lists that wait for a step that I may take: how many, what they come to, and until when the first of them waits. */
import { queryOptions } from '@tanstack/react-query';
import { getJson, type ModuleViews, type Row } from '../data/api.ts';
import type { BundleItem, BundleSum } from './bundle.ts';
import type { Entitled, Form, FormPick } from './desk-data.ts';
import { begin, emptyValues, readBody, type Values } from './forms/body.ts';
import { fieldsOf, type Schema } from './forms/fields.ts';

const PAGE = 200;
/** What one look takes in; the rest waits for the next. */
const ROWS_MAX = 1_000;
const DAY_MS = 86_400_000;

export interface Step {
  readonly form: Form;
  readonly pick: FormPick & { readonly items: string };
}

export interface WaitingStep extends Step {
  readonly count: number;
  readonly sums: readonly BundleSum[];
  /** ms UTC: when the first of them is due. */
  readonly by: number | undefined;
}

/** Forms by which a step is taken that rows wait for, as far as this officer may take it alone. */
export function stepsOf(forms: readonly Form[], right: Entitled): readonly Step[] {
  const mine = new Set(right.actions.filter(({ signers }) => signers === 1).map(({ action }) => action));
  return forms.flatMap((form) =>
    (form.picks ?? []).flatMap((pick) =>
      pick.waits !== undefined && pick.items !== undefined && mine.has(form.action) ? [{ form, pick: { ...pick, items: pick.items } }] : [],
    ),
  );
}

interface Sums {
  readonly groups: readonly (Row & { readonly rows: number })[];
}

export const waitingSteps = (steps: readonly Step[]) =>
  queryOptions({
    queryKey: ['ledger', 'waiting-steps', steps.map(({ form }) => form.action)],
    queryFn: async (): Promise<readonly WaitingStep[]> => (await Promise.all(steps.map(counted))).filter(({ count }) => count > 0),
  });

async function counted(step: Step): Promise<WaitingStep> {
  const { form, pick } = step;
  const path = `/api/v1/${form.module}/${pick.list}`;
  const where = new URLSearchParams(pick.where);
  const { groups } = await getJson<Sums>(`${path}/sums?${where}`);
  const count = groups.reduce((sum, { rows }) => sum + rows, 0);
  const sums = groups.flatMap(({ currency, amount }) =>
    typeof currency === 'string' && typeof amount === 'string' ? [{ currency, minor: amount }] : [],
  );
  const by = pick.waits?.by;
  if (by === undefined || count === 0) return { ...step, count, sums, by: undefined };
  const rows = await allRows(step);
  const dues = rows.map((row) => dueOf(row[by])).filter((due) => due !== undefined);
  return { ...step, count, sums, by: dues.length === 0 ? undefined : Math.min(...dues) };
}

/** A day is over at its end. */
function dueOf(value: Row[string] | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) + DAY_MS : undefined;
}

async function allRows({ form, pick }: Step): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = new URLSearchParams({ ...pick.where, limit: String(PAGE), ...(cursor === undefined ? {} : { cursor }) });
    const page = await getJson<{ readonly rows: readonly Row[]; readonly next?: string }>(`/api/v1/${form.module}/${pick.list}?${query}`);
    rows.push(...page.rows);
    cursor = page.next;
    if (cursor === undefined || rows.length >= ROWS_MAX) return rows.slice(0, ROWS_MAX);
  }
}

/** What waits, each row as the item that would be signed; rows that do not fill an item are left out. */
export const waitingItems = (step: Step, { lists }: ModuleViews, schema: Schema) =>
  queryOptions({
    queryKey: ['ledger', 'waiting-items', step.form.module, step.form.name],
    queryFn: async (): Promise<readonly BundleItem[]> => {
      const list = fieldsOf(schema, (name) => name).find(({ name }) => name === step.pick.items);
      if (list?.kind !== 'list') return [];
      const empty = emptyValues(list.fields);
      const id = lists[step.pick.list]!.id;
      return (await allRows(step)).flatMap((row) => {
        const values: Values = begin(empty, step.pick.fill, row, '.');
        const { body: item } = readBody(list.fields, values, { decimal: '.', offset: () => 0 });
        return item === undefined ? [] : [{ id: String(row[id]), row, item }];
      });
    },
  });

/** Whether a row is all that such a form asks for: then many of them are signed with one gesture. */
export function isWhole(schema: Schema, items: string): boolean {
  return (schema.required ?? []).every((name) => name === items);
}
