/**
 * A handful of clients that write all the time, to any node, and keep book. Whatever is no answer (202, 429, 503, a connection that broke)
 * has them send the same bytes again, here or elsewhere, until there is one. An answer that a client could not act upon is a fault.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import { formatVkey } from '@tabularium/log';
import { transactionName } from '@tabularium/protocol';
import type { SeededRandom } from '@tabularium/scenarios';
import { verifyReceipt } from '@tabularium/verify';
import type { Agencies } from './agencies.ts';
import type { Agency } from './agency.ts';
import type { Alarm } from './alarm.ts';
import type { Watcher } from './watcher.ts';

const WRITERS = 5;
/** Between one answer and the next transaction. */
const PACE_MS = 100;
/** Before the same is sent again; nodes ask for a second, and fault runs are in a hurry. */
const AGAIN_MS = 200;
/** Officers who may propose an amendment, each of whom writes. */
const POSTS = ['mayor', 'clerk', 'mayor', 'clerk', 'mayor'] as const;
/** Codes that say "send the same again". */
const BUSY: Readonly<Record<number, readonly string[]>> = { 429: ['queue-full'], 503: ['catching-up', 'undecided', 'closing', 'halted'] };
const NOBODY = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** What somebody was told is in the log for ever. */
export interface Acknowledged {
  readonly name: string;
  readonly index: number;
  readonly height: number;
  readonly transaction: Uint8Array;
}

/** What becomes of a transaction in the end; `nothing` where the run is over before that. */
export type Decided = 'accepted' | `refused: ${string}` | 'nothing';

export class Writers {
  readonly acknowledged = new Map<string, Acknowledged>();
  readonly #agencies: Agencies;
  readonly #watcher: Watcher;
  readonly #random: SeededRandom;
  readonly #alarm: Alarm;
  readonly #answers = new Map<string, number>();
  #writing: Promise<void>[] = [];
  #paused = true;
  #serial = 0;
  /** When somebody was told last that what is new is in, and the longest that nobody was. */
  #lastAccepted = 0;
  #pauseMs = 0;

  constructor(agencies: Agencies, watcher: Watcher, random: SeededRandom, alarm: Alarm) {
    this.#agencies = agencies;
    this.#watcher = watcher;
    this.#random = random;
    this.#alarm = alarm;
  }

