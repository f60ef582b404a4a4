/**
 * Who waits for what: submissions whose outcome is not known yet, by the hash of their bytes. Whoever sends the same bytes meanwhile waits
 * with the first; whoever waits too long is told that nothing is known.
 */
import type { Clock, Outcome, Timers } from '@tabularium/engine-port';

export interface UnderWayOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** How long somebody waits at most. */
  readonly patienceMs: number;
  /** What they are told then. */
  readonly undecided: () => Outcome;
}

/** Submissions of the same bytes. */
interface Waiting {
  /** ms UTC. */
  readonly since: number;
  readonly settles: ((outcome: Outcome) => void)[];
}

export class UnderWay {
  readonly #options: UnderWayOptions;
  /** Oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  #patience: unknown;
  #count = 0;
  #bytes = 0;
  #onEmpty: (() => void)[] = [];

  constructor(options: UnderWayOptions) {
    this.#options = options;
  }

  /** Submissions, and their bytes. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  has(hash: string): boolean {
    return this.#waiting.has(hash);
  }

  /** Resolves when these bytes are settled. */
  wait(hash: string, length: number): Promise<Outcome> {
    const { clock, timers, patienceMs } = this.#options;
    this.#count++;
    this.#bytes += length;
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        this.#count--;
        this.#bytes -= length;
        resolve(outcome);
        if (this.#count === 0) for (const run of this.#onEmpty.splice(0)) run();
      };
      const known = this.#waiting.get(hash);
      if (known !== undefined) known.settles.push(settle);
      else {
        this.#waiting.set(hash, { since: clock(), settles: [settle] });
        this.#patience ??= timers.set(() => this.#lose(), patienceMs);
      }
    });
  }

  settle(hash: string, outcome: Outcome): void {
    const found = this.#waiting.get(hash);
    this.#waiting.delete(hash);
    found?.settles.forEach((settle, i) => {
      // Who sent the same bytes meanwhile is told that they were there before.
      settle(i > 0 && outcome.kind === 'accepted' ? { ...outcome, kind: 'repeated' } : outcome);
    });
  }

  settleAll(outcome: Outcome): void {
    for (const hash of [...this.#waiting.keys()]) this.settle(hash, outcome);
  }

  /** Nobody runs out of patience any more. Resolves when nobody waits; after `ms` those who still do are told `outcome`. */
  async close(ms: number, outcome: Outcome): Promise<void> {
    const { timers } = this.#options;
    timers.clear(this.#patience);
    if (this.#count === 0) return;
    const last = timers.set(() => this.settleAll(outcome), ms);
    await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
    timers.clear(last);
  }

  #lose(): void {
    const { clock, timers, patienceMs, undecided } = this.#options;
    const now = clock();
    for (const [hash, { since }] of this.#waiting) {
      const waited = Math.abs(now - since);
      if (waited < patienceMs) {
        this.#patience = timers.set(() => this.#lose(), patienceMs - waited);
        return;
      }
      this.settle(hash, undecided());
    }
    this.#patience = undefined;
  }
}
