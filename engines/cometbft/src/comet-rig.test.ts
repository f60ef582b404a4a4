/** What the tests of this engine stand on: a founded ledger of counters behind an ABCI socket, ordered by a consensus whose clock moves when told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNodeKeys, type NodeKeys, nodeCrypto, nodeSigner, nodeVkeys } from '@tabularium/crypto';
import type { Storage } from '@tabularium/engine-port';
import {
  CounterMachine,
  counterAdmit,
  counterGenesis,
  type EngineSubject,
  COUNTER_ORIGIN as ORIGIN,
  settled,
  VirtualTime,
} from '@tabularium/engine-port/contract';
import { initialise } from '@tabularium/engine-port/genesis';
import { serveAbci } from './abci-server.ts';
import { type CometEngine, openCometEngine } from './comet-engine.ts';
import { ScriptedConsensus } from './scripted-consensus.ts';

export interface CometRigOptions {
  readonly storage: Storage;
  /** Close the store and open it again from what is on disk. */
  readonly reopen?: () => Storage;
  readonly dispose?: () => void;
  /** Header times as CometBFT has them, see `ScriptedConsensus`. */
  readonly stale?: boolean;
}

interface Kept {
  readonly keys: NodeKeys;
  readonly time: VirtualTime;
  readonly consensus: ScriptedConsensus;
}

export interface CometRig extends EngineSubject {
  readonly engine: CometEngine;
  readonly consensus: ScriptedConsensus;
  readonly reports: readonly unknown[];
  /** The application dies where it stands and begins again; absent for a store that forgets. */
  crash?(): Promise<CometRig>;
}

/** An engine over a store, which is founded first if it is empty. */
export async function openCometRig({ storage, reopen, dispose, stale }: CometRigOptions, kept: Kept = newKept(stale)): Promise<CometRig> {
  const { keys, time, consensus } = kept;
  const reports: unknown[] = [];
  const founding = foundingOf(storage, time, keys);
  const options = {
    ...founding,
    machine: new CounterMachine(),
    admit: counterAdmit(nodeCrypto),
    timers: time,
    keyOf: () => undefined,
    report: (error: unknown) => void reports.push(error),
  };
  if (storage.head().height === 0) initialise(options, founding.genesis);
  const engine = openCometEngine(options);
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-abci-'));
  const server = await serveAbci({ path: join(dir, 'abci.sock'), handlers: engine.handlers, report: options.report });
  await consensus.start(join(dir, 'abci.sock'));
  engine.start(consensus);
  const cut = async (): Promise<void> => {
    await consensus.stop();
    await server.close();
    rmSync(dir, { recursive: true });
  };
  const close = async (): Promise<void> => {
    await engine.close();
    await cut();
  };
  const subject: CometRig = {
    engine,
    storage,
    consensus,
    reports,
    origin: ORIGIN,
    now: time.clock,
    advance: (ms) => time.advance(ms),
    dispose: async () => {
      await close();
      dispose?.();
    },
  };
  if (reopen === undefined) return subject;
  const again = (): Promise<CometRig> => openCometRig({ storage: reopen(), reopen, ...(dispose === undefined ? {} : { dispose }) }, kept);
  return { ...subject, restart: () => close().then(again), crash: () => cut().then(again) };
}

/** What any engine needs over a ledger of counters, and the block that founds it. */
export function foundingOf(storage: Storage, { clock, now }: VirtualTime, keys: NodeKeys = generateNodeKeys()) {
  return {
    storage,
    clock,
    crypto: nodeCrypto,
    origin: ORIGIN,
    chainId: 'counters',
    signer: nodeSigner(keys),
    vkeys: nodeVkeys(keys, ORIGIN, `${ORIGIN}/node`),
    genesis: counterGenesis(now, nodeCrypto),
  };
}

function newKept(stale = false): Kept {
  let consensus: ScriptedConsensus | undefined;
  const time: VirtualTime = new VirtualTime(async () => {
    await settled();
    await consensus?.idle();
    await settled();
  });
  consensus = new ScriptedConsensus(time.clock, { stale });
  return { keys: generateNodeKeys(), time, consensus };
}
