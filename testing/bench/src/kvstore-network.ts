/**
 * The ruler of a network: what CometBFT itself does on this machine at this moment, with its own key-value store in the place of our ledger.
 * Consensus and mempool are configured as ours are, so what is lacking to this figure is what our application and its socket cost.
 */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import { type CometHome, type CometRpc, genesisOf, genesisPath, makeIdentity, writeConfiguration } from '@tabularium/engine-cometbft';
import { CometProcess } from '@tabularium/engine-cometbft/comet-process';
import { cometProgram } from '@tabularium/node';
import { quantile } from './http-load.ts';

/** Handed over with one call. */
const BATCH = 500;
/** So many one at a time. */
const SINGLES = 100;
/** Blocks that CometBFT tells of with one call. */
const BLOCKS = 20;
const POLL_MS = 5;
/** A round that takes so long does not end. */
const ROUND_MS = 120_000;
const READY_TRIES = 600;
const READY_WAIT_MS = 50;

export interface KvstoreLoad {
  readonly validators: number;
  readonly rounds: number;
  /** Of a round. */
  readonly transactions: number;
  /** Of a transaction: the same load is as many bytes. */
  readonly bytes: number;
  /** Handed over and not yet in a block, on all validators together; a mempool of ours takes 20,000. */
  readonly window: number;
}

export interface KvstoreFigures {
  readonly validators: number;
  readonly transactionBytes: number;
  /** Committed, in the best round. */
  readonly transactionsPerSecond: number;
  readonly rounds: readonly number[];
  /**
   * One at a time, from handing over until it is committed. They follow one another at once, so each but the first also waits for the rest
   * of the block that CometBFT makes by itself after one that changed anything.
   */
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Throws `NodeFault` `cometbft-missing` where there is no CometBFT. */
export async function kvstoreFigures({ validators, rounds, transactions, bytes, window }: KvstoreLoad): Promise<KvstoreFigures> {
  const network = await KvstoreNetwork.start(validators, bytes);
  try {
    const latencies = new Float64Array(SINGLES);
    for (let n = 0; n < SINGLES; n++) latencies[n] = await network.commitOne();
    latencies.sort();
    const rates: number[] = [];
    for (let n = 0; n < rounds; n++) rates.push(await network.round(transactions, window));
    return {
      validators,
      transactionBytes: bytes,
      transactionsPerSecond: Math.max(...rates),
      rounds: rates,
      p50Ms: quantile(latencies, 0.5),
      p95Ms: quantile(latencies, 0.95),
    };
  } finally {
    await network.stop();
  }
}

class KvstoreNetwork {
  readonly #dir: string;
  readonly #processes: CometProcess[] = [];
  readonly #bytes: number;
  #next = 0;

  private constructor(dir: string, bytes: number) {
    this.#dir = dir;
    this.#bytes = bytes;
  }

  static async start(count: number, bytes: number): Promise<KvstoreNetwork> {
    const network = new KvstoreNetwork(await mkdtemp(join(tmpdir(), 'tabularium-kvstore-')), bytes);
    try {
      await network.#start(count);
      return network;
    } catch (error) {
      await network.stop();
      throw error;
    }
  }

