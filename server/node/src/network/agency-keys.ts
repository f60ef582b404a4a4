/**
 * The keys of an agency's node in a ledger of many agencies, made on the agency's own machine: the node's three, its consensus key, its
 * key for the exchange. What leaves the machine is `node.json`: the node as the charter will list it.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { generateNodeKeys, loadNodeKeys, saveNodeKeys } from '@tabularium/crypto';
import { makeIdentity } from '@tabularium/engine-cometbft';
import { loadTlsIdentity, makeTlsIdentity, saveTlsIdentity, type TlsIdentity } from '@tabularium/exchange';
import type { CharterRecord } from '@tabularium/kernel';
import { syncPath } from '@tabularium/store/durable';
import { type DataDirectory, dataDirectory, writeWhole } from '../data-directory.ts';
import { lockFor } from '../lock-for.ts';
import { NodeFault } from '../node-fault.ts';
import { nodeEntry } from '../node-identity.ts';

/** A node as the charter of a ledger of many agencies lists it. */
export type AgencyNode = CharterRecord['nodes'][string] & { readonly validator: NonNullable<CharterRecord['nodes'][string]['validator']> };

export interface AgencyPlan {
  readonly dir: string;
  /** Path of CometBFT's program. */
  readonly program: string;
  /** Code of the agency in the charter. */
  readonly agency: string;
  /** `host:port` at which the other nodes' CometBFT reaches this one. */
  readonly peer: string;
  /** `https://host:port` of its exchange. */
  readonly exchange: string;
  /** Public address of its API. */
  readonly url?: string;
  /** Weight of its vote. */
  readonly power: number;
}

/**
 * Makes what is missing of the keys and writes `node.json`. Keys that are there stay. Throws `NodeFault` `directory-in-use` where somebody
 * else is just making them: what each wrote of the other's would be no node at all.
 */
export async function makeAgencyNode(plan: AgencyPlan): Promise<AgencyNode> {
  const place = dataDirectory(plan.dir);
  mkdirSync(place.dir, { recursive: true, mode: 0o700 });
  // A directory with a ledger may be that of a node which runs.
  if (existsSync(place.charter)) return makeMissing(place, plan);
  const lock = lockFor(place.dir);
  try {
    return await makeMissing(place, plan);
  } finally {
    lock.release();
  }
}

async function makeMissing(place: DataDirectory, { program, agency, peer, exchange, url, power }: AgencyPlan): Promise<AgencyNode> {
  const node = nodeEntry(keysOf(place));
  const { pin } = tlsOf(place);
  const { key, id } = await makeIdentity({ program, dir: place.comet });
  const entry: AgencyNode = {
    agency,
    ...node,
    ...(url === undefined ? {} : { url }),
    validator: { key: key.value, power, peer: `${id}@${peer}`, exchange, tls: pin },
  };
  writeWhole(place.nodeEntry, `${JSON.stringify(entry, undefined, 2)}\n`);
  return entry;
}

/** Reads what another agency sent. Throws `NodeFault` `input-invalid`; the charter's own checks follow. */
export function readAgencyNode(path: string): AgencyNode {
  try {
    const entry = JSON.parse(readFileSync(path, 'utf8')) as AgencyNode;
    if (typeof entry.agency === 'string' && typeof entry.validator?.peer === 'string') return entry;
  } catch (cause) {
    throw new NodeFault('input-invalid', `${path} is no node.json: ${(cause as Error).message}`, { cause });
  }
  throw new NodeFault('input-invalid', `${path} is no node.json, as "network new" writes it`);
}

function keysOf({ keys: dir }: DataDirectory): ReturnType<typeof loadNodeKeys> {
  if (existsSync(dir)) return loadNodeKeys(dir);
  const keys = generateNodeKeys();
  // All of them or none.
  const partial = `${dir}.partial`;
  rmSync(partial, { recursive: true, force: true });
  saveNodeKeys(partial, keys);
  saveTlsIdentity(partial, makeTlsIdentity());
  renameSync(partial, dir);
  syncPath(dirname(dir));
  return keys;
}

/** The key for the exchange; made where a ledger of one node has none yet. */
export function tlsOf({ keys: dir }: DataDirectory): TlsIdentity {
  try {
    return loadTlsIdentity(dir);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  saveTlsIdentity(dir, makeTlsIdentity());
  return loadTlsIdentity(dir);
}
