/**
 * What the HTTP API is given of a node (`LedgerDoor`): engine, store, machine and notice key behind one narrow door. The only thing it
 * adds is that a node which has stopped accepting says so.
 */
import type { LedgerDoor } from '@tabularium/api';
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import type { Clock, Engine, NodeSigner, Outcome } from '@tabularium/engine-port';
import type { Machine } from '@tabularium/kernel';
import { makeRefusalNotice, thumbprint, transactionName } from '@tabularium/protocol';
import type { SqliteStorage } from '@tabularium/store';
import { dryRun } from './dry-run.ts';
import type { Network } from './network/network.ts';
import type { NodeIdentity } from './node-identity.ts';
import { lossesOf, type PredecessorOf } from './predecessor.ts';

/** Why a node takes nothing new, if so; set once. */
export interface Stopped {
  readonly reason: string | undefined;
}

export interface DoorOptions {
  readonly origin: string;
  /** Leaf 0 as text. */
  readonly charter: string;
  /** Whom the ledger succeeds, if anybody. */
  readonly predecessor: PredecessorOf | undefined;
  readonly engine: Engine;
  readonly storage: SqliteStorage;
  readonly machine: Machine;
  readonly identity: NodeIdentity;
  readonly signer: NodeSigner;
  readonly clock: Clock;
  readonly stopped: Stopped;
  readonly network: Network | undefined;
}

const RETRY_SECONDS = 60;
const DOT = 0x2e;

export function nodeDoor({
  origin,
  charter,
  predecessor,
  engine,
  storage,
  machine,
  identity,
  signer,
  clock,
  stopped,
  network,
}: DoorOptions): LedgerDoor {
  const noticeKid = thumbprint(identity.keys.notice.jwk, nodeCrypto);
  const refused: Outcome = { kind: 'busy', reason: 'halted', retryAfterSeconds: RETRY_SECONDS };
  const now = (): number => Math.max(storage.head().time, clock());
  return {
    origin,
    charter,
    vkey: identity.vkeys.log,
    submit: (jws) => (stopped.reason === undefined ? engine.submit(jws) : Promise.resolve(refused)),
    submitMany: (batch) => (stopped.reason === undefined ? engine.submitMany(batch) : Promise.resolve(batch.map(() => refused))),
    check: (request) =>
      dryRun(request, { machine, state: engine.records, catalogue, ledger: origin, height: storage.head().height, time: now() }),
    head: () => storage.head(),
    status: () => {
      const status = engine.status();
      const halted = stopped.reason ?? status.halted;
      return halted === undefined ? status : { ...status, halted };
    },
    onBlock: (listener) => engine.onBlock(listener),
    placed: (name) => engine.placed(name),
    entriesNamed: (start) => storage.findNames(start),
    placedById: (kid, id) => {
      const index = storage.findId(kid, id, Math.floor(now() / 1_000));
      const [leaf] = index === undefined ? [] : storage.leaves(index, index + 1);
      return leaf === undefined ? undefined : engine.placed(transactionName(leaf.subarray(0, leaf.lastIndexOf(DOT)), nodeCrypto));
    },
    refusal: (name) => storage.findRefusal(name),
    refusalById: (kid, id) => storage.findRefusalById(kid, id),
    keepRefusals: (refusals) => storage.saveRefusals(refusals),
    signNotice: (notice) => makeRefusalNotice(notice, noticeKid, (message) => signer.signNotice(message)),
    receipt: (of) => engine.receipt(of),
    receiptParts: (of) => engine.receiptParts(of),
    fact: (key) => engine.fact(key),
    record: (key) => engine.records.get(key),
    block: (height) => storage.block(height),
    blockOf: (index) => storage.blockOf(index),
    leaves: (from, to) => storage.leaves(from, to),
    events: (height) => [...storage.events(height, height)][0]?.events ?? [],
    checkpoint: () => engine.checkpoint(),
    policy: () => machine.policy(engine.records),
    tile: (level, index, width) => engine.tile(level, index, width),
    entries: (index, width) => engine.entries(index, width),
    ...(network === undefined
      ? {}
      : {
          shared: {
            agreed: () => network.agreement.size,
            covers: (size: number) => network.agreement.covers(size),
            evidence: () => network.agreement.evidence,
            awaitsText: (digest: string) => network.texts.awaits(digest),
            voteless: () => network.voteless,
            missing: () => storage.missing(),
          },
        }),
    losses: () => (predecessor === undefined ? undefined : lossesOf(predecessor, storage)),
  };
}
