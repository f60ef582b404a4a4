/** What the tests of this engine stand on: a founded ledger of counters over any store, with a clock and timers that move when told. */
import { generateNodeKeys, type NodeKeys, nodeCrypto, nodeSigner, nodeVkeys } from '@tabularium/crypto';
import type { MachinePort, Storage } from '@tabularium/engine-port';
import {
  COUNTER_ORIGIN,
  CounterMachine,
  counterAdmit,
  counterGenesis,
  type EngineSubject,
  VirtualTime,
} from '@tabularium/engine-port/contract';
import { initialise } from '@tabularium/engine-port/genesis';
import { type EmbeddedEngine, type EmbeddedEngineOptions, openEmbeddedEngine } from './embedded-engine.ts';

export const ORIGIN = COUNTER_ORIGIN;

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
    initialise(options, counterGenesis(time.now, nodeCrypto));
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
