/** Once a minute without a block, the newest checkpoint is said to be the newest again, so that an idle ledger stays fresh. */
import type { Clock } from './engine.ts';
import type { Timers } from './timers.ts';

export interface RecosignerOptions {
  readonly everyMs: number;
  readonly clock: Clock;
  readonly timers: Timers;
  /** When this node cosigned last, seconds since the epoch. */
  readonly newestSeconds: () => number;
  readonly recosign: () => void;
  readonly report: (error: unknown) => void;
}

export class Recosigner {
  readonly #options: RecosignerOptions;
  #alarm: unknown;

  constructor(options: RecosignerOptions) {
    this.#options = options;
    this.#later(options.everyMs);
  }

  close(): void {
    this.#options.timers.clear(this.#alarm);
  }

  #later(ms: number): void {
    const { timers } = this.#options;
    this.#alarm = timers.set(() => this.#look(), ms);
  }

  #look(): void {
    const { everyMs, clock, newestSeconds, recosign, report } = this.#options;
    const age = clock() - newestSeconds() * 1_000;
    if (age < everyMs && age >= 0) {
      this.#later(everyMs - age);
      return;
    }
    try {
      recosign();
    } catch (error) {
      report(error);
    }
    this.#later(everyMs);
  }
}
