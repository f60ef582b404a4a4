/**
 * A node that was one of the others comes to their ledger anew: they outvoted it, it was laid down from a backup, or CometBFT's blocks are
 * gone. It keeps who it is (keys, `node.json`) and what people gave it (texts); the ledger that was here is laid aside, and not looked at again.
 *
 * It may have voted on blocks that it does not remember: it casts no vote until those are surely past.
 */
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import type { Clock } from '@tabularium/engine-port';
import { decodeCharter } from '@tabularium/kernel';
import { syncPath } from '@tabularium/store/durable';
import { type DataDirectory, dataDirectory, readIfThere } from '../data-directory.ts';
import { lockFor } from '../lock-for.ts';
import { NodeFault } from '../node-fault.ts';
import { loadIdentity } from '../node-identity.ts';
import { contactAt, type Joined, type JoinOptions, joinNetwork } from './join-network.ts';
import { writeVoteless } from './voteless.ts';

export interface RejoinOptions extends Omit<JoinOptions, 'origin'> {
  /** Told where the ledger lies that was here. */
  readonly onAside?: (folder: string) => void;
  /** Default the machine's. */
  readonly clock?: Clock;
}

/** What is of the ledger, and not of the node: keys, `node.json`, published texts and evidence stay, and earlier ledgers, which never change. */
const OF_THE_LEDGER =
  /^(?:charter\.json|ledger\.db.*|state-tree\.base|projections\.db.*|(?:outvoted|restored)\.json|restoring|backfill|snapshots)$/;
const ASIDE = 'before-rejoin-';

/** Throws as `joinNetwork`; and `NodeFault` `directory-in-use` where a node runs here, `no-ledger` where none ever did. */
export async function rejoinNetwork({ onAside, clock = Date.now, ...options }: RejoinOptions): Promise<Joined> {
  const place = dataDirectory(options.dir);
  const origin = originIn(place);
  // Before anything is moved, somebody must be there to come to, who knows this node.
  const { client, told } = await contactAt(place, options.from, origin);
  client.close();
  loadIdentity(place.keys, told);
  const aside = layAside(place, clock());
  if (aside !== undefined) onAside?.(aside);
  return joinNetwork({ ...options, origin });
}

/** Of the ledger that lies here, or, where this was begun before, that was laid aside last. */
function originIn({ dir, charter }: DataDirectory): string {
  const before = (existsSync(dir) ? readdirSync(dir) : []).filter((name) => name.startsWith(ASIDE));
  const paths = [
    charter,
    ...before
      .sort()
      .reverse()
      .map((name) => join(dir, name, 'charter.json')),
  ];
  const found = paths.map((path) => readIfThere(path)).find((file) => file !== undefined);
  if (found === undefined) throw new NodeFault('no-ledger', `there never was a ledger in ${dir}`, { next: 'network join' });
  return decodeCharter(found, nodeCrypto).origin;
}

/** Returns the folder, if there was anything. Interrupted, it is done again for the rest. */
function layAside(place: DataDirectory, now: number): string | undefined {
  const { dir } = place;
  const lock = lockFor(dir);
  try {
    writeVoteless(place, now);
    const names = readdirSync(dir).filter((name) => OF_THE_LEDGER.test(name));
    if (names.length === 0) return undefined;
    const folder = join(dir, `${ASIDE}${new Date(now).toISOString().replace(/[-:]|\.[0-9]+/g, '')}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // The charter first: without it the directory is no ledger to any other command.
    names.sort((a, b) => Number(b === 'charter.json') - Number(a === 'charter.json'));
    for (const name of names) renameSync(join(dir, name), join(folder, name));
    for (const one of [folder, dir]) syncPath(one);
    return folder;
  } finally {
    lock.release();
  }
}
