/**
 * Time that moves only when told, and work that runs only when told: the engine's clock, alarms and deferred calls in one
 * seed's hands. Nothing here waits, so a day costs as little as a millisecond.
 */
import type { Timers } from '@tabularium/engine-port';

/** Turns of the microtask queue after which nobody can still be on the way to an answer. */
const MAX_TURNS = 10_000;

export class VirtualTime implements Timers {
  /** ms UTC. May be set back: clocks are. */
  now: number;
  readonly #alarms = new Map<number, { readonly at: number; readonly run: () => void }>();
  #deferred: (() => void)[] = [];
  #serial = 0;

  constructor(now: number) {
    this.now = now;
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
    this.#deferred.push(run);
  }

  /** The machine is off: nothing that was planned happens any more. */
  forget(): void {
    this.#alarms.clear();
    this.#deferred = [];
  }

  /** Runs what was deferred until the promise is settled; throws when it never will be. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    promise.then(done, done);
    for (let turn = 0; !settled; turn++) {
      if (turn === MAX_TURNS) throw new Error('nothing answers: a submission was dropped without an outcome');
      await null;
      this.#runDeferred();
    }
    return promise;
  }

  /** Moves on by `ms`, ringing each alarm on the way at its own time, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await this.#idle();
      let next: readonly [number, { readonly at: number; readonly run: () => void }] | undefined;
      for (const alarm of this.#alarms) if (alarm[1].at <= end && (next === undefined || alarm[1].at < next[1].at)) next = alarm;
      if (next === undefined) break;
      this.#alarms.delete(next[0]);
      this.now = Math.max(this.now, next[1].at);
      next[1].run();
    }
    this.now = Math.max(this.now, end);
  }

  async #idle(): Promise<void> {
    for (let turn = 0; turn < 8 || this.#deferred.length > 0; turn++) {
      if (turn === MAX_TURNS) throw new Error('deferred work never ends');
      await null;
      this.#runDeferred();
    }
  }

  #runDeferred(): void {
    const due = this.#deferred;
    if (due.length === 0) return;
    this.#deferred = [];
    for (const run of due) run();
  }
}
