/**
 * The log from its first leaf, for a node that came by a snapshot: hash tiles, checkpoint and the newest entries are its own; what it lacks it
 * asks of the other nodes, one after the other, and believes where it has the hash that its own tile has.
 */
import { nodeCrypto } from '@tabularium/crypto';
import type { ExchangeClient } from '@tabularium/exchange';
import { decodeEntryBundle, HASH_LENGTH, leafHash, TILE_WIDTH } from '@tabularium/log';
import { equalBytes } from '@tabularium/protocol';
import type { LedgerReader } from '@tabularium/store';
import type { LogSource } from '../audit/audit-source.ts';
import { HttpSource } from '../audit/http-source.ts';

export interface BackfillSourceOptions {
  /** The node's own ledger. */
  readonly reader: LedgerReader;
  readonly clients: readonly ExchangeClient[];
  /** Public address of a node, which shows the log of the ledger before this one, if there was any. */
  readonly url: string | undefined;
  /** Told of a node that gives what is not so. */
  readonly report: (message: string) => void;
}

export class BackfillSource implements LogSource {
  readonly name = 'the log of the other nodes';
  readonly #options: BackfillSourceOptions;
  /** Whoever gave what was asked for last first: one that is away is not waited for at each piece. */
  #clients: readonly ExchangeClient[];

  constructor(options: BackfillSourceOptions) {
    this.#options = options;
    this.#clients = options.clients;
  }

  async checkpoint(): Promise<string | undefined> {
    return this.#options.reader.head().checkpoint;
  }

  async leaves(from: number, to: number): Promise<readonly Uint8Array[]> {
    const leaves: Uint8Array[] = [];
    for (let at = from; at < to; at = from + leaves.length) {
      const end = Math.min(to, at - (at % TILE_WIDTH) + TILE_WIDTH);
      const own = this.#options.reader.leaves(at, end);
      for (const leaf of own.length === end - at ? own : await this.#ask(at, end)) leaves.push(leaf);
    }
    return leaves;
  }

  async tile(level: number, index: number, width: number): Promise<Uint8Array | undefined> {
    return this.#options.reader.tile(level, index)?.subarray(0, width * HASH_LENGTH);
  }

  /** Over its public address: nodes keep no other ledger's log on their exchange. */
  predecessor(): LogSource | undefined {
    const { url } = this.#options;
    return url === undefined ? undefined : new HttpSource(url, '/predecessor');
  }

  close(): void {}

  /** Leaves that lie in one tile, which is full. */
  async #ask(from: number, to: number): Promise<readonly Uint8Array[]> {
    const { report } = this.#options;
    const index = Math.floor(from / TILE_WIDTH);
    const hashes = await this.tile(0, index, TILE_WIDTH);
    if (hashes === undefined) throw new Error(`the hash tile 0/${index} is missing`);
    const isRight = (leaf: Uint8Array, place: number): boolean =>
      equalBytes(leafHash(leaf, nodeCrypto.sha256), hashes.subarray(place * HASH_LENGTH, (place + 1) * HASH_LENGTH));
    let trouble = 'there is none';
    for (const client of this.#clients) {
      try {
        const bundle = await client.entries(index, TILE_WIDTH);
        if (bundle === undefined) continue;
        const leaves = decodeEntryBundle(bundle) ?? [];
        if (leaves.length === TILE_WIDTH && leaves.every(isRight)) {
          this.#clients = [client, ...this.#clients.filter((other) => other !== client)];
          return leaves.slice(from % TILE_WIDTH, to - from + (from % TILE_WIDTH));
        }
        report(`node ${client.peer.id} gave other entries than this log has, from ${index * TILE_WIDTH} on`);
      } catch (error) {
        trouble = (error as Error).message;
      }
    }
    throw new Error(`no other node has entries ${from} to ${to - 1}: ${trouble}`);
  }
}
