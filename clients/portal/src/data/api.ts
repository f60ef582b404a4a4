/** What the portal reads from its node: JSON over HTTP, on the origin that the page came from. */
import { i18n } from '@lingui/core';
import { queryOptions } from '@tanstack/react-query';
import type { Row } from './shown.ts';

export type { Row } from './shown.ts';

/** RFC 9457 problem as the API answers it. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
}

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** Whether to ask again: what is not here yet comes, and whoever waits need not load the page anew; what stands nowhere does not. */
export function mayCome(failures: number, error: Error): boolean {
  return error instanceof ApiProblem ? error.problem.status === 503 : failures === 0;
}

export function getJson<T>(path: string): Promise<T> {
  return answered<T>(path, { headers: { accept: 'application/json' } });
}

/** The answer to a JSON body. Throws `ApiProblem`. */
export function postJson<T>(path: string, body: unknown): Promise<T> {
  return answered<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

async function answered<T>(path: string, request: RequestInit): Promise<T> {
  const response = await fetchInLanguage(path, request);
  if (response.ok) return (await response.json()) as T;
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  throw new ApiProblem({ status: response.status, code: problem.code ?? 'unexpected', title: problem.title ?? response.statusText });
}

/** What the node tells in words it tells in the language of the screen. */
export function inLanguage(): { readonly 'accept-language': string } {
  return { 'accept-language': i18n.locale };
}

/** For whoever asks by other means than `getJson`. */
export function fetchInLanguage(url: string, request: RequestInit): Promise<Response> {
  return fetch(url, { ...request, headers: { ...(request.headers as Record<string, string> | undefined), ...inLanguage() } });
}

export async function getText(path: string): Promise<string> {
  const response = await fetch(path);
  if (!response.ok) throw new ApiProblem({ status: response.status, code: 'unexpected', title: response.statusText });
  return response.text();
}

export interface ListView {
  readonly kind: 'list';
  readonly title: string;
  readonly columns: readonly {
    readonly column: string;
    readonly label: string;
    readonly as?: 'text' | 'money' | 'date' | 'code' | 'link';
  }[];
  readonly filters: readonly string[];
  /** Columns by which the node can order it. */
  readonly orders: readonly string[];
  /** Columns that can be asked for from a value (`…_from`) and up to one (`…_to`): amounts in minor units, moments in ms UTC. */
  readonly ranges: Readonly<Record<string, 'money' | 'time' | 'integer'>>;
  readonly search?: boolean;
  readonly id: string;
  readonly collection?: string;
  /** By which column's record people know a row. */
  readonly about?: { readonly column: string };
}

export interface ModuleViews {
  readonly name: string;
  readonly title: string;
  readonly lists: Readonly<Record<string, ListView>>;
  /** What may be done, in words, by the action's name within the module. */
  readonly actions: Readonly<Record<string, string>>;
}

/** `GET /api/v1/views`. */
export interface Office {
  readonly office: string;
  readonly origin: string;
  /** Nothing recorded here has an effect. */
  readonly training?: true;
  /** IANA name of the zone of the office's clocks. */
  readonly zone: string;
  readonly modules: readonly ModuleViews[];
  /** People and their keys are invented, and visitors are led through. */
  readonly demo?: true;
}

/** Does not change while a node runs. */
export const office = queryOptions({
  queryKey: ['office'],
  queryFn: () => getJson<Office>('/api/v1/views'),
  staleTime: Number.POSITIVE_INFINITY,
});

export interface EntryRow {
  readonly index: number;
  readonly name: string;
  readonly height: number;
  readonly time: number;
  readonly title: string;
  readonly role: string;
  readonly office: string;
  /** What the record is called that it was about. */
  readonly about?: string;
  /** What that was for. */
  readonly purpose?: string;
  /** Where it did the same to several records: to how many. */
  readonly times?: number;
  readonly money?: { readonly amount: string; readonly currency: string };
}

/** `GET /api/v1/stories`, newest first. */
export const entries = (before?: number, limit = 20) =>
  queryOptions({
    queryKey: ['ledger', 'entries', before ?? 0, limit],
    queryFn: () =>
      getJson<{ readonly rows: readonly EntryRow[]; readonly next?: number }>(
        `/api/v1/stories?limit=${limit}${before === undefined ? '' : `&before=${before}`}`,
      ),
  });

export const list = (module: string, view: string, query: string) =>
  queryOptions({
    queryKey: ['ledger', module, view, query],
    queryFn: () =>
      getJson<{ readonly rows: readonly Row[]; readonly next?: string }>(`/api/v1/${module}/${view}${query === '' ? '' : `?${query}`}`),
  });

export const row = (module: string, view: string, id: string) =>
  queryOptions({
    queryKey: ['ledger', module, view, 'one', id],
    queryFn: () => getJson<Row>(`/api/v1/${module}/${view}/${encodeURIComponent(id)}`),
  });
