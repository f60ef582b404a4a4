/** What the embedded engine takes in at once, and how it waits. */
import { ENGINE_LIMITS, type EngineLimits } from '@tabularium/engine-port';

export interface Limits extends EngineLimits {
  /** Submissions handed to `admit` at once when they trickle in, and when many wait. */
  readonly chunk: number;
  readonly chunkUnderLoad: number;
  /** Calls of `admit` that may run at once. */
  readonly chunksInFlight: number;
  /** Cosign the newest checkpoint anew after this long without a block. */
  readonly recosignMs: number;
}

export const DEFAULT_LIMITS: Limits = { ...ENGINE_LIMITS, chunk: 12, chunkUnderLoad: 128, chunksInFlight: 8, recosignMs: 60_000 };
