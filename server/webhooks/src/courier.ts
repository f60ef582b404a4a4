/**
 * Delivers to one receiver: in the order of the log, each happening at least once, the next not before this one is through. An attempt that
 * fails is repeated with growing waits; after the last of them the happening becomes a dead letter. Nothing is kept in memory that is not in
 * the book: a courier may stop anywhere.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { cursorText, type FeedSource, type Happening, happeningAt, parseCursor, readFeed, START, typesFit } from '@tabularium/feed';
import { type Call, type CallOptions, type CallOutcome, callReceiver } from './call-receiver.ts';
import { signedHeaders } from './signature.ts';
import { LETTERS_MAX, type Subscription, type WebhookBook } from './webhook-book.ts';

export interface CourierOptions extends CallOptions {
  readonly book: WebhookBook;
  readonly source: FeedSource;
  /** Waits after the first failed attempt, the second, …; ms. After the last of them, one more attempt. */
  readonly waitsMs: readonly number[];
  /** 0 to 1; spreads the waits. */
  readonly random: () => number;
  /** ms UTC. */
  readonly now: () => number;
  readonly lettersMax?: number;
  /** Told when a receiver is called no more, in words. */
  readonly report: (words: string) => void;
}

/** 5 s to 10 h, some 19 hours in all. */
export const WAITS_MS: readonly number[] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 18_000, 36_000].map((seconds) => seconds * 1_000);
const WAIT_MAX_MS = 24 * 3_600_000;
/** Happenings read at once. */
const PAGE = 20;
/** Shares of a wait by which it is shortened or prolonged at most. */
const JITTER = 0.2;
const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8';
const GONE = 410;

export class Courier {
  readonly #id: string;
  readonly #options: CourierOptions;
  readonly #stopped = new AbortController();
  #page: readonly Happening[] = [];
  #wake: () => void = () => {};
  /** Counts what may be new, so that nothing is slept through. */
  #news = 0;
  readonly ended: Promise<void>;

  constructor(id: string, options: CourierOptions) {
    this.#id = id;
    this.#options = options;
    this.ended = this.#run();
  }

  /** A block has come, or the book was changed. */
  stir(): void {
    this.#news++;
    this.#wake();
  }

  stop(): Promise<void> {
    this.#stopped.abort();
    this.stir();
    return this.ended;
  }

  async #run(): Promise<void> {
    const { book, report } = this.#options;
    while (!this.#stopped.signal.aborted) {
      const news = this.#news;
      const found = book.get(this.#id);
      if (found === undefined) return;
      try {
        const rest = await this.#step(found);
        if (rest > 0) await this.#sleep(rest, news);
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        report(`webhook ${this.#id}: ${error instanceof Error ? error.message : String(error)}`);
        await this.#sleep(this.#options.waitsMs.at(-1) ?? WAIT_MAX_MS, news);
      }
    }
  }

  /** One attempt, or none; how long to rest after it, ms. */
  async #step(found: Subscription): Promise<number> {
    const { book, source, now } = this.#options;
    const { id, state, origin, nextAt } = found;
    if (origin !== source.origin && state !== 'elsewhere') book.turn(id, 'elsewhere');
    if (origin !== source.origin || state !== 'on') return WAIT_MAX_MS;
    const again = book.nextReplay(id);
    if (again !== undefined) {
      await this.#replay(found, again);
      return 0;
    }
    const left = nextAt - now();
    if (left > 0) return Math.min(left, WAIT_MAX_MS);
    const happening = this.#next(found);
    if (happening === undefined) return WAIT_MAX_MS;
    if (happening === 'more') {
      // Much that nobody asked for is passed over in turns with everything else in this thread.
      await nextTurn();
      return 0;
    }
    const outcome = await this.#call(found, happening);
    if (!this.#stopped.signal.aborted || outcome.kind === 'delivered') this.#settle(found, happening, outcome);
    return 0;
  }

