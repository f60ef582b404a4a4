/**
 * A node comes into a ledger that others run (ADR 0011 "Joining"): by executing the log up to the block that began the term, and hearing
 * the rest from CometBFT; or, where it was not in the charter then, or the others do not keep all blocks any more, by a snapshot.
 *
 * Whom it asks first it knows by an address and the ledger's origin only. What has to be believed for that is little. The origin names
 * the charter that the log begins with, so nobody can give out another one. By the log, everything follows from it. By a snapshot, the
 * quorum of the nodes that whoever is asked names is believed at first: that their state is what the log leads to. That they are the ones,
 * and that it is, is found out in the background, by executing the log from that charter on; a node whose quorum lied stops then.
 */
import { existsSync } from 'node:fs';
import { nodeCrypto } from '@tabularium/crypto';
import { chainIdIn, chainIdOf, forgetBlocks, genesisPath, readIdentity } from '@tabularium/engine-cometbft';
import { type ExchangeClient, ExchangeError, type FirstContact, firstContact } from '@tabularium/exchange';
import { type CharterRecord, decodeCharter } from '@tabularium/kernel';
import { openLedgerReader } from '@tabularium/store';
import { type DataDirectory, dataDirectory, writeWhole } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';
import { loadIdentity } from '../node-identity.ts';
import { replicateLedger } from '../replicate-ledger.ts';
import { tlsOf } from './agency-keys.ts';
import { comeBySnapshot } from './by-snapshot.ts';
import { keptBlocks } from './comet-question.ts';
import { ExchangeSource } from './exchange-source.ts';
import type { NetworkSettings } from './network.ts';
import { requireCometKeys } from './own-comet.ts';
import { readToldCharter } from './told-charter.ts';

export interface JoinOptions {
  /** Data directory with the keys that `network new` made. */
  readonly dir: string;
  /** `https://host:port`: the exchange of a node of the ledger. */
  readonly from: string;
  /** The ledger, as its people name it. */
  readonly origin: string;
  /** By a snapshot, also where the log would do. */
  readonly snapshot?: boolean;
  readonly settings?: NetworkSettings;
  /** Told of nodes that did not answer, or answered what is not so. */
  readonly report?: (error: unknown) => void;
  readonly onProgress?: (by: Joined['by'], done: number, total: number) => void;
}

export interface Joined {
  readonly origin: string;
  readonly by: 'log' | 'snapshot';
  readonly height: number;
  readonly size: number;
}

/**
 * Throws `NodeFault`: `node-keys` where the charter does not name this node's keys, `nodes-unreachable` where whoever is asked does not answer, or
 * too few of the others; `input-invalid` where it is another ledger, or one of a single node; `directory-taken`, and as `replicateLedger`.
 */
export async function joinNetwork(options: JoinOptions): Promise<Joined> {
  const { dir, from, origin, settings = {}, report = () => {}, onProgress } = options;
  const place = dataDirectory(dir);
  const contact = await contactAt(place, from, origin);
  try {
    const { client, told } = contact;
    const { id: node } = loadIdentity(place.keys, told);
    requireCometKeys({ place, node, charter: told });
    const genesis = (await client.genesis()) ?? '';
    const chainId = chainIdIn(genesis);
    if (chainId === undefined) throw new NodeFault('input-invalid', `whoever is at ${from} runs no ledger of many agencies`);
    const by = options.snapshot === true || (await needsSnapshot(place, client, genesis)) ? 'snapshot' : 'log';
    const progress = onProgress && ((done: number, total: number) => onProgress(by, done, total));
    const more = progress === undefined ? {} : { onProgress: progress };
    if (by === 'snapshot') await comeBySnapshot({ place, origin, leaf: contact.charter, told, node, settings, report, ...more });
    else await executeLog({ place, origin, contact, genesis, chainId, ...more });
    const reader = openLedgerReader(place.ledger);
    const { height, size } = reader.head();
    reader.close();
    return { origin, by, height, size };
  } finally {
    contact.client.close();
  }
}

export interface Contact extends FirstContact {
  /** The charter in force, as this node tells it. */
  readonly told: CharterRecord;
}

/** Whoever is there must know the charter that the origin names, and run a ledger of many agencies. */
export async function contactAt(place: DataDirectory, from: string, origin: string): Promise<Contact> {
  if (!existsSync(place.nodeEntry) || !existsSync(place.keys))
    throw new NodeFault('node-keys', `there are no keys in ${place.dir}`, { next: 'network new, or put your copy of them there' });
  const nodeOf = (charter: string): string | undefined => (originOf(charter) === origin ? from : undefined);
  try {
    const contact = await firstContact({ url: from, identity: tlsOf(place), nodeOf });
    try {
      return { ...contact, told: readToldCharter(await contact.client.charterNow(), origin) };
    } catch (error) {
      contact.client.close();
      throw error;
    }
  } catch (error) {
    throw error instanceof ExchangeError ? inPlainWords(error, from, origin) : error;
  }
}

function inPlainWords(cause: ExchangeError, from: string, origin: string): NodeFault {
  if (cause.problem === 'unknown-node')
    return new NodeFault('node-keys', `the nodes of ${origin} do not know this one: their charter does not name its keys`, {
      next: 'network adopt, which officers sign; then network join',
      cause,
    });
  if (cause.code === 'wrong-key')
    return new NodeFault('input-invalid', `whoever is at ${from} has another ledger than ${origin}`, {
      next: 'look the origin up: the first line of /log/checkpoint at a node, and a line of each receipt',
      cause,
    });
  return new NodeFault('nodes-unreachable', `the node at ${from} gives no answer: ${cause.message}`, { cause });
}

interface ExecuteLogOptions {
  readonly place: DataDirectory;
  readonly origin: string;
  readonly contact: Contact;
  readonly genesis: string;
  readonly chainId: string;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Up to the block that began the term. */
async function executeLog({ place, contact, genesis, chainId, ...options }: ExecuteLogOptions): Promise<void> {
  const url = Object.values(contact.told.nodes).find(({ validator }) => validator?.tls === contact.pin)?.url;
  await replicateLedger({
    ...options,
    source: new ExchangeSource(contact.client, url),
    dir: place.dir,
    until: (seal) => chainIdOf({ origin: options.origin, seal }, nodeCrypto) === chainId,
  });
  await forgetBlocks(place.comet);
  writeWhole(genesisPath(place.comet), genesis);
}

/** Where the charter at the term's begin did not name this node, or the node that was asked has not all blocks since. */
async function needsSnapshot(place: DataDirectory, client: ExchangeClient, genesis: string): Promise<boolean> {
  if (isHalfJoined(place)) return true;
  const { earliest, latest } = (await keptBlocks(client)) ?? { earliest: 0, latest: 0 };
  if (latest === 0 || existsSync(place.charter)) return false;
  return earliest > 1 || !genesis.includes(readIdentity(place.comet)?.key.value ?? '\n');
}

/** A snapshot lies in the directory, and was not checked to its end. */
function isHalfJoined({ charter, ledger }: DataDirectory): boolean {
  if (existsSync(charter) || !existsSync(ledger)) return false;
  const reader = openLedgerReader(ledger);
  try {
    return (reader.anchor() ?? '') !== '';
  } finally {
    reader.close();
  }
}

function originOf(charter: string): CharterRecord['origin'] {
  return decodeCharter(nodeCrypto.utf8.encode(charter), nodeCrypto).origin;
}
