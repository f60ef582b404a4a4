/** Time for tests of engines: it stands still until it is moved. */
import type { Timers } from './timers.ts';

/** A clock that stands still until it is moved, and timers that go by it. */
export class VirtualTime implements Timers {
  now = 1_790_000_000_000;
  readonly #settled: () => Promise<void>;
  readonly #alarms = new Map<number, { readonly at: number; readonly run: () => void }>();
  #serial = 0;

  /** `settle`: resolves when what was begun has run its course; absent: after some turns of the event loop. */
  constructor(settle: () => Promise<void> = settled) {
    this.#settled = settle;
  }

  readonly clock = (): number => this.now;

  set(run: () => void, ms: number): number {
    this.#alarms.set(++this.#serial, { at: this.now + ms, run });
    return this.#serial;
  }

  clear(handle: unknown): void {
    this.#alarms.delete(handle as number);
  }

  defer(run: () => void): void {
    setImmediate(run);
  }

  get waiting(): number {
    return this.#alarms.size;
  }

  /** Move to `now + ms`, ringing each alarm on the way at its own time. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await this.#settled();
      const next = [...this.#alarms].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#alarms.delete(next[0]);
      this.now = Math.max(this.now, next[1].at);
      next[1].run();
    }
    this.now = end;
  }
}

/** Lets promises and deferred work run. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
}
