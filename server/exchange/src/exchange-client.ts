/**
 * Asks one other node of the ledger over its exchange. What comes back is bounded and of the right form; whether it is true, whoever asked
 * checks against the log: a peer may lie.
 */
import { HASH_LENGTH, MAX_LEAF_BYTES, TILE_WIDTH, tilePath } from '@tabularium/log';
import { MAX_DISCLOSURE_LENGTH } from '@tabularium/protocol';
import type { FoundText, TextPlace } from '@tabularium/texts';
import type { CometCall } from './comet-call.ts';
import type { Received } from './cosignature-book.ts';
import type { ChangedKey } from './exchange-door.ts';
import { ExchangeError } from './exchange-error.ts';
import { NOTE_BYTES_MAX } from './exchange-routes.ts';
import { PeerHttp } from './peer-http.ts';
import { asChanges, asReceived, asText, malformed, parseAnswer } from './read-answers.ts';
import {
  asFoundText,
  asTextPage,
  asTexts,
  LIST_BYTES_MAX,
  placePath,
  TEXTS_BYTES_MAX,
  type TextPage,
  type TextsAnswer,
} from './text-exchange.ts';
import type { TlsIdentity } from './tls-identity.ts';

export interface ExchangePeer {
  /** Id of the node in the charter. */
  readonly id: string;
  /** `https://host:port`. */
  readonly url: string;
  /** Pin of its TLS key, or what judges the pin of whoever is there. */
  readonly tls: string | ((pin: string) => boolean);
}

export interface ExchangeClientOptions {
  readonly identity: TlsIdentity;
  readonly peer: ExchangePeer;
  /** For a whole answer; default 20,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;
const RECEIVED_BYTES_MAX = 1024;
const HASH_HEX = 64;
/** Sealed blocks have at most 4 MiB; their keys, or CometBFT's JSON of them, are larger. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
const ENTRIES_BYTES_MAX = TILE_WIDTH * (2 + MAX_LEAF_BYTES);
/** In JSON a character may take six bytes. */
const TEXT_BYTES_MAX = 6 * MAX_DISCLOSURE_LENGTH + 1024;

/** Every method rejects with `ExchangeError` where there is no answer that can be used. */
export class ExchangeClient {
  readonly peer: ExchangePeer;
  readonly #http: PeerHttp;

  /** Throws TypeError when the peer's address is none. */
  constructor({ identity, peer, timeoutMs = TIMEOUT_MS }: ExchangeClientOptions) {
    const { id, url, tls } = peer;
    this.peer = peer;
    const isRight = typeof tls === 'string' ? (pin: string) => pin === tls : tls;
    this.#http = new PeerHttp({ identity, name: `node ${id}`, url, isRight, timeoutMs });
  }

  /** What the peer made of our signed checkpoint. */
  async sendCheckpoint(note: string): Promise<Received> {
    const type = 'text/plain; charset=utf-8';
    return asReceived(await this.#http.ask({ method: 'POST', path: '/checkpoint', type, body: note, max: RECEIVED_BYTES_MAX }));
  }

  /** The largest checkpoint that the peer has of those that we signed; undefined where it has none. */
  async heard(): Promise<string | undefined> {
    const answer = await this.#find('/heard', NOTE_BYTES_MAX);
    return answer && asText(answer);
  }

  /** Its own newest signed checkpoint; undefined where it has none. */
  async checkpoint(): Promise<string | undefined> {
    const answer = await this.#find('/checkpoint', NOTE_BYTES_MAX);
    return answer && asText(answer);
  }

  /** A published text, which fits the digest, or its withdrawal; undefined where the peer does not know it. */
  async text(digest: string): Promise<FoundText | undefined> {
    const answer = await this.#find(`/texts/${digest}`, TEXT_BYTES_MAX);
    return answer && asFoundText(parseAnswer(answer), digest);
  }

  /** What came to be live at the peer after this place of its list; undefined where that list has no such place. */
  async textsAfter(place: TextPlace | undefined): Promise<TextPage | undefined> {
    const answer = await this.#find(`/texts/after/${placePath(place)}`, LIST_BYTES_MAX);
    return answer && asTextPage(answer, place);
  }

  /** What the peer has of `TEXTS_AT_ONCE` texts at most; each fits its digest. */
  async texts(digests: readonly string[]): Promise<TextsAnswer> {
    const body = JSON.stringify(digests);
    return asTexts(await this.#http.ask({ method: 'POST', path: '/texts', type: 'application/json', body, max: TEXTS_BYTES_MAX }), digests);
  }

  /** What the block of this height changed; undefined where the peer does not know. */
  async changes(height: number): Promise<readonly ChangedKey[] | undefined> {
    const answer = await this.#find(`/changes/${height}`, ANSWER_BYTES_MAX);
    return answer && asChanges(answer);
  }

  /** JSON text of the genesis of CometBFT's term; undefined outside a term. */
  async genesis(): Promise<string | undefined> {
    const answer = await this.#find('/genesis', ANSWER_BYTES_MAX);
    return answer && asText(answer);
  }

  /** Leaf 0. */
  async charter(): Promise<string> {
    return asText(await this.#http.ask({ method: 'GET', path: '/charter', max: MAX_LEAF_BYTES }));
  }

  /** The charter that the peer says is in force, JSON: whoever joins knows nothing that proves it yet. */
  async charterNow(): Promise<string> {
    return asText(await this.#http.ask({ method: 'GET', path: '/charter/current', max: ANSWER_BYTES_MAX }));
  }

  /** A hash tile of this many hashes; undefined where the peer has none. */
  async tile(level: number, index: number, width: number): Promise<Uint8Array | undefined> {
    const length = width * HASH_LENGTH;
    const tile = await this.#find(`/log/${tilePath(level, index, width)}`, length);
    return tile === undefined || tile.length === length ? tile : malformed();
  }

  /** An entry bundle (`decodeEntryBundle`); undefined where the peer has none. */
  async entries(index: number, width: number): Promise<Uint8Array | undefined> {
    return this.#find(`/log/${tilePath('entries', index, width)}`, ENTRIES_BYTES_MAX);
  }

  /** Hash of the snapshot that the peer made at this height of CometBFT's, 64 hex digits; undefined where it has none. */
  async snapshotHash(height: number): Promise<string | undefined> {
    const answer = await this.#find(`/snapshots/${height}`, HASH_HEX);
    if (answer === undefined) return undefined;
    const hash = asText(answer);
    return /^[0-9a-f]{64}$/.test(hash) ? hash : malformed();
  }

  /** What the peer's CometBFT answers, as JSON text; undefined where none runs there. */
  async comet(call: CometCall): Promise<string | undefined> {
    const question = {
      method: 'POST',
      path: '/comet',
      type: 'application/json',
      body: JSON.stringify(call),
      max: ANSWER_BYTES_MAX,
    } as const;
    const answer = await found(this.#http.ask(question));
    return answer && asText(answer);
  }

  /** Ends its connections; whoever still waits gets `closed`. */
  close(): void {
    this.#http.close();
  }

  #find(path: string, max: number): Promise<Uint8Array | undefined> {
    return found(this.#http.ask({ method: 'GET', path, max }));
  }
}

/** Undefined where there is nothing. */
async function found(answer: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ExchangeError && error.problem === 'not-found') return undefined;
    throw error;
  }
}
