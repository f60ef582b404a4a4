/**
 * What the tests of two engines stand on: the simulated office's ledger, kernel and treasury, behind the embedded engine or behind CometBFT's
 * with consensus played over a real ABCI socket, in time that moves when told. What consensus settled on is given to the other, block for block.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bindings, catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { openCometEngine, serveAbci } from '@tabularium/engine-cometbft';
import { ScriptedConsensus } from '@tabularium/engine-cometbft/scripted';
import { openEmbeddedEngine } from '@tabularium/engine-embedded';
import type { Engine, Outcome, Storage } from '@tabularium/engine-port';
import { settled, VirtualTime } from '@tabularium/engine-port/contract';
import { initialise } from '@tabularium/engine-port/genesis';
import { genesis, Machine } from '@tabularium/kernel';
import { toHex } from '@tabularium/protocol';
import { MemoryStorage } from '@tabularium/store';
import { SimulatedOffice } from './simulated-office.ts';
import { admission } from './simulation.ts';

/** A fresh cosignature each minute of each day that passes would cost more than everything else. */
const RECOSIGN_MS = 86_400_000;
/** A recorded block stays one block. */
const WHOLE = { chunk: 1_000, chunkUnderLoad: 1_000 };

export interface Ledger {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly time: VirtualTime;
  /** Throws what was reported beside the ledger. */
  close(): Promise<void>;
}

export interface CometLedger extends Ledger {
  readonly consensus: ScriptedConsensus;
}

export function openEmbeddedLedger(office: SimulatedOffice, start: number = SimulatedOffice.start): Ledger {
  const time = timeFrom(start);
  const { options, close } = founded(office, time);
  const engine = openEmbeddedEngine({ ...options, limits: { ...WHOLE, recosignMs: RECOSIGN_MS } });
  return {
    engine,
    storage: options.storage,
    time,
    close: async () => {
      await engine.close();
      close();
    },
  };
}

/** `stale`: header times as CometBFT has them, see `ScriptedConsensus`. */
export async function openCometLedger(office: SimulatedOffice, { stale }: { readonly stale: boolean }): Promise<CometLedger> {
  const time: VirtualTime = timeFrom(SimulatedOffice.start, async () => {
    await settled();
    await consensus.idle();
    await settled();
  });
  const consensus = new ScriptedConsensus(time.clock, { stale });
  const { options, close } = founded(office, time);
  const engine = openCometEngine({ ...options, chainId: 'simulated', limits: { recosignMs: RECOSIGN_MS } });
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-two-engines-'));
  const server = await serveAbci({ path: join(dir, 'abci.sock'), handlers: engine.handlers, report: options.report });
  await consensus.start(join(dir, 'abci.sock'));
  engine.start(consensus);
  return {
    engine,
    storage: options.storage,
    time,
    consensus,
    close: async () => {
      await engine.close();
      await consensus.stop();
      await server.close();
      rmSync(dir, { recursive: true });
      close();
    },
  };
}

/** What another engine made of the same blocks. */
export interface Replayed {
  readonly storage: Storage;
  /** The answers to each transaction, block by block, by its bytes in hex. */
  readonly outcomes: ReadonlyMap<string, readonly Outcome[]>;
}

/** Gives the blocks that consensus settled on to an embedded engine, each at its own time. */
export async function replay(office: SimulatedOffice, { storage, consensus }: CometLedger): Promise<Replayed> {
  const { engine, time, close, ...again } = openEmbeddedLedger(office, storage.block(1)!.time);
  const outcomes = new Map<string, Outcome[]>();
  for (const { txs, ms } of consensus.blocks) {
    time.now = Math.max(time.now, ms);
    const transactions = txs.flatMap(linesOf);
    const answers = await engine.submitMany(transactions);
    for (const [i, tx] of transactions.entries()) outcomes.set(toHex(tx), [...(outcomes.get(toHex(tx)) ?? []), answers[i]!]);
    // A wake is no transaction: where a block holds nothing else, what is due falls due by the engine's own alarm.
    if (answers.every(({ kind }) => kind === 'malformed')) await time.advance(0);
  }
  await close();
  return { storage: again.storage, outcomes };
}

/** What CometBFT orders as one: one transaction, or some, one a line. */
function linesOf(parcel: Uint8Array): Uint8Array[] {
  return textOf(parcel)
    .split('\n')
    .map((line) => new TextEncoder().encode(line));
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Leaves (seals among them), state root, and the events that pages are made from. */
export function assertSameLog(one: Storage, other: Storage, message: string): void {
  const heads = [one, other].map((storage) => storage.head());
  const [head, otherHead] = heads.map(({ height, size, time, seal, state }) => ({ height, size, time, seal, state: toHex(state) }));
  assert.deepEqual(head, otherHead, message);
  const { size, height } = one.head();
  assert.deepEqual(one.leaves(0, size).map(textOf), other.leaves(0, size).map(textOf), message);
  assert.deepEqual([...one.events(1, height)], [...other.events(1, height)], message);
}

function timeFrom(start: number, settle?: () => Promise<void>): VirtualTime {
  const time = new VirtualTime(settle);
  time.now = start;
  return time;
}

/** What any engine needs over the office's ledger, whose first block is written. */
function founded(office: SimulatedOffice, time: VirtualTime) {
  const { charter, leaf, signer, vkeys, crypto } = office;
  const storage = new MemoryStorage({ sha256: nodeCrypto.sha256 });
  const machine = new Machine({ catalogue, bindings, crypto });
  const reports: unknown[] = [];
  const options = {
    ...{ storage, machine, signer, vkeys, crypto, origin: charter.origin, clock: time.clock, timers: time },
    admit: admission(storage, machine, crypto, new Map()),
    keyOf: (kid: string) => machine.key(kid, storage)?.jwk,
    report: (error: unknown) => void reports.push(error),
  };
  initialise(options, { charterLeaf: leaf, time: time.now, ...genesis(charter, time.now, crypto) });
  return { options, close: () => assert.deepEqual(reports, []) };
}
