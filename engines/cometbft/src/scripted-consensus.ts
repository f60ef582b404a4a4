/**
 * CometBFT's part of the conversation, for tests whose clock stands still: one validator, the calls of ABCI in their order over a real
 * socket, blocks kept for replay, a mempool that a restart empties, and the extra block after each that changed app_hash.
 */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { Request, Response } from 'cosmjs-types/tendermint/abci/types';
import { FrameReader, frame } from './abci-frames.ts';
import type { HandedOver, Orderer } from './hand-over.ts';

const PROPOSAL_ACCEPTED = 1;

/** A client of an ABCI socket: one request after the other. */
class AbciClient {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #waiting: ((response: Response) => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      for (const message of this.#reader.push(chunk)) this.#waiting.shift()?.(Response.decode(message));
    });
  }

  static async open(path: string): Promise<AbciClient> {
    const socket = createConnection(path);
    await once(socket, 'connect');
    return new AbciClient(socket);
  }

  async call<K extends keyof Response & keyof Request>(kind: K, request: object): Promise<NonNullable<Response[K]>> {
    const encoded = Request.encode(Request.fromPartial({ [kind]: request } as Parameters<typeof Request.fromPartial>[0])).finish();
    const answer = new Promise<Response>((resolve) => this.#waiting.push(resolve));
    this.#socket.write(frame(encoded));
    const response = await answer;
    if (response.exception !== undefined) throw new Error(response.exception.error);
    return response[kind] as NonNullable<Response[K]>;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A block that consensus has settled on; `ms` is the time in its header. */
export interface ScriptedBlock {
  readonly txs: readonly Uint8Array[];
  readonly ms: number;
}

export class ScriptedConsensus implements Orderer {
  readonly #clock: () => number;
  /** When the validators voted for the newest block: the time of the next one, as CometBFT has it. */
  #voted: number | undefined;
  readonly #blocks: ScriptedBlock[] = [];
  #client: AbciClient | undefined;
  #mempool: Uint8Array[] = [];
  /** What is in the mempool or has succeeded in a block: CometBFT does not take it again. */
  readonly #cache = new Set<string>();
  #appHash = Buffer.alloc(0);
  #proofNeeded = false;
  #running: Promise<void> = Promise.resolve();
  #broken = false;
  /** Set: the application is cut off before it hears that the next block is to be committed. Consensus has settled on it all the same. */
  cutBeforeCommit = false;

  /** `stale`: a header's time is that of the votes for the block before, as CometBFT has it; otherwise it is the clock's. */
  constructor(clock: () => number, { stale = false } = {}) {
    this.#clock = clock;
    if (stale) this.#voted = clock();
  }

  /** Blocks so far, those without a seal too. */
  get height(): number {
    return this.#blocks.length;
  }

  /** All of them, to give them to another engine. */
  get blocks(): readonly ScriptedBlock[] {
    return this.#blocks;
  }

  /** Connects to an application, and replays what it has missed. */
  async start(path: string): Promise<void> {
    this.#client = await AbciClient.open(path);
    this.#broken = false;
    const { lastBlockHeight, lastBlockAppHash } = await this.#client.call('info', { version: '0.39.4' });
    this.#appHash = Buffer.from(lastBlockAppHash);
    if (this.height === 0) this.#appHash = Buffer.from((await this.#client.call('initChain', { chainId: 'scripted' })).appHash);
    for (let height = Number(lastBlockHeight) + 1; height <= this.height; height++) await this.#finalize(height, this.#blocks[height - 1]!);
    this.#proofNeeded = this.height > 0;
    this.#go();
    await this.idle();
  }

  async stop(): Promise<void> {
    await this.idle();
    this.#client?.close();
    this.#client = undefined;
    this.#mempool = [];
    this.#cache.clear();
  }

  broadcast(txs: readonly Uint8Array[]): Promise<readonly HandedOver[]> {
    const taken = this.#take(txs);
    const running = this.#running;
    // What is on its way into the mempool is to be ordered, too: `idle` waits for it.
    this.#running = taken.then(
      () => running,
      () => running,
    );
    return taken;
  }

  async #take(txs: readonly Uint8Array[]): Promise<readonly HandedOver[]> {
    const answers: HandedOver[] = [];
    for (const tx of txs) {
      answers.push('taken');
      if (this.#cache.has(hex(tx))) continue;
      const { code } = await this.#client!.call('checkTx', { tx });
      if (code !== 0) continue;
      this.#cache.add(hex(tx));
      this.#mempool.push(tx);
    }
    this.#go();
    return answers;
  }

  /** Resolves when there is nothing to order. */
  async idle(): Promise<void> {
    for (let running = undefined; running !== this.#running; ) {
      running = this.#running as never;
      await this.#running;
    }
  }

  #go(): void {
    this.#running = this.#running.then(async () => {
      while (!this.#broken && this.#client !== undefined && (this.#mempool.length > 0 || this.#proofNeeded)) await this.#makeBlock();
    });
  }

  async #makeBlock(): Promise<void> {
    const client = this.#client!;
    const ms = Math.max(this.#voted ?? this.#clock(), this.#blocks.at(-1)?.ms ?? 0);
    const height = this.height + 1;
    const proposal = { height: BigInt(height), time: timestamp(ms) };
    const { txs } = await client.call('prepareProposal', { ...proposal, txs: this.#mempool, maxTxBytes: 4_000_000n });
    const { status } = await client.call('processProposal', { ...proposal, txs });
    // Nobody votes for such a proposal: CometBFT tries rounds for ever, until somebody looks after the node.
    if (status !== PROPOSAL_ACCEPTED) {
      this.#broken = true;
      return;
    }
    const block = { txs, ms };
    await this.#finalize(height, block);
    this.#blocks.push(block);
    if (this.#voted !== undefined) this.#voted = this.#clock();
    const done = new Set(txs.map(hex));
    this.#mempool = this.#mempool.filter((tx) => !done.has(hex(tx)));
  }

  async #finalize(height: number, { txs, ms }: ScriptedBlock): Promise<void> {
    const client = this.#client!;
    const { appHash, txResults } = await client.call('finalizeBlock', { height: BigInt(height), time: timestamp(ms), txs });
    for (const [i, { code }] of txResults.entries()) if (code !== 0) this.#cache.delete(hex(txs[i]!));
    if (txResults.length !== txs.length) throw new Error(`${txResults.length} results of ${txs.length} transactions`);
    if (this.cutBeforeCommit) {
      this.cutBeforeCommit = false;
      this.#broken = true;
      return;
    }
    await client.call('commit', {});
    this.#proofNeeded = !this.#appHash.equals(appHash);
    this.#appHash = Buffer.from(appHash);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function timestamp(ms: number): { readonly seconds: bigint; readonly nanos: number } {
  return { seconds: BigInt(Math.floor(ms / 1_000)), nanos: (ms % 1_000) * 1_000_000 };
}
