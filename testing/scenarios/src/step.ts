/**
 * One transaction of the town's year, before it is signed. A step names what it builds on by the keys of earlier steps:
 * ids of records follow from a transaction's name (DESIGN §3), and names from the signed bytes, so a body can be written
 * only once the transactions before it are known.
 */
import type { JsonObject } from '@tabularium/protocol';

export interface Earlier {
  /** Name of the transaction of an earlier step. */
  name(key: string): string;
  /** The n-th new id (from 0) of an earlier step's transaction. */
  id(key: string, n?: number): string;
  /** Digest of the n-th disclosure (from 0) of an earlier step. */
  text(key: string, n?: number): string;
}

export interface Step {
  /** Unique within the year. */
  readonly key: string;
  /** Block time it is written at, ms UTC; never decreases from step to step. */
  readonly at: number;
  /** Officer's code; its everyday key signs. */
  readonly officer: string;
  /** `role@office`. */
  readonly as: string;
  readonly action: string;
  /** The plain body: disclosed fields stand in it in clear. */
  readonly body: (earlier: Earlier) => JsonObject;
  /** `accepted`, or the full code of the refusal it must meet. */
  readonly expect: string;
  /** Longer stories share an id: `school-roof`. */
  readonly story?: string;
}