  async #start(count: number): Promise<void> {
    const program = cometProgram();
    const nodes = await Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const dir = join(this.#dir, String(n));
        const [identity, port] = [await makeIdentity({ program, dir }), await freePort()];
        return { dir, ...identity, peerAddress: `127.0.0.1:${port}` };
      }),
    );
    const validators = nodes.map(({ key }) => ({ key: key.value, power: 1 }));
    const genesis = genesisOf({ origin: 'kvstore', seal: '', time: Date.now(), validators }, nodeCrypto);
    const homes = nodes.map(({ dir, peerAddress }): CometHome => {
      const peers = nodes.filter((other) => other.dir !== dir).map((other) => `${other.id}@${other.peerAddress}`);
      return { program, dir, abciPath: join(dir, 'abci.sock'), rpcPath: join(dir, 'rpc.sock'), peerAddress, peers };
    });
    for (const home of homes) {
      await writeFile(genesisPath(home.dir), genesis);
      await writeConfiguration(home);
      await useKvstore(home.dir);
    }
    const started = await Promise.allSettled(homes.map((home) => CometProcess.start(home)));
    for (const one of started) if (one.status === 'fulfilled') this.#processes.push(one.value);
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    for (const { rpc } of this.#processes) await inConsensus(rpc);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((comet) => comet.stop()));
    await rm(this.#dir, { recursive: true, force: true });
  }

  /** One transaction through the first validator; milliseconds until it is committed. */
  async commitOne(): Promise<number> {
    const tx = Buffer.from(this.#transaction()).toString('base64');
    const begun = performance.now();
    const result = await ask<{ readonly height: string }>(this.#rpc(0), 'broadcast_tx_commit', { tx });
    if (Number(result.height) === 0) throw new Error(`CometBFT did not commit a transaction: ${JSON.stringify(result)}`);
    return performance.now() - begun;
  }

  /** So many transactions, handed to all validators alike; how many were committed in a second. */
  async round(count: number, window: number): Promise<number> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(ROUND_MS)]);
    let height = await this.#rpc(0).height();
    let sent = 0;
    let committed = 0;
    const send = async (rpc: CometRpc): Promise<void> => {
      while (sent < count) {
        const size = Math.min(BATCH, window, count - sent);
        if (sent - committed + size > window) {
          await delay(POLL_MS, undefined, { signal });
          continue;
        }
        sent += size;
        const handed = await rpc.broadcast(Array.from({ length: size }, () => this.#transaction()));
        if (handed.some((one) => one !== 'taken')) throw new Error(`the mempool says ${[...new Set(handed)].join(', ')}`);
      }
    };
    const follow = async (): Promise<void> => {
      while (committed < count) {
        await delay(POLL_MS, undefined, { signal });
        const newest = await this.#rpc(0).height();
        while (height < newest) {
          const to = Math.min(newest, height + BLOCKS);
          committed += await transactionsOf(this.#rpc(0), height + 1, to);
          height = to;
        }
      }
    };
    const begun = performance.now();
    try {
      await Promise.all([...this.#processes.map(({ rpc }) => send(rpc)), follow()]);
    } finally {
      over.abort();
    }
    return (count * 1_000) / (performance.now() - begun);
  }

  #rpc(node: number): CometRpc {
    return this.#processes[node]!.rpc;
  }

  #transaction(): Uint8Array {
    return Buffer.from(`${this.#next++}=`.padEnd(this.#bytes, 'v'), 'latin1');
  }
}

/** Its own application, within its own process. */
async function useKvstore(dir: string): Promise<void> {
  const path = join(dir, 'config', 'config.toml');
  const text = await readFile(path, 'utf8');
  const changed = text.replace(/^proxy_app = .*$/m, 'proxy_app = "kvstore"');
  if (changed === text) throw new Error(`${path} names no application`);
  await writeFile(path, changed);
}

/** A validator takes transactions once it has heard of the others that it lacks no block. */
async function inConsensus(rpc: CometRpc): Promise<void> {
  for (let tries = 0; tries < READY_TRIES; tries++) {
    const { sync_info: sync } = await ask<{ readonly sync_info: { readonly catching_up: boolean } }>(rpc, 'status', {});
    if (!sync.catching_up) return;
    await delay(READY_WAIT_MS);
  }
  throw new Error('the validators do not find each other');
}

async function transactionsOf(rpc: CometRpc, from: number, to: number): Promise<number> {
  const { block_metas: blocks } = await ask<{ readonly block_metas: readonly { readonly num_txs: string }[] }>(rpc, 'blockchain', {
    minHeight: String(from),
    maxHeight: String(to),
  });
  return blocks.reduce((sum, { num_txs }) => sum + Number(num_txs), 0);
}

async function ask<T>(rpc: CometRpc, method: string, params: object): Promise<T> {
  const { result, error } = JSON.parse(await rpc.passOn({ jsonrpc: '2.0', id: 0, method, params })) as {
    readonly result?: T;
    readonly error?: object;
  };
  if (result === undefined) throw new Error(`CometBFT does not answer ${method}: ${JSON.stringify(error)}`);
  return result;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  return port;
}
