/** Waiting, as an argument: tests and the simulator bring their own. */
export interface Timers {
  /** Calls `run` after `ms` (at most 2^31 − 1). */
  set(run: () => void, ms: number): unknown;
  clear(handle: unknown): void;
  /** Calls `run` once what has already arrived (answers of workers, requests) has been taken in. */
  defer(run: () => void): void;
}

export const nodeTimers: Timers = {
  set: (run, ms) => setTimeout(run, ms).unref(),
  clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
  defer: (run) => {
    setImmediate(run);
  },
};