  /** What was answered since this was asked last, and for how long nobody was told of anything new. */
  takeAnswers(): { readonly answers: Readonly<Record<string, number>>; readonly longestPauseSeconds: number } {
    const taken = { answers: Object.fromEntries(this.#answers), longestPauseSeconds: Math.round(this.#pauseMs / 100) / 10 };
    this.#answers.clear();
    this.#pauseMs = 0;
    return taken;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#lastAccepted = performance.now();
    this.#writing = Array.from({ length: WRITERS }, (_, n) => this.#write(POSTS[n % POSTS.length]!));
    for (const writing of this.#writing) this.#alarm.watch(writing);
  }

  /** Resolves when everything that was sent is decided. */
  async pause(): Promise<void> {
    this.#paused = true;
    await Promise.all(this.#writing);
  }

  /** A transaction that is accepted whenever it comes, another one each time. */
  next(post: string = POSTS[0]): Uint8Array {
    this.#serial++;
    const limits = {
      maxExpirySeconds: 86_400 - (this.#serial % 80_000),
      maxLagMs: 2_000 + Math.floor(this.#serial / 80_000),
      proposalDays: 14,
    };
    return this.#agencies.sign(post, 'kernel.propose', { action: 'kernel.charter.amend', body: { limits } });
  }

  /** Sends until it is decided. */
  async send(transaction: Uint8Array, to: () => Agency = () => this.#random.pick(this.#agencies.all)): Promise<Decided> {
    for (; !this.#alarm.isRaised; await delay(AGAIN_MS)) {
      const decided = await this.#sendOnce(transaction, to());
      if (decided !== undefined) return decided;
    }
    return 'nothing';
  }

  /** An acknowledgement, held against what was said before of the same transaction. */
  note(acknowledged: Acknowledged, from: string): void {
    const { name, index, height } = acknowledged;
    const known = this.acknowledged.get(name);
    if (known === undefined) {
      this.acknowledged.set(name, acknowledged);
      const now = performance.now();
      this.#pauseMs = Math.max(this.#pauseMs, now - this.#lastAccepted);
      this.#lastAccepted = now;
    } else if (known.index !== index || known.height !== height)
      throw new Error(`${name} was at ${known.index} in block ${known.height}, and ${from} says ${index} in block ${height}`);
  }

  async #write(post: string): Promise<void> {
    while (!this.#paused && !this.#alarm.isRaised) {
      const doomed = this.#random.chance(1, 10);
      const transaction = doomed ? this.#agencies.sign(post, 'kernel.approve', { proposal: NOBODY }) : this.next(post);
      const decided = await this.send(transaction);
      if ((decided === 'accepted') === doomed && !this.#alarm.isRaised)
        throw new Error(`what ${doomed ? 'must' : 'cannot'} be refused was ${decided}: ${Buffer.from(transaction).toString()}`);
      // A client that lost the answer asks once more, somewhere else.
      if (!doomed && this.#random.chance(1, 5)) await this.send(transaction);
      await delay(PACE_MS);
    }
  }

  async #sendOnce(transaction: Uint8Array, agency: Agency): Promise<Decided | undefined> {
    let response: Response;
    let text: string;
    try {
      response = await agency.post(transaction);
      text = await response.text();
    } catch {
      this.#count('no connection');
      return undefined;
    }
    const { status, headers } = response;
    const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const wrong = (why: string): Error => new Error(`${agency.id} answered ${status}, ${why}: ${text}`);
    if (status === 200 || status === 201) {
      this.#count(status === 201 ? 'accepted' : 'repeated');
      this.#acknowledge(agency, transaction, body, wrong);
      return 'accepted';
    }
    if (status === 202 || Object.hasOwn(BUSY, status)) {
      this.#count(status === 202 ? 'pending' : `busy ${body.code}`);
      if (!(Number(headers.get('retry-after')) > 0)) throw wrong('without Retry-After');
      if (status === 202 && headers.get('location') === null) throw wrong('without a place to ask at');
      if (status !== 202 && !BUSY[status]!.includes(String(body.code))) throw wrong('which is no reason to come again');
      return undefined;
    }
    if (status === 409 || status === 422 || status === 403) {
      this.#count(`refused ${body.code}`);
      if (typeof body.code !== 'string' || typeof body.notice !== 'string') throw wrong('without code or notice');
      return `refused: ${body.code}`;
    }
    throw wrong('which no client expects');
  }

  #acknowledge(agency: Agency, transaction: Uint8Array, body: Readonly<Record<string, unknown>>, wrong: (why: string) => Error): void {
    const { name, index, height, receipt, proof } = body;
    if (name !== nameOf(transaction) || typeof index !== 'number' || typeof height !== 'number')
      throw wrong('which is not about what was sent');
    this.note({ name, index, height, transaction }, agency.id);
    // Durable and not confirmed yet: it can be had a moment later.
    if (typeof receipt !== 'string') {
      this.#count('without receipt');
      return;
    }
    // Until a quorum has cosigned it, it is this one node's word.
    const policy = proof === 'quorum' ? this.#watcher.policy : `log ${formatVkey(agency.logKey(this.#agencies.origin))}\nquorum none\n`;
    const verified = verifyReceipt(receipt, policy, nodeCrypto);
    if (!verified.ok) throw wrong(`with a receipt that does not verify (${verified.code}, ${verified.detail})`);
    if (verified.index !== index) throw wrong(`with the receipt of ${verified.index}`);
    this.#watcher.saw(verified.checkpoint, `a receipt of ${agency.id}`);
  }

  #count(answer: string): void {
    this.#answers.set(answer, (this.#answers.get(answer) ?? 0) + 1);
  }
}

export function nameOf(transaction: Uint8Array): string {
  return transactionName(transaction.subarray(0, transaction.lastIndexOf(0x2e)), nodeCrypto);
}
