/** What a desk reads: forms of all modules, what an officer may sign now, and what one has signed. */
import { queryOptions } from '@tanstack/react-query';
import { type EntryRow, getJson } from '../data/api.ts';
import type { Schema } from './forms/fields.ts';

/** Rows of a list of the module from which a body, or each item of a list in it, is begun. */
export interface FormPick {
  readonly items?: string;
  readonly list: string;
  /** Query fields of the list; the value `@me` stands for whoever fills the form in. */
  readonly where?: Readonly<Record<string, string>>;
  /** Path of a member (`money/currency`) → column. */
  readonly fill: Readonly<Record<string, string>>;
  /** Such rows wait for whoever may do this; `by`: column that says until when. */
  readonly waits?: { readonly by?: string };
}

/** Puts a record right; there is one form for each collection whose records can be. */
export const CORRECT = 'kernel.correct';

/** `GET /api/v1/forms`. */
export interface Form {
  readonly module: string;
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly picks?: readonly FormPick[];
  readonly made?: readonly string[];
  /** A correction: of which collection's records. */
  readonly corrects?: string;
}

export interface Entitlement {
  readonly action: string;
  readonly signers: number;
  /** `role@office`. */
  readonly as?: string;
  /** Id of a mandate. */
  readonly for?: string;
  readonly roles: readonly string[];
}

export interface Mandate {
  readonly id: string;
  readonly kind: 'mandate' | 'deputy';
  readonly by: string;
  readonly to: string;
  readonly role: string;
  readonly office: string;
  readonly actions: readonly string[];
  /** ms UTC. */
  readonly until: number;
}

/** `GET /api/v1/desk/:officer`. */
export interface Entitled {
  readonly officer: string;
  readonly agency: string;
  readonly terms: readonly { readonly role: string; readonly office: string; readonly until: number }[];
  readonly mandates: readonly Mandate[];
  readonly proposalDays: number;
  readonly actions: readonly Entitlement[];
}

export const forms = queryOptions({
  queryKey: ['forms'],
  queryFn: async () => (await getJson<{ readonly forms: readonly Form[] }>('/api/v1/forms')).forms,
  staleTime: Number.POSITIVE_INFINITY,
});

export const formWithSchema = (module: string, name: string) =>
  queryOptions({
    queryKey: ['forms', module, name],
    queryFn: () => getJson<Form & { readonly schema: Schema }>(`/api/v1/forms/${encodeURIComponent(module)}/${encodeURIComponent(name)}`),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The form by which such an act is begun. A correction has one for each collection. */
export function formOf(
  all: readonly Form[],
  act: { readonly action: string; readonly body: Readonly<Record<string, unknown>> },
): Form | undefined {
  const key = typeof act.body.key === 'string' ? act.body.key : '';
  return all.find(
    ({ action, module, corrects }) => action === act.action && (corrects === undefined || key.startsWith(`${module}/${corrects}/`)),
  );
}

export const entitled = (officer: string) =>
  queryOptions({
    queryKey: ['ledger', 'desk', officer],
    queryFn: () => getJson<Entitled>(`/api/v1/desk/${encodeURIComponent(officer)}`),
  });

export const signed = (officer: string, before?: number) =>
  queryOptions({
    queryKey: ['ledger', 'desk', officer, 'signed', before ?? 0],
    queryFn: () =>
      getJson<{ readonly rows: readonly EntryRow[]; readonly next?: number }>(
        `/api/v1/desk/${encodeURIComponent(officer)}/signed?limit=20${before === undefined ? '' : `&before=${before}`}`,
      ),
  });
