/** Offices, their roles, and what was done in each, as the API tells it. */
import { queryOptions } from '@tanstack/react-query';
import { type EntryRow, getJson } from './api.ts';

/** `GET /api/v1/offices`. */
export interface OfficeRoles {
  readonly office: string;
  readonly agency: string;
  readonly roles: readonly { readonly role: string; readonly entries: number }[];
}

export const offices = queryOptions({
  queryKey: ['ledger', 'offices'],
  queryFn: () => getJson<{ readonly offices: readonly OfficeRoles[] }>('/api/v1/offices'),
});

/** Acts of one kind in one month. */
export interface Done {
  readonly action: string;
  readonly about: string;
  readonly title: string;
  /** `2026-03`. */
  readonly month: string;
  readonly entries: number;
}

/** `GET /api/v1/offices/:office/:role`. */
export interface RoleOfOffice {
  readonly office: string;
  readonly role: string;
  readonly agency: string;
  readonly may: readonly { readonly action: string; readonly title: string; readonly text: string; readonly signers: number }[];
  readonly done: readonly Done[];
}

const pathOf = (office: string, role: string): string => `/api/v1/offices/${encodeURIComponent(office)}/${encodeURIComponent(role)}`;

export const roleOfOffice = (office: string, role: string) =>
  queryOptions({ queryKey: ['ledger', 'offices', office, role], queryFn: () => getJson<RoleOfOffice>(pathOf(office, role)) });

/** `kind`: action and what it is about, or everything. */
export const actsOf = (
  office: string,
  role: string,
  kind: Pick<Done, 'action' | 'about'> | undefined,
  before: string | undefined,
  limit: number,
) => {
  const query = new URLSearchParams({ limit: String(limit) });
  if (kind !== undefined) query.set('action', kind.action);
  if (kind !== undefined && kind.about !== '') query.set('about', kind.about);
  if (before !== undefined) query.set('before', before);
  return queryOptions({
    queryKey: ['ledger', 'offices', office, role, query.toString()],
    queryFn: () => getJson<{ readonly rows: readonly EntryRow[]; readonly next?: number }>(`${pathOf(office, role)}/entries?${query}`),
  });
};