  /** What is next to deliver; `more` where the reading goes on. Passes over what was not asked for. */
  #next({ id, cursor, types }: Subscription): Happening | 'more' | undefined {
    const { book, source } = this.#options;
    const at = this.#page.findIndex((one) => one.id === cursor);
    const waiting = at === -1 ? [] : this.#page.slice(at + 1);
    const known = waiting.find((one) => isWanted(types, one));
    if (known !== undefined) return known;
    const after = waiting.at(-1)?.id ?? cursor;
    const page = readFeed(source, parseCursor(after) ?? START, PAGE);
    // A node that is behind, or whose old blocks are still on their way, delivers when they are here.
    if (page === 'ahead' || page === 'missing') return undefined;
    if (page === 'unknown') throw new Error('its cursor is of another ledger');
    this.#page = page.happenings;
    const found = page.happenings.find((one) => isWanted(types, one));
    if (found !== undefined) return found;
    const next = cursorText(page.next);
    if (next !== cursor) book.passed(id, next);
    this.#page = [];
    return page.isNewest ? undefined : 'more';
  }

  async #replay(found: Subscription, event: string): Promise<void> {
    const { book, source } = this.#options;
    const happening = happeningAt(source, event);
    const outcome = happening === undefined ? undefined : await this.#call(found, happening);
    if (this.#stopped.signal.aborted && outcome?.kind !== 'delivered') return;
    if (outcome?.kind === 'failed' && outcome.status === GONE) this.#end(found, 'gone');
    else
      book.replayed(
        found.id,
        event,
        outcome === undefined ? 'not in this ledger' : outcome.kind === 'delivered' ? undefined : whyOf(outcome),
      );
  }

  #call({ id, url }: Subscription, happening: Happening): Promise<CallOutcome> {
    const { book, now } = this.#options;
    const body = JSON.stringify(happening);
    const hash = happening.source.slice(happening.source.lastIndexOf('/') + 1);
    const message = { id: `evt_${hash}_${happening.id}`, timestampSeconds: Math.floor(now() / 1_000), body };
    const headers = { 'content-type': CONTENT_TYPE, 'user-agent': 'Tabularium', ...signedHeaders(message, book.secrets(id, now())) };
    const call: Call = { url, headers, body };
    return callReceiver(call, { ...this.#options, signal: this.#stopped.signal });
  }

  #settle(found: Subscription, { id: event }: Happening, outcome: CallOutcome): void {
    const { book, waitsMs, random, now, lettersMax = LETTERS_MAX } = this.#options;
    const { id, attempts, letters } = found;
    const wait = waitsMs[attempts];
    if (outcome.kind === 'delivered') book.delivered(id, event);
    else if (outcome.status === GONE) this.#end(found, 'gone');
    else if (wait !== undefined) {
      const spread = wait * (1 - JITTER + 2 * JITTER * random());
      book.failed(id, whyOf(outcome), now() + Math.min(WAIT_MAX_MS, Math.max(spread, outcome.retryAfterMs ?? 0)));
    } else if (letters >= lettersMax) this.#end(found, 'full');
    else book.buried(id, event, whyOf(outcome), now());
  }

  #end({ id }: Subscription, state: 'gone' | 'full'): void {
    this.#options.book.turn(id, state);
    const why = state === 'gone' ? 'the receiver said that it is gone (410)' : 'too many messages could not be delivered';
    this.#options.report(`webhook ${id} is called no more: ${why}`);
  }

  /** Until so long has passed, something new came, or this courier stops. */
  #sleep(ms: number, news: number): Promise<void> {
    if (this.#news !== news) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }
}

function isWanted(types: readonly string[], { type, data }: Happening): boolean {
  return typesFit(types, [type, ...data.events.map((event) => event.type)]);
}

function whyOf({ code, status }: Extract<CallOutcome, { kind: 'failed' }>): string {
  return status === undefined ? code : `answered ${status}`;
}
