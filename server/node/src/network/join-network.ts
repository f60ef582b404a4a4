/**
 * A node comes into a ledger that others run: it executes the log up to the block that began the term, and hears the rest from CometBFT
 * (ADR 0011 "Joining"). Whom it asks first it knows by an address and the ledger's origin only.
 */
import { existsSync } from 'node:fs';
import { nodeCrypto } from '@tabularium/crypto';
import { chainIdIn, chainIdOf, forgetBlocks, genesisPath } from '@tabularium/engine-cometbft';
import { type FirstContact, firstContact } from '@tabularium/exchange';
import { type CharterRecord, decodeCharter } from '@tabularium/kernel';
import { type DataDirectory, dataDirectory, writeWhole } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';
import { type Replica, replicateLedger } from '../replicate-ledger.ts';
import { tlsOf } from './agency-keys.ts';
import { ExchangeSource } from './exchange-source.ts';

export interface JoinOptions {
  /** Data directory with the keys that `network new` made. */
  readonly dir: string;
  /** `https://host:port`: the exchange of a node of the ledger. */
  readonly from: string;
  /** The ledger, as its people name it. */
  readonly origin: string;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Throws `NodeFault`, and `ExchangeError` where the node cannot be asked. */
export async function joinNetwork({ dir, from, origin, onProgress }: JoinOptions): Promise<Replica> {
  const place = dataDirectory(dir);
  if (!existsSync(place.nodeEntry)) throw new NodeFault('node-keys', `there are no keys in ${place.dir}`, { next: 'network new' });
  const contact = await firstContact({
    url: from,
    identity: tlsOf(place),
    nodeOf: (charter) => (originOf(charter) === origin ? from : undefined),
  });
  try {
    return await take(place, contact, { origin, ...(onProgress === undefined ? {} : { onProgress }) });
  } finally {
    contact.client.close();
  }
}

async function take(place: DataDirectory, { client }: FirstContact, options: Pick<JoinOptions, 'origin' | 'onProgress'>): Promise<Replica> {
  const genesis = await client.genesis();
  const chainId = genesis === undefined ? undefined : chainIdIn(genesis);
  if (genesis === undefined || chainId === undefined)
    throw new NodeFault('input-invalid', `whoever is at ${client.peer.url} runs no ledger of many agencies`);
  const replica = await replicateLedger({
    ...options,
    source: new ExchangeSource(client),
    dir: place.dir,
    until: (seal) => chainIdOf({ origin: options.origin, seal }, nodeCrypto) === chainId,
  });
  await forgetBlocks(place.comet);
  writeWhole(genesisPath(place.comet), genesis);
  return replica;
}

function originOf(charter: string): CharterRecord['origin'] {
  return decodeCharter(nodeCrypto.utf8.encode(charter), nodeCrypto).origin;
}
