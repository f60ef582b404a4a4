/** The term that a data directory is in: CometBFT's genesis and folder, laid out from the ledger (ADR 0011). */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import { chainIdIn, forgetBlocks, genesisOf, genesisPath } from '@tabularium/engine-cometbft';
import type { Storage } from '@tabularium/engine-port';
import { Chain, type ChainOptions } from '@tabularium/engine-port/chain';
import { sizeIn } from '@tabularium/engine-port/checkpoints';
import { Notary, type NotaryOptions } from '@tabularium/engine-port/notary';
import type { Machine } from '@tabularium/kernel';
import { type DataDirectory, writeWhole } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';

export interface Term {
  readonly chainId: string;
  /** CometBFT's genesis, JSON. */
  readonly genesis: string;
}

export interface TermOptions {
  readonly place: DataDirectory;
  readonly storage: Storage;
  readonly machine: Machine;
  readonly origin: string;
}

/**
 * The term in whose middle the directory is, or the one that its newest block begins. Throws `NodeFault` `damaged` where the ledger is in
 * the middle of one whose genesis is not here: such a directory joins anew.
 */
export async function openTerm({ place, storage, machine, origin }: TermOptions): Promise<Term> {
  const path = genesisPath(place.comet);
  const anchor = storage.anchor() ?? '';
  if (anchor !== '') {
    const genesis = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const chainId = chainIdIn(genesis);
    if (chainId === undefined || !anchor.startsWith(`${chainId}/`) || !existsSync(join(place.comet, 'data')))
      throw new NodeFault('damaged', `what CometBFT keeps in ${place.comet} is not of this ledger`, { next: 'network rejoin' });
    return { chainId, genesis };
  }
  const { seal, time } = storage.head();
  const begin = { origin, seal, time, validators: machine.validators(storage) };
  const genesis = genesisOf(begin, nodeCrypto);
  if (!existsSync(path) || readFileSync(path, 'utf8') !== genesis || !existsSync(join(place.comet, 'data'))) {
    await forgetBlocks(place.comet);
    writeWhole(path, genesis);
  }
  return { chainId: chainIdIn(genesis)!, genesis };
}

/**
 * A ledger that came by a snapshot has no checkpoint. It is a quorum's to its end: consensus has proven it, and whoever joined has held it
 * against what the others signed before it wrote `charter.json`. So it is signed before anything else is done with it.
 */
export function signRestored({ storage, ...notary }: ChainOptions & NotaryOptions): void {
  if (storage.head().checkpoint !== undefined) return;
  storage.saveCheckpoint(new Notary(notary).sign(Chain.open({ ...notary, storage, unsigned: true }).checkpointBody()));
}

/**
 * The term is over, or there never was one: CometBFT's blocks go, its keys stay. Its last block may have become durable here and not been
 * confirmed any more; the node that is left signs it.
 */
export function closeTerm({ comet }: DataDirectory, storage: Storage, notary: ChainOptions & NotaryOptions): void {
  if ((storage.anchor() ?? '') === '') return;
  const { checkpoint, size } = storage.head();
  if (checkpoint === undefined || sizeIn(checkpoint) < size) {
    const body = Chain.open({ ...notary, unsigned: true }).checkpointBody();
    storage.saveCheckpoint(new Notary(notary).sign(body));
  }
  rmSync(genesisPath(comet), { force: true });
  rmSync(join(comet, 'data'), { recursive: true, force: true });
  storage.saveAnchor('');
}
