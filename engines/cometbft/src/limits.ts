/** What the CometBFT engine takes in at once, and how it waits: nothing in it grows without a bound. */

export interface CometLimits {
  /** Submissions that are not answered yet. */
  readonly queueCount: number;
  /** Their bytes. */
  readonly queueBytes: number;
  /** Transactions and bytes of leaves of a block: DESIGN §4, the same on every engine. */
  readonly blockCount: number;
  readonly blockBytes: number;
  /** How far a block's time may trail behind the proposer's clock before it carries transactions; the charter's `max_lag`. */
  readonly maxLagMs: number;
  /** What a client is told to wait. */
  readonly retryAfterSeconds: number;
}

export const DEFAULT_LIMITS: CometLimits = {
  queueCount: 10_000,
  queueBytes: 64 * 1024 * 1024,
  blockCount: 1_000,
  blockBytes: 4 * 1024 * 1024,
  maxLagMs: 2_000,
  retryAfterSeconds: 1,
};
