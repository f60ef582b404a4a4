/**
 * What the main thread and an admission thread say to each other. Submissions travel end to end in one transferred buffer, answers as one
 * string of names and a short list of faults, because a message an item would cost more than the check itself.
 */
import type { TableKey } from './key-table.ts';

/** Characters of a transaction's name. */
export const NAME_LENGTH = 43;
/** Stands for the name of what has none. */
export const NO_NAME = '-'.repeat(NAME_LENGTH);

export type ToAdmission =
  /** Keys that are new or changed. */
  | { readonly kind: 'keys'; readonly keys: readonly TableKey[] }
  /** Submission i has the bytes ends[i − 1]…ends[i]. */
  | { readonly kind: 'admit'; readonly ticket: number; readonly bytes: Uint8Array; readonly ends: Uint32Array };

/** What admission refuses by itself, in the kernel's words. */
export type AdmissionRefusal = 'key-unknown' | 'key-kind' | 'signature-invalid';

/** Why one submission was not admitted. `refused` carries a kernel code, the rest a malformed code with its detail. */
export type AdmissionFault =
  | { readonly at: number; readonly refused: AdmissionRefusal }
  | { readonly at: number; readonly code: string; readonly detail: string };

export type FromAdmission = {
  readonly ticket: number;
  /** `NAME_LENGTH` characters for each submission. */
  readonly names: string;
  readonly faults: readonly AdmissionFault[];
};

/** Lays submissions end to end in a buffer of their own, ready to be transferred. */
export function packBatch(batch: readonly Uint8Array[]): {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
} {
  let length = 0;
  for (const one of batch) length += one.length;
  const bytes = new Uint8Array(length);
  const ends = new Uint32Array(batch.length);
  let at = 0;
  batch.forEach((one, i) => {
    bytes.set(one, at);
    at += one.length;
    ends[i] = at;
  });
  return { bytes, ends };
}
