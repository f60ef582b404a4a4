/**
 * Founding: the node's keys, the charter, and block 1 whose leaves are the charter and its seal (DESIGN §4 "Log"). Whatever moment it is
 * interrupted at, doing it again, or starting the node, carries on from there.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { generateNodeKeys, loadNodeKeys, type NodeKeys, nodeCrypto, nodeSigner, saveNodeKeys } from '@tabularium/crypto';
import type { Clock, Storage } from '@tabularium/engine-port';
import { initialise } from '@tabularium/engine-port/genesis';
import {
  type Charter,
  type CharterDraft,
  CharterFault,
  encodeCharter,
  type Genesis,
  genesis,
  makeCharter,
  successorGenesis,
} from '@tabularium/kernel';
import { syncPath } from '@tabularium/store/durable';
import { type DataDirectory, dataDirectory, writeWhole } from './data-directory.ts';
import { ledgerMachine } from './ledger-machine.ts';
import { openLedgerStorage } from './ledger-storage.ts';
import { NodeFault } from './node-fault.ts';
import { loadIdentity, nodeEntry } from './node-identity.ts';
import { carriedRecords } from './predecessor.ts';

/** What the charter says of the node that founds it. */
export type FoundingNode = ReturnType<typeof nodeEntry>;

export interface FoundOptions {
  /** Data directory, new or empty. */
  readonly dir: string;
  /** The charter; its `nodes` must hold the node whose keys are made here. */
  readonly draft: (node: FoundingNode) => CharterDraft;
  readonly clock?: Clock;
}

/**
 * Make keys and charter and write block 1. Throws `NodeFault`: `directory-taken` where a ledger is already, `input-invalid` where the
 * draft contradicts itself.
 */
export function foundLedger({ dir, draft, clock = Date.now }: FoundOptions): Charter {
  const place = dataDirectory(dir);
  if (existsSync(place.charter) || existsSync(place.ledger)) {
    throw new NodeFault('directory-taken', `${place.dir} holds a ledger already`, { next: 'start' });
  }
  mkdirSync(place.dir, { recursive: true, mode: 0o700 });
  // Keys without a charter are those of a founding that was interrupted.
  const keys = existsSync(place.keys) ? loadNodeKeys(place.keys) : generateNodeKeys();
  const charter = completed(draft(nodeEntry(keys)));
  if (!existsSync(place.keys)) keepKeys(place.keys, keys);
  writeWhole(place.charter, encodeCharter(charter, nodeCrypto));
  const storage = openLedgerStorage(place.dir);
  try {
    writeGenesis({ storage, charter, keysDir: place.keys, clock, founded: genesisOf(place, charter) });
  } finally {
    storage.close();
  }
  return charter;
}

/** All three keys or none. */
function keepKeys(dir: string, keys: NodeKeys): void {
  const partial = `${dir}.partial`;
  rmSync(partial, { recursive: true, force: true });
  saveNodeKeys(partial, keys);
  renameSync(partial, dir);
  syncPath(dirname(dir));
}

function completed(draft: CharterDraft): Charter {
  try {
    return makeCharter(draft, nodeCrypto);
  } catch (cause) {
    if (cause instanceof CharterFault || cause instanceof RangeError) throw new NodeFault('input-invalid', cause.message, { cause });
    throw cause;
  }
}

export interface GenesisPlace {
  readonly storage: Storage;
  readonly charter: Charter;
  readonly keysDir: string;
  readonly clock: Clock;
  /** Block 1 at this time, ms UTC. */
  readonly founded: (time: number) => Genesis;
}

/** What a charter founds: its own state, or, of a successor, what it carries over from the ledger kept in its directory. */
export function genesisOf(place: DataDirectory, charter: Charter): GenesisPlace['founded'] {
  if (charter.predecessor === undefined) return (time) => genesis(charter, time, nodeCrypto);
  return (time) => successorGenesis(charter, time, nodeCrypto, carriedRecords(place));
}

/** Block 1 into an empty store. */
export function writeGenesis({ storage, charter, keysDir, clock, founded }: GenesisPlace): void {
  const { keys, vkeys } = loadIdentity(keysDir, charter);
  const time = clock();
  initialise(
    { storage, machine: ledgerMachine(), crypto: nodeCrypto, origin: charter.origin, vkeys, signer: nodeSigner(keys), clock },
    { charterLeaf: encodeCharter(charter, nodeCrypto), time, ...founded(time) },
  );
}
