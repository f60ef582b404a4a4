/** Another node's log over the exchange, as whoever executes it again reads it. */
import type { ExchangeClient } from '@tabularium/exchange';
import { decodeEntryBundle, TILE_WIDTH } from '@tabularium/log';
import type { LogSource } from '../audit/audit-source.ts';
import { HttpSource } from '../audit/http-source.ts';

/** The client stays whose it is. */
export class ExchangeSource implements LogSource {
  readonly name: string;
  readonly #client: ExchangeClient;
  readonly #url: string | undefined;

  /** `url`: public address of a node. */
  constructor(client: ExchangeClient, url?: string) {
    this.#client = client;
    this.#url = url;
    this.name = client.peer.url;
  }

  checkpoint(): Promise<string | undefined> {
    return this.#client.checkpoint();
  }

  async leaves(from: number, to: number): Promise<readonly Uint8Array[]> {
    const bundles: Promise<readonly Uint8Array[]>[] = [];
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
      const first = index * TILE_WIDTH;
      bundles.push(this.#bundle(index, Math.min(TILE_WIDTH, to - first)).then((leaves) => leaves.slice(Math.max(0, from - first))));
    }
    return (await Promise.all(bundles)).flat();
  }

  tile(level: number, index: number, width: number): Promise<Uint8Array | undefined> {
    return this.#client.tile(level, index, width);
  }

  /** Over its public address: nodes keep no other ledger's log on their exchange. */
  predecessor(): LogSource | undefined {
    return this.#url === undefined ? undefined : new HttpSource(this.#url, '/predecessor');
  }

  close(): void {}

  async #bundle(index: number, width: number): Promise<readonly Uint8Array[]> {
    const bytes = await this.#client.entries(index, width);
    return (bytes === undefined ? undefined : decodeEntryBundle(bytes)) ?? [];
  }
}
