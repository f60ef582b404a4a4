/** What the thread of the town's offices is told to do, and what it tells of it. */
import type { DemoPlace } from './found-demo.ts';

/** Transactions submitted at once. */
export const MAX_BATCH = 200;

export interface OfficesTask {
  readonly url: string;
  /** Origin. */
  readonly ledger: string;
  /** SHA-256 of leaf 0, lowercase hex. */
  readonly charterDigest: string;
  readonly year: number;
  readonly place: DemoPlace;
  readonly clock: SharedArrayBuffer;
}

export type OfficesMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly all: number }
  | {
      readonly kind: 'done';
      readonly transactions: number;
      readonly accepted: number;
      readonly refused: number;
      /** Step key → transaction name, of the accepted steps that tell a story. */
      readonly names: Readonly<Record<string, string>>;
    };
