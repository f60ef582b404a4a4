/** What the tests of this engine stand on: a founded ledger of counters over any store, with a clock and timers that move when told. */
import { generateNodeKeys, type NodeKeys, nodeCrypto, nodeSigner, nodeVkeys } from '@tabularium/crypto';
import type { MachinePort, Storage } from '@tabularium/engine-port';
import { CounterMachine, counterAdmit, type EngineSubject } from '@tabularium/engine-port/contract';
import { initialise } from '@tabularium/engine-port/genesis';
import { type EmbeddedEngine, type EmbeddedEngineOptions, openEmbeddedEngine } from './embedded-engine.ts';
import type { Timers } from './limits.ts';

export const ORIGIN = 'counters.example/0123456789abcdef';

/** A clock that stands still until it is moved, and timers that go by it. */
export class VirtualTime implements Timers {
  now = 1_790_000_000_000;
  readonly #alarms = new Map<number, { readonly at: number; readonly run: () => void }>();
  #serial = 0;

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
      await settled();
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

export interface RigOptions {
  readonly storage: Storage;
  /** Close the store and open it again from what is on disk. */
  readonly reopen?: () => Storage;
  readonly dispose?: () => void;
  readonly keys?: NodeKeys;
  readonly time?: VirtualTime;
  readonly machine?: MachinePort;
  readonly options?: Partial<EmbeddedEngineOptions>;
}

export interface Rig extends EngineSubject {
  readonly engine: EmbeddedEngine;
  readonly time: VirtualTime;
  readonly keys: NodeKeys;
  readonly vkeys: { readonly log: string; readonly cosigner: string };
  readonly reports: readonly unknown[];
}

/** An engine over a store, which is founded first if it is empty. */
export function openRig(rig: RigOptions): Rig {
  const { storage, reopen, dispose, keys = generateNodeKeys(), time = new VirtualTime(), machine = new CounterMachine() } = rig;
  const vkeys = nodeVkeys(keys, ORIGIN, `${ORIGIN}/node`);
  const reports: unknown[] = [];
  const options: EmbeddedEngineOptions = {
    storage,
    machine,
    admit: counterAdmit(nodeCrypto),
    clock: time.clock,
    timers: time,
    signer: nodeSigner(keys),
    crypto: nodeCrypto,
    origin: ORIGIN,
    vkeys,
    keyOf: () => undefined,
    report: (error) => reports.push(error),
    ...rig.options,
  };
  if (storage.head().height === 0) {
    initialise(options, {
      charterLeaf: nodeCrypto.utf8.encode('{"name":"counters.example"}'),
      time: time.now,
      writes: new Map([['kernel/charter/current', '{"v":1}']]),
    });
  }
  const engine = openEmbeddedEngine(options);
  const subject: Rig = {
    engine,
    storage,
    origin: ORIGIN,
    now: time.clock,
    time,
    keys,
    vkeys,
    reports,
    advance: (ms) => time.advance(ms),
    dispose: async () => {
      await engine.close();
      dispose?.();
    },
  };
  if (reopen === undefined) return subject;
  return {
    ...subject,
    restart: async () => {
      await engine.close();
      return openRig({ ...rig, storage: reopen(), keys, time, machine });
    },
  };
}
