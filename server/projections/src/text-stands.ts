/**
 * Where texts stand: from the transaction that published one to its entry, and to the record that has it. What was proposed is carried out
 * later, in another block, which the life of the proposal tells. A block's records are looked at once for all of its texts, which come one
 * after the other.
 */
import type { TextHit, TextIndex, TextStand } from '@tabularium/texts';
import type { EventSource, Feed } from './feed.ts';
import type { EventPlaces } from './traces.ts';

export interface StandSource {
  readonly feed: Feed;
  /** Log indexes that a transaction of each name may have: whether it does, its block tells. */
  nameCandidates(names: readonly string[]): Promise<readonly (readonly number[])[]>;
  /** Whether records of this key can have texts. */
  hasTexts(key: string): boolean;
  /** Where the events stand that wrote a record. */
  placesOf(key: string): Promise<EventPlaces>;
}

/** Records of one event that are looked at. */
const KEYS_MAX = 2_000;
const PROPOSAL = 'kernel/proposal/';

interface ReadBlock {
  readonly source: EventSource;
  readonly height: number;
  readonly first: number;
  /** Names of transactions by their places in the block. */
  readonly names: ReadonlyMap<number, string>;
  /** State keys of the records that have texts, by digest. */
  readonly keys: ReadonlyMap<string, string>;
}

export class TextStands {
  readonly #from: StandSource;
  #block: ReadBlock | undefined;

  constructor(from: StandSource) {
    this.#from = from;
  }

  async find(texts: readonly { readonly digest: string; readonly tx: string }[]): Promise<readonly TextStand[]> {
    const entries = await this.#from.nameCandidates(texts.map(({ tx }) => tx));
    const found: TextStand[] = [];
    for (const [n, { digest, tx }] of texts.entries()) found.push(await this.#stand(digest, tx, entries[n] ?? []));
    return found;
  }

  /** The hits, with the records that have come to have their texts since those were taken up. */
  async again(hits: readonly TextHit[], index: TextIndex): Promise<readonly TextHit[]> {
    const found: TextHit[] = [];
    for (const hit of hits) {
      const block = hit.key === '' && hit.entry >= 0 ? this.#blockOf(this.#from.feed.source, hit.entry) : undefined;
      const name = block?.names.get(hit.entry - block.first);
      const key = name === undefined ? '' : await this.#carriedOut(hit.digest, name);
      if (key !== '') index.place(hit.digest, key);
      found.push(key === '' ? hit : { ...hit, key });
    }
    return found;
  }

  async #stand(digest: string, tx: string, candidates: readonly number[]): Promise<TextStand> {
    const { source, history = [] } = this.#from.feed;
    for (const entry of candidates) {
      const block = this.#blockOf(source, entry);
      if (block?.names.get(entry - block.first) === tx)
        return { entry, key: block.keys.get(digest) ?? (await this.#carriedOut(digest, tx)) };
    }
    for (const past of history) {
      const there = past.findName?.(tx);
      if (there !== undefined) return { entry: -1, key: this.#blockOf(past, there)?.keys.get(digest) ?? '' };
    }
    return { entry: -1, key: '' };
  }

  /** The record of what was proposed under this name; empty where that is none, or not carried out. */
  async #carriedOut(digest: string, proposal: string): Promise<string> {
    for (const { height } of await this.#from.placesOf(PROPOSAL + proposal)) {
      const key = this.#blockAt(this.#from.feed.source, height)?.keys.get(digest);
      if (key !== undefined) return key;
    }
    return '';
  }

  #blockOf(source: EventSource, entry: number): ReadBlock | undefined {
    if (this.#block?.source === source && this.#block.names.has(entry - this.#block.first)) return this.#block;
    const height = source.blockOf?.(entry)?.height;
    return height === undefined ? undefined : this.#blockAt(source, height);
  }

  #blockAt(source: EventSource, height: number): ReadBlock | undefined {
    if (this.#block?.source === source && this.#block.height === height) return this.#block;
    for (const { first, events } of source.events(height, height)) {
      const keys = new Map<string, string>();
      for (const { data, keys: written } of events) {
        const candidates = written.filter((key) => this.#from.hasTexts(key)).slice(0, KEYS_MAX);
        for (const key of candidates) {
          // A single record has the texts that the event tells; which of many has which, the records tell.
          const texts = candidates.length === 1 && data.texts !== undefined ? data.texts : this.#textsOf(key);
          if (Array.isArray(texts)) for (const digest of texts) keys.set(String(digest), key);
        }
      }
      this.#block = { source, height, first, names: new Map(events.map(({ entry, tx }) => [entry, tx])), keys };
      return this.#block;
    }
    return undefined;
  }

  /** As they are now: a record that was corrected may have other texts than then. */
  #textsOf(key: string): unknown {
    return (JSON.parse(this.#from.feed.source.get?.(key) ?? '{}') as { readonly texts?: unknown }).texts;
  }
}
