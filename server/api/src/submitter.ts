/**
 * The way of a submission: disclosures are checked and made durable as pending, the transaction is ordered, and its
 * outcome makes the texts live or shreds them (DESIGN §5). Where nothing was typed, the way is a single call.
 */
import type { Outcome } from '@tabularium/engine-port';
import { disclosedBody, type ModuleDefinition } from '@tabularium/kernel';
import { type Crypto, checkDisclosures, disclosuresOf, parseTransaction } from '@tabularium/protocol';
import { type Texts, TextsBusy } from '@tabularium/texts';
import type { LedgerDoor } from './ledger-door.ts';
import type { Submission } from './submission.ts';

const BUSY: Outcome = { kind: 'busy', reason: 'queue-full', retryAfterSeconds: 1 };

/** Nobody knows whether the transaction is in. */
const UNKNOWN: ReadonlySet<string> = new Set(['halted', 'undecided']);

/** Texts that wait for the outcome of their transaction. */
interface Held {
  readonly name: string;
  readonly exp: number;
  readonly texts: readonly string[];
}
type Prepared = { readonly outcome: Outcome } | { readonly jws: Uint8Array; readonly held: Held | undefined };

export class Submitter {
  readonly #door: LedgerDoor;
  readonly #texts: Texts;
  readonly #crypto: Crypto;
  readonly #catalogue: readonly ModuleDefinition[];
  /** Whether any action has a text that must be disclosed: only then is a transaction without disclosures looked into here. */
  readonly #demanding: boolean;

  constructor(door: LedgerDoor, texts: Texts, catalogue: readonly ModuleDefinition[], crypto: Crypto) {
    this.#door = door;
    this.#texts = texts;
    this.#crypto = crypto;
    this.#catalogue = catalogue;
    this.#demanding = catalogue.some(({ actions }) =>
      Object.values(actions).some(({ body }) => disclosuresOf(body).some((declared) => declared.required)),
    );
  }

  async submit(submission: Submission): Promise<Outcome> {
    const prepared = this.#prepare(submission);
    if ('outcome' in prepared) return prepared.outcome;
    if (prepared.held === undefined) return this.#door.submit(prepared.jws);
    const busy = await this.#hold(prepared.held);
    if (busy !== undefined) return busy;
    try {
      const outcome = await this.#door.submit(prepared.jws);
      this.#settle(prepared.held, outcome);
      return outcome;
    } catch (error) {
      this.#texts.release(prepared.held.name);
      throw error;
    }
  }

  /** Outcomes in the order of the submissions. */
  async submitMany(submissions: readonly Submission[]): Promise<readonly Outcome[]> {
    const prepared = submissions.map((submission) => this.#prepare(submission));
    const outcomes: (Outcome | undefined)[] = await Promise.all(
      prepared.map((one) => ('outcome' in one ? one.outcome : one.held === undefined ? undefined : this.#hold(one.held))),
    );
    const sent = prepared.flatMap((one, n) => ('outcome' in one || outcomes[n] !== undefined ? [] : [{ ...one, n }]));
    try {
      const answers = await this.#door.submitMany(sent.map(({ jws }) => jws));
      for (const [at, { held, n }] of sent.entries()) {
        const outcome = answers[at] as Outcome;
        outcomes[n] = outcome;
        if (held !== undefined) this.#settle(held, outcome);
      }
    } catch (error) {
      for (const { held } of sent) if (held !== undefined) this.#texts.release(held.name);
      throw error;
    }
    return outcomes as Outcome[];
  }

  #prepare({ jws, disclosures }: Submission): Prepared {
    if (disclosures.length === 0 && !this.#demanding) return { jws, held: undefined };
    const parsed = parseTransaction(jws, this.#crypto);
    if (!parsed.ok) return { outcome: { kind: 'malformed', code: parsed.code, detail: parsed.detail } };
    const { name, payload } = parsed.transaction;
    const disclosed = disclosedBody(payload.action, payload.body, this.#catalogue);
    // An unknown action is the machine's to refuse; its disclosures are no one's.
    if (disclosed === undefined) return { jws, held: undefined };
    const checked = checkDisclosures(disclosed.body, disclosed.schema, disclosures, this.#crypto);
    if (!checked.ok) {
      const detail =
        checked.path === undefined ? checked.detail : `${checked.detail} (at ${checked.path === '' ? 'the body' : checked.path})`;
      return { outcome: { kind: 'malformed', code: checked.code, detail } };
    }
    const texts = checked.disclosures.filter((placed) => placed.kind === 'published').map((placed) => placed.text);
    return { jws, held: texts.length === 0 ? undefined : { name, exp: payload.exp, texts } };
  }

  /** Undefined when the texts are durable. */
  async #hold({ name, exp, texts }: Held): Promise<Outcome | undefined> {
    try {
      await this.#texts.putPending(name, exp, texts);
      return undefined;
    } catch (error) {
      if (error instanceof TextsBusy) return BUSY;
      throw error;
    }
  }

  #settle({ name }: Held, outcome: Outcome): void {
    if (outcome.kind === 'accepted' || outcome.kind === 'repeated') this.#texts.activate(name);
    else if (outcome.kind === 'busy' && UNKNOWN.has(outcome.reason)) this.#texts.release(name);
    else this.#texts.drop(name);
  }
}
