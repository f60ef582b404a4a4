/** The clock of a story that is told faster than it happened: set by whoever tells it, read by the node, across threads. */
export interface StoryClock {
  /** Hand this to another thread and call `storyClock` on it there. */
  readonly shared: SharedArrayBuffer;
  /** ms UTC. */
  now(): number;
  set(ms: number): void;
}

export function storyClock(shared: SharedArrayBuffer = new SharedArrayBuffer(8)): StoryClock {
  const cell = new BigInt64Array(shared);
  return {
    shared,
    now: () => Number(Atomics.load(cell, 0)),
    set: (ms) => {
      Atomics.store(cell, 0, BigInt(ms));
    },
  };
}
