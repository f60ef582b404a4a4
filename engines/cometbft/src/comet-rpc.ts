/** CometBFT's RPC over a unix socket (JSON-RPC 2.0): transactions into its mempool, and how it does. */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { HandedOver, Orderer } from './hand-over.ts';

interface RpcAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly data?: string };
}

/** What the mempool says of bytes that it has, or has just seen in a block. */
const KNOWN = /tx already exists in cache/;
const FULL = /mempool is full/;
const BEHIND = /node is catching up/;
const BEGIN_WAIT_MS = 50;

export class CometRpc implements Orderer {
  readonly #path: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  /** For what other nodes ask: this node's own calls do not stand behind theirs. */
  readonly #others = new Agent({ keepAlive: true, maxSockets: 2 });
  /** It has a second block. */
  #hasBegun = false;

  constructor(path: string) {
    this.#path = path;
  }

  async isUp(): Promise<boolean> {
    try {
      await this.#call([{ method: 'health', params: {} }]);
      return true;
    } catch {
      return false;
    }
  }

  /** Height of its newest block. */
  async height(): Promise<number> {
    const [answer] = await this.#call([{ method: 'status', params: {} }]);
    const { sync_info } = answer!.result as { readonly sync_info: { readonly latest_block_height: string } };
    return Number(sync_info.latest_block_height);
  }

  /**
   * Waits for CometBFT's second block, which comes by itself: what its mempool passes on before, to nodes that have not begun yet, they drop,
   * and are never sent again.
   */
  async broadcast(txs: readonly Uint8Array[]): Promise<readonly HandedOver[]> {
    while (!this.#hasBegun) {
      this.#hasBegun = (await this.height()) >= 2;
      if (!this.#hasBegun) await delay(BEGIN_WAIT_MS);
    }
    const answers = await this.#call(
      txs.map((tx) => ({
        method: 'broadcast_tx_async',
        params: { tx: Buffer.from(tx.buffer, tx.byteOffset, tx.length).toString('base64') },
      })),
    );
    return answers.map(({ error }) => {
      const told = error === undefined ? '' : `${error.message} ${error.data ?? ''}`;
      if (error === undefined || KNOWN.test(told)) return 'taken';
      if (FULL.test(told)) return 'queue-full';
      if (BEHIND.test(told)) return 'catching-up';
      throw new Error(`CometBFT did not take a transaction: ${told}`);
    });
  }

  /** Calls those peers, `id@host:port`, that it is not connected with. */
  async dial(peers: readonly string[]): Promise<void> {
    await this.#call([{ method: 'dial_peers', params: { peers, persistent: false, unconditional: false, private: false } }]);
  }

  /** Passes one call on as it is; the JSON text of the answer, errors of CometBFT included. */
  passOn(call: object): Promise<string> {
    return this.#post(JSON.stringify(call), this.#others);
  }

  close(): void {
    for (const agent of [this.#agent, this.#others]) agent.destroy();
  }

  /** Answers in the order of the calls. */
  async #call(calls: readonly { readonly method: string; readonly params: object }[]): Promise<RpcAnswer[]> {
    const text = await this.#post(JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call }))));
    const answers = JSON.parse(text) as RpcAnswer | RpcAnswer[];
    return [answers].flat().sort((a, b) => a.id - b.id);
  }

  #post(body: string, agent = this.#agent): Promise<string> {
    return new Promise((resolve, reject) => {
      const post = request(
        {
          socketPath: this.#path,
          agent,
          path: '/',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
        },
      );
      post.on('error', reject);
      post.end(body);
    });
  }
}
