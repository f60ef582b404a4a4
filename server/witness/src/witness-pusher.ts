/**
 * Keeps a ledger witnessed: after each block, and once a minute when nothing happens, the newest checkpoint goes to every
 * configured witness. A slow witness delays nobody: each has a loop of its own that has at most one push under way and
 * always takes the newest checkpoint, so nothing queues up.
 */
import type { Crypto } from '@tabularium/protocol';
import { type PushCode, pushToWitness, type WitnessPush } from './push-to-witness.ts';

export interface WitnessAddress {
  /** Submission prefix. */
  readonly url: string;
  /** vkey, type 04. */
  readonly vkey: string;
}

export interface Cosigned extends WitnessAddress {
  /** The checkpoint that was pushed, as it was. */
  readonly checkpoint: string;
  /** Signature lines to add to it. */
  readonly lines: string;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly time: number;
}

export interface PushTrouble extends WitnessAddress {
  readonly code: PushCode;
  readonly detail: string;
  readonly size?: number;
}

export interface WitnessPusherOptions {
  readonly witnesses: readonly WitnessAddress[];
  /** The newest signed checkpoint, if there is one. */
  readonly newest: () => string | undefined;
  readonly consistency: WitnessPush['consistency'];
  readonly crypto: Crypto;
  readonly onCosigned: (cosigned: Cosigned) => void;
  readonly onTrouble: (trouble: PushTrouble) => void;
  /** At least this long between two pushes to one witness, default 1,000 ms. */
  readonly everyMs?: number;
  /** Push again after this long without a block, so that the cosignature stays fresh; default 60,000 ms. */
  readonly refreshMs?: number;
  readonly fetch?: typeof fetch;
  readonly attempts?: number;
  readonly backoffMs?: number;
  readonly timeoutMs?: number;
}

export interface WitnessPusher {
  /** A new checkpoint is there. Cheap: call it after every block. */
  notify(): void;
  /** Stops after the pushes under way. */
  close(): Promise<void>;
}

export function startWitnessPusher(options: WitnessPusherOptions): WitnessPusher {
  const loops = options.witnesses.map((address) => new PushLoop(address, options));
  const running = loops.map((loop) => loop.run());
  return {
    notify() {
      for (const loop of loops) loop.notify();
    },
    async close() {
      for (const loop of loops) loop.stop();
      await Promise.all(running);
    },
  };
}

class PushLoop {
  readonly #address: WitnessAddress;
  readonly #options: WitnessPusherOptions;
  #due = true;
  #stopped = false;
  #oldSize = 0;
  #wake: () => void = () => {};

  constructor(address: WitnessAddress, options: WitnessPusherOptions) {
    this.#address = address;
    this.#options = options;
  }

  notify(): void {
    this.#due = true;
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  async run(): Promise<void> {
    const { everyMs = 1_000, refreshMs = 60_000 } = this.#options;
    while (!this.#stopped) {
      if (!this.#due) await this.#pause(refreshMs, () => this.#due);
      if (this.#stopped) return;
      this.#due = false;
      await this.#push();
      await this.#pause(everyMs, () => false);
    }
  }

  async #push(): Promise<void> {
    const {
      newest,
      consistency,
      crypto,
      onCosigned,
      onTrouble,
      everyMs: _every,
      refreshMs: _refresh,
      witnesses: _all,
      ...http
    } = this.#options;
    const checkpoint = newest();
    if (checkpoint === undefined) return;
    const { url, vkey } = this.#address;
    const result = await pushToWitness({ witnessUrl: url, vkey, checkpoint, oldSize: this.#oldSize, consistency, crypto, ...http });
    if (this.#stopped) return;
    if (result.ok) {
      this.#oldSize = result.size;
      onCosigned({ url, vkey, checkpoint, lines: result.lines, size: result.size, time: result.time });
    } else {
      const { code, detail, size } = result;
      onTrouble(size === undefined ? { url, vkey, code, detail } : { url, vkey, code, detail, size });
    }
  }

  /** Waits so long, or until `notify` makes `enough` true, or until `stop`. */
  async #pause(ms: number, enough: () => boolean): Promise<void> {
    if (this.#stopped || enough()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#wake = () => {
        if (!this.#stopped && !enough()) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }
}
