/**
 * Published texts come to every node (docs/spec/disclosure.md "How texts spread"): the list of each other node is followed, and what is on
 * it and not here is fetched by digest and held against its entry. One way for new texts, late ones, a node that was away, and one that has
 * just joined.
 */
import type { Clock } from '@tabularium/engine-port';
import type { ExchangeClient } from '@tabularium/exchange';
import type { SqliteStorage } from '@tabularium/store';
import type { Texts } from '@tabularium/texts';
import { FreshDigests } from './fresh-digests.ts';
import { TextReader } from './text-reader.ts';

export interface FollowTextsOptions {
  readonly texts: Texts;
  readonly storage: Pick<SqliteStorage, 'head' | 'findName' | 'leaves' | 'missing'>;
  readonly clock: Clock;
  /** Told of nodes that give what is not so. */
  readonly report: (error: unknown) => void;
}

export class FollowTexts {
  readonly #options: FollowTextsOptions;
  readonly #fresh: FreshDigests;
  #clients: readonly ExchangeClient[] = [];
  #readers: readonly TextReader[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: FollowTextsOptions) {
    this.#options = options;
    this.#fresh = new FreshDigests(options);
  }

  /** Follows the lists of these nodes from here on. The clients stay the caller's; those of before are closed by then. */
  follow(clients: readonly ExchangeClient[]): void {
    if (clients === this.#clients) return;
    this.#clients = clients;
    for (const reader of this.#readers) void reader.close();
    this.#readers = clients.map((client) => new TextReader({ ...this.#options, client, inTurn: (work) => this.#inTurn(work) }));
  }

  /** A block is confirmed: those who took its texts are about to list them. */
  block(block: { readonly first: number; readonly count: number }): void {
    this.#fresh.add(block);
    for (const reader of this.#readers) reader.notify();
  }

  /** Whether a text that is not here may come any moment. */
  awaits(digest: string): boolean {
    const isBehind = this.#readers.some((reader) => reader.isBehind) || this.#options.storage.missing() !== undefined;
    return isBehind || this.#fresh.has(digest);
  }

  /** After the clients were closed. */
  async close(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.close()));
  }

  /** One at a time, so that a text which several nodes list comes once. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
