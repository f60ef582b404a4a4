/** The kernel's own records in state, under `kernel/`, and their keys. */
import type { JsonObject } from '@tabularium/protocol';
import type { Charter, CharterSections, EnrolledKey } from './charter.ts';
import type { Signer } from './module.ts';

export type CharterRecord = Pick<Charter, keyof typeof CharterSections | 'name' | 'origin' | 'log' | 'founding' | 'predecessor'>;

export interface FoundingRecord {
  /** SHA-256 of leaf 0, lowercase hex. */
  readonly charter: string;
  readonly accepted: readonly string[];
  readonly complete: boolean;
}

export type KeyRecord = EnrolledKey & {
  /** Officer or service id. */
  readonly holder: string;
  /** `pending`: named by an open recovery, so that nobody else can enrol it; it does not sign yet. */
  readonly status: 'active' | 'pending' | 'revoked';
};

export interface RoleTerm {
  readonly role: string;
  readonly office: string;
  readonly from?: number;
  readonly until: number;
}

/** An officer, or a service: a program's key with a role and an end, for which a named officer answers. */
export interface OfficerRecord {
  readonly kind: 'officer' | 'service';
  readonly agency: string;
  readonly keys: readonly string[];
  readonly roles: readonly RoleTerm[];
  readonly status: 'active' | 'left';
  /** Ids of active mandates given or held. */
  readonly mandates?: readonly string[];
  /** Of a service: the officer who answers for it. */
  readonly answers?: string;
  /** Of one who left: who took over the inbox. */
  readonly successor?: string;
}

export interface MandateRecord {
  readonly kind: 'mandate' | 'deputy';
  readonly by: string;
  readonly to: string;
  readonly role: string;
  readonly office: string;
  /** Actions it is limited to; empty: all that the role may sign. */
  readonly actions: readonly string[];
  readonly until: number;
  readonly status: 'active' | 'ended';
}

export interface ProposalRecord {
  readonly action: string;
  readonly body: JsonObject;
  readonly needed: number;
  readonly signers: readonly Signer[];
  readonly until: number;
  readonly status: 'open' | 'executed' | 'withdrawn' | 'expired';
}

export interface RecoveryRecord {
  readonly officer: string;
  /** Thumbprints of the new keys. */
  readonly kids: readonly string[];
  readonly signers: readonly Signer[];
  /** When the new keys come into force, ms UTC. */
  readonly due: number;
  /** `ended`: the officer left meanwhile. */
  readonly status: 'open' | 'vetoed' | 'done' | 'ended';
}

export interface OrderRecord {
  readonly verb: 'suspend' | 'annul' | 'reinstate' | 'set' | 'reopen';
  readonly key: string;
  readonly case: string;
  readonly document: string;
  /** The court or review body. */
  readonly agency: string;
  readonly signers: readonly Signer[];
}

export interface TextRecord {
  readonly ground: string;
  readonly case: string;
  readonly signers: readonly Signer[];
}

/** A document by its digest, of a record; the members of a validation are all there or none. */
export interface DocumentRecord {
  readonly key: string;
  /** SHA-256, hex: of its bytes, or of a salt and its bytes. */
  readonly document: string;
  readonly validatedBy?: string;
  readonly indication?: 'total-passed' | 'indeterminate' | 'total-failed';
  /** Day as of which it was judged. */
  readonly on?: string;
  readonly form?: string;
  /** SHA-256, hex, of the report. */
  readonly report?: string;
  readonly signers: readonly Signer[];
}

/** Only what finds the record again: when it is due stands in its key, who set it and why on the record it is for. */
export interface DeadlineRecord {
  /** Full state key of the record. */
  readonly record: string;
  readonly handler: string;
}

/** How many deadlines have been set since the ledger began, its predecessors' among them. */
export interface DeadlineCountRecord {
  readonly count: number;
}

export const CHARTER_KEY = 'kernel/charter/current';
export const FOUNDING_KEY = 'kernel/founding/current';
/** Published texts that were withdrawn, by digest. */
export const WITHDRAWN_TEXTS = 'kernel/text/';
export const DEADLINES = 'kernel/deadline/';
export const DEADLINE_COUNT_KEY = 'kernel/deadline-count/current';
/** The first key after all of `DEADLINES`. */
export const DEADLINES_END = 'kernel/deadline0';

export function keyKey(kid: string): string {
  return `kernel/key/${kid}`;
}

export function officerKey(id: string): string {
  return `kernel/officer/${id}`;
}

export function proposalKey(id: string): string {
  return `kernel/proposal/${id}`;
}

export function mandateKey(id: string): string {
  return `kernel/mandate/${id}`;
}

/** Deadlines sort by due time, then in the order in which they were set: this is the `count`-th that this ledger ever set. */
export function deadlineKey(due: number, count: number): string {
  return `${DEADLINES}${sixteenDigits(due)}.${sixteenDigits(count)}`;
}

/** The first key after those of all deadlines due at this time or before. */
export function deadlinesEnd(due: number): string {
  return `${DEADLINES}${sixteenDigits(due)}/`;
}

function sixteenDigits(value: number): string {
  return String(value).padStart(16, '0');
}

/** When the deadline under this key is due, ms UTC. */
export function dueOf(key: string): number {
  return Number(key.slice(DEADLINES.length, key.indexOf('.', DEADLINES.length)));
}

/** `module/collection/id` in its three parts. */
export function splitKey(key: string): { readonly module: string; readonly collection: string; readonly id: string } {
  const first = key.indexOf('/');
  const second = key.indexOf('/', first + 1);
  return { module: key.slice(0, first), collection: key.slice(first + 1, second), id: key.slice(second + 1) };
}
