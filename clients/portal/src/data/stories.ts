/** What the node tells in words: entries and what they changed, records and their lives, and who has seen the ledger. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getJson } from './api.ts';
import type { Told } from './shown.ts';

export type { Told } from './shown.ts';

export interface StoryEvent {
  readonly type: string;
  readonly title: string;
  readonly told: readonly Told[];
}

export interface StorySigner {
  readonly role: string;
  readonly office: string;
  readonly agency: string;
}

/** `GET /api/v1/stories/:ref`. */
export interface Story {
  readonly index: number;
  readonly name: string;
  readonly height: number;
  readonly time: number;
  readonly kind: 'act' | 'charter' | 'stamp';
  readonly action: string;
  readonly title: string;
  readonly headline: string;
  /** As of a line of the list of entries. */
  readonly about?: string;
  /** What that was for. */
  readonly purpose?: string;
  /** State key of the one record that it wrote about. */
  readonly record?: string;
  readonly times?: number;
  readonly money?: { readonly amount: string; readonly currency: string };
  readonly right: string;
  readonly signers: readonly StorySigner[];
  readonly order?: string;
  readonly events: readonly StoryEvent[];
  readonly more: number;
  readonly keys: readonly string[];
  readonly transfers: readonly {
    readonly debit: string;
    readonly credit: string;
    readonly amount: string;
    readonly currency: string;
    readonly phase: string;
  }[];
  readonly officers: readonly string[];
  readonly kid: string;
  readonly signed: object;
}

/** What is written once does not change; only what people took back does. */
export const story = (ref: string) =>
  queryOptions({ queryKey: ['story', ref], queryFn: () => getJson<Story>(`/api/v1/stories/${encodeURIComponent(ref)}`) });

export interface LifeEvent extends StoryEvent {
  readonly height: number;
  readonly time: number;
  readonly entry?: number;
  readonly right: string;
  readonly signers: readonly StorySigner[];
}

/** A document that belongs to a record; `said`: by somebody who validated its signatures. */
export interface StoryDocument {
  readonly tx: string;
  readonly role: string;
  readonly office: string;
  readonly time: number;
  readonly standing: string;
  readonly said?: { readonly by: string; readonly indication: string; readonly on: string; readonly form: string };
}

/** `GET /api/v1/lives/:key`. */
export interface Life {
  readonly key: string;
  readonly title: string;
  readonly stands?: {
    readonly state: string;
    readonly standing: string;
    readonly order: string;
    readonly imported: boolean;
    readonly told: readonly Told[];
    readonly record: Readonly<Record<string, unknown>>;
  };
  readonly documents: readonly StoryDocument[];
  readonly steps: readonly LifeEvent[];
  readonly complete: boolean;
}

export const life = (key: string) =>
  queryOptions({
    queryKey: ['ledger', 'life', key],
    queryFn: () => getJson<Life>(`/api/v1/lives/${key.split('/').map(encodeURIComponent).join('/')}`),
  });

/** `GET /api/v1/seen`. */
export interface Seen {
  readonly height: number;
  readonly size: number;
  readonly time: number;
  readonly witness: { readonly size: number; readonly witnesses: readonly { readonly name: string; readonly time: number }[] };
  readonly agencies: { readonly size: number; readonly names: readonly string[] };
}

export const seen = queryOptions({ queryKey: ['ledger', 'seen'], queryFn: () => getJson<Seen>('/api/v1/seen') });

/** What the node tells at once. */
const TITLES_MAX = 100;

/** `GET /api/v1/titles`. */
interface Called {
  readonly titles: Readonly<Record<string, string>>;
  /** What a record was for. */
  readonly purposes: Readonly<Record<string, { readonly key: string; readonly title: string }>>;
}

export function namesOf(of: readonly string[]) {
  const keys = [...new Set(of)].slice(0, TITLES_MAX);
  return queryOptions({
    queryKey: ['ledger', 'titles', keys],
    queryFn: () => getJson<Called>(`/api/v1/titles?keys=${encodeURIComponent(keys.join())}`),
    enabled: keys.length > 0,
    placeholderData: keepPreviousData,
  });
}

/** Titles of records by state key, each with its id in brackets; without those that have none. Of very many keys, the first. */
export const titles = (of: readonly string[]) => ({ ...namesOf(of), select: (found: Called) => found.titles });

/** What records were for, by state key: of a payment the commitment that it pays. */
export const purposes = (of: readonly string[]) => ({ ...namesOf(of), select: (found: Called) => found.purposes });
