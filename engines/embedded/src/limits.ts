/** What the embedded engine takes in at once, and how it waits: nothing in it grows without a bound. */

export interface Limits {
  /** Submissions that are not answered yet. */
  readonly queueCount: number;
  /** Their bytes. */
  readonly queueBytes: number;
  /** Submissions handed to `admit` at once when they trickle in, and when many wait. */
  readonly chunk: number;
  readonly chunkUnderLoad: number;
  /** Calls of `admit` that may run at once. */
  readonly chunksInFlight: number;
  /** Transactions and bytes of leaves of a block: DESIGN §4, the same on every engine. */
  readonly blockCount: number;
  readonly blockBytes: number;
  /** Cosign the newest checkpoint anew after this long without a block. */
  readonly recosignMs: number;
  /** What a client is told to wait. */
  readonly retryAfterSeconds: number;
}

export const DEFAULT_LIMITS: Limits = {
  queueCount: 10_000,
  queueBytes: 64 * 1024 * 1024,
  chunk: 12,
  chunkUnderLoad: 128,
  chunksInFlight: 8,
  blockCount: 1_000,
  blockBytes: 4 * 1024 * 1024,
  recosignMs: 60_000,
  retryAfterSeconds: 1,
};
