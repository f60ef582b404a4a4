/** What every engine takes in at once: nothing in it grows without a bound. */

export interface EngineLimits {
  /** Submissions that are not answered yet. */
  readonly queueCount: number;
  /** Their bytes. */
  readonly queueBytes: number;
  /** Transactions and bytes of leaves of a block: DESIGN §4, the same on every engine. */
  readonly blockCount: number;
  readonly blockBytes: number;
  /** What a client is told to wait. */
  readonly retryAfterSeconds: number;
}

export const ENGINE_LIMITS: EngineLimits = {
  queueCount: 10_000,
  queueBytes: 64 * 1024 * 1024,
  blockCount: 1_000,
  blockBytes: 4 * 1024 * 1024,
  retryAfterSeconds: 1,
};

/** Room for the seal within a block's bytes. */
export const SEAL_BYTES = 1_024;
