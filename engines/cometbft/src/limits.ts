/** What the CometBFT engine takes in at once, and how it waits. */
import { ENGINE_LIMITS, type EngineLimits } from '@tabularium/engine-port';

export interface CometLimits extends EngineLimits {
  /** How far a block's time may trail behind the proposer's clock before it carries transactions; the charter's `max_lag`. */
  readonly maxLagMs: number;
  /** How long a submission waits for consensus before its sender is told that nothing is known of it. */
  readonly patienceMs: number;
  /** Cosign the newest checkpoint anew after this long without a block. */
  readonly recosignMs: number;
}

export const DEFAULT_LIMITS: CometLimits = { ...ENGINE_LIMITS, maxLagMs: 2_000, patienceMs: 20_000, recosignMs: 60_000 };
