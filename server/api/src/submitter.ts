/**
 * The way of a submission: disclosures are checked and made durable as pending, the transaction is ordered, and its
 * outcome makes the texts live or shreds them (DESIGN §5). Where nothing was typed, the way is a single call.
 */
import type { Outcome } from '@tabularium/engine-port';
import type { ModuleDefinition } from '@tabularium/kernel';
import { type Crypto, checkDisclosures, disclosuresOf, type JsonObject, parseTransaction } from '@tabularium/protocol';
import { type Texts, TextsBusy } from '@tabularium/texts';
import type { TSchema } from 'typebox';
import type { LedgerDoor } from './ledger-door.ts';
import type { Submission } from './submission.ts';

const BUSY: Outcome = { kind: 'busy', reason: 'queue-full', retryAfterSeconds: 1 };

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
  readonly #schemas = new Map<string, TSchema>();
  /** Actions with a text that must be disclosed; a transaction without any disclosure is looked into only if there are some. */
  readonly #demanding = new Set<string>();

  constructor(door: LedgerDoor, texts: Texts, catalogue: readonly ModuleDefinition[], crypto: Crypto) {
    this.#door = door;
    this.#texts = texts;
    this.#crypto = crypto;
    for (const module of catalogue) {
      for (const [action, definition] of Object.entries(module.actions)) {
        const name = `${module.name}.${action}`;
        this.#schemas.set(name, definition.body);
        if (disclosuresOf(definition.body).some((declared) => declared.required)) this.#demanding.add(name);
      }
    }
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
    if (disclosures.length === 0 && !this.#demandsTexts(jws)) return { jws, held: undefined };
    const parsed = parseTransaction(jws, this.#crypto);
    if (!parsed.ok) return { outcome: { kind: 'malformed', code: parsed.code, detail: parsed.detail } };
    const { name, payload } = parsed.transaction;
    const schema = this.#schemas.get(payload.action);
    // An unknown action is the machine's to refuse; its disclosures are no one's.
    if (schema === undefined) return { jws, held: undefined };
    const checked = checkDisclosures(payload.body as JsonObject, schema, disclosures, this.#crypto);
    if (!checked.ok) {
      const detail =
        checked.path === undefined ? checked.detail : `${checked.detail} (at ${checked.path === '' ? 'the body' : checked.path})`;
      return { outcome: { kind: 'malformed', code: checked.code, detail } };
    }
    const texts = checked.disclosures.filter((placed) => placed.kind === 'published').map((placed) => placed.text);
    return { jws, held: texts.length === 0 ? undefined : { name, exp: payload.exp, texts } };
  }

  #demandsTexts(jws: Uint8Array): boolean {
    if (this.#demanding.size === 0) return false;
    const parsed = parseTransaction(jws, this.#crypto);
    return parsed.ok && this.#demanding.has(parsed.transaction.payload.action);
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
    else if (outcome.kind === 'busy' && outcome.reason === 'halted') this.#texts.release(name);
    else this.#texts.drop(name);
  }
}
