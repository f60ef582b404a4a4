/**
 * Follows the list of texts of one other node. Its place is kept with the texts, so that a new start goes on from there. A text is believed
 * if it is one that could have been submitted with its entry; a node that lists or gives anything else is reported, and passed over until
 * it mends its ways.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ExchangeClient, ExchangeError, TEXTS_AT_ONCE, type TextPage } from '@tabularium/exchange';
import type { TextPlace } from '@tabularium/texts';
import { textsOfEntry } from './entry-texts.ts';
import type { FollowTextsOptions } from './follow-texts.ts';

export interface TextReaderOptions extends FollowTextsOptions {
  readonly client: ExchangeClient;
  /** Runs work that fetches texts, when nobody else does. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}

/** From one look at the list to the next, beginning anew with each block: who took a text may hear of its block after us. */
const PAUSES_MS = [300, 1_000, 3_000, 10_000, 30_000, 60_000] as const;
/** Rows, or entries, after which others have their turn. */
const SLICE = 64;
/** Whoever tells that node of checkpoints says so already. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(['closed', 'unreachable', 'timeout', 'wrong-key']);

export class TextReader {
  /** There is more on the list, and it is being read; at first nobody knows. */
  isBehind = true;
  readonly #options: TextReaderOptions;
  #place: TextPlace | undefined;
  /** Texts of entries that have not come here yet were passed over, and no place after them is kept; from this height on they are here. */
  #comeBackAt: number | undefined;
  #pauses = 0;
  #trouble: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isClosed = false;

  /** Begins at once. */
  constructor(options: TextReaderOptions) {
    this.#options = options;
    this.#place = this.#keptPlace;
    this.#look();
  }

  /** There may be something new on the list. */
  notify(): void {
    if (this.#trouble !== undefined || this.#isClosed) return;
    this.#pauses = 0;
    if (this.#looking === undefined) this.#look();
  }

  /** Resolves when nothing is under way any more; a question that is, its client must have given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  get #keptPlace(): TextPlace | undefined {
    return this.#options.texts.list().placeIn(this.#options.client.peer.id);
  }

  #look(): void {
    clearTimeout(this.#timer);
    this.#looking = this.#read().then(
      () => this.#settled(undefined),
      (error: unknown) => this.#settled(error),
    );
  }

  #settled(error: unknown): void {
    this.#looking = undefined;
    this.isBehind = false;
    if (this.#isClosed) return;
    const trouble = error === undefined ? undefined : String(error);
    if (trouble !== undefined && trouble !== this.#trouble) {
      this.#pauses = 1;
      if (!(error instanceof ExchangeError && SAID_ELSEWHERE.has(error.code))) {
        this.#options.report(new Error(`the texts of node ${this.#options.client.peer.id}: ${trouble}`, { cause: error }));
      }
    }
    this.#trouble = trouble;
    const pause = PAUSES_MS[Math.min(this.#pauses++, PAUSES_MS.length - 1)];
    this.#timer = setTimeout(() => this.#look(), pause).unref();
  }

  /** To the end of the list. */
  async #read(): Promise<void> {
    const { client, inTurn } = this.#options;
    if (this.#comeBackAt !== undefined && this.#isHere(this.#comeBackAt)) {
      this.#comeBackAt = undefined;
      this.#place = this.#keptPlace;
    }
    for (let isEnd = false; !isEnd && !this.#isClosed; ) {
      const page = await client.textsAfter(this.#place);
      if (page !== undefined) isEnd = await inTurn(() => this.#take(page));
      else if (this.#place === undefined) throw new Error('it has none');
      else this.#place = undefined;
    }
  }

  /** True where this was the end. */
  async #take({ height, texts: rows }: TextPage): Promise<boolean> {
    const { client, texts, storage } = this.#options;
    const isFull = rows.length === TEXTS_AT_ONCE;
    this.isBehind ||= isFull;
    const isAllHere = this.#isHere(height);
    const entries = new Map<string, number | undefined>();
    /** By digest, the index of its entry. */
    const wanted = new Map<string, number>();
    let kept: TextPlace | undefined;
    for (const [n, { at, mark, digest, tx }] of rows.entries()) {
      if (n % SLICE === 0) await nextTurn();
      if (texts.get(digest) === undefined) {
        if (!entries.has(tx)) entries.set(tx, storage.findName(tx));
        const index = entries.get(tx);
        if (index !== undefined) wanted.set(digest, index);
        // Otherwise it is no entry of this ledger: texts of the one before it are listed, too.
        else if (!isAllHere) this.#comeBackAt = Math.max(this.#comeBackAt ?? 0, height);
      }
      if (this.#comeBackAt === undefined) kept = { at, mark };
    }
    await this.#fetch(wanted);
    this.#place = rows.at(-1) ?? this.#place;
    if (kept !== undefined) texts.list().savePlaceIn(client.peer.id, kept);
    return !isFull;
  }

  /** Whether every entry up to this height is here. */
  #isHere(height: number): boolean {
    const { storage } = this.#options;
    return storage.head().height >= height && storage.missing() === undefined;
  }

  async #fetch(wanted: ReadonlyMap<string, number>): Promise<void> {
    const { client, texts, storage } = this.#options;
    for (let left: readonly string[] = [...wanted.keys()]; left.length > 0; ) {
      const { found, leftOut } = await client.texts(left);
      if (found.size + leftOut.length < left.length) throw new Error('it does not give what it lists');
      const given = [...found].flatMap(([digest, text]) =>
        text.kind === 'text' ? [{ index: wanted.get(digest)!, text: text.disclosure }] : [],
      );
      const entries = [...Map.groupBy(given, ({ index }) => index)];
      for (let n = 0; n < entries.length; n += SLICE) {
        await nextTurn();
        texts.putLive(
          entries.slice(n, n + SLICE).flatMap(([index, of]) =>
            textsOfEntry(
              storage.leaves(index, index + 1)[0]!,
              of.map(({ text }) => text),
            ),
          ),
        );
      }
      left = leftOut;
    }
  }
}
