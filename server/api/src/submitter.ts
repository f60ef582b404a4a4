/**
 * The way of a submission: disclosures are checked and made durable as pending, the transaction is ordered, and its
 * outcome makes them live or shreds them (DESIGN §5): texts in the text store, what is known of people in the vault. Where nothing was
 * typed, the way is a single call.
 */
import type { Outcome } from '@tabularium/engine-port';
import { disclosedBody, type ModuleDefinition } from '@tabularium/kernel';
import {
  type Crypto,
  checkDisclosures,
  disclosuresOf,
  type JsonObject,
  type PlacedDisclosure,
  parseTransaction,
} from '@tabularium/protocol';
import { type Texts, TextsBusy } from '@tabularium/texts';
import { HoldingRefused, type Holdings, type NewHolding, VaultBusy } from '@tabularium/vault';
import type { LedgerDoor } from './ledger-door.ts';
import type { Submission } from './submission.ts';

const BUSY: Outcome = { kind: 'busy', reason: 'queue-full', retryAfterSeconds: 1 };

/** Nobody knows whether the transaction is in. */
const UNKNOWN: ReadonlySet<string> = new Set(['halted', 'undecided']);

const NO_ROOM: Outcome = { kind: 'busy', reason: 'storage-full', retryAfterSeconds: 60 };
const SQLITE_FULL = 13;
const HANDLE = /^[0-9a-f]{32}$/;

/** Disclosures that wait for the outcome of their transaction. */
interface Held {
  readonly name: string;
  readonly exp: number;
  readonly texts: readonly string[];
  readonly holdings: readonly NewHolding[];
  readonly isReadmitted: boolean;
}
type Prepared = { readonly outcome: Outcome } | { readonly jws: Uint8Array; readonly held: Held | undefined };

export interface SubmitterParts {
  readonly door: LedgerDoor;
  readonly texts: Texts;
  /** Without it, personal disclosures are refused. */
  readonly holdings?: Holdings | undefined;
  readonly catalogue: readonly ModuleDefinition[];
  readonly crypto: Crypto;
}

export class Submitter {
  readonly #door: LedgerDoor;
  readonly #texts: Texts;
  readonly #holdings: Holdings | undefined;
  readonly #crypto: Crypto;
  readonly #catalogue: readonly ModuleDefinition[];
  /** Whether any action has a text that must be disclosed: only then is a transaction without disclosures looked into here. */
  readonly #demanding: boolean;

  constructor({ door, texts, holdings, catalogue, crypto }: SubmitterParts) {
    this.#door = door;
    this.#texts = texts;
    this.#holdings = holdings;
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
      await this.#settle(prepared.held, outcome);
      return outcome;
    } catch (error) {
      this.#release(prepared.held);
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
      for (const [at, { n }] of sent.entries()) outcomes[n] = answers[at] as Outcome;
      await Promise.all(sent.map(({ held }, at) => (held === undefined ? undefined : this.#settle(held, answers[at] as Outcome))));
    } catch (error) {
      for (const { held } of sent) if (held !== undefined) this.#release(held);
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
    const takesPersonal = this.#holdings !== undefined;
    const checked = checkDisclosures(disclosed.body, disclosed.schema, disclosures, this.#crypto, { takesPersonal });
    if (!checked.ok) {
      const detail =
        checked.path === undefined ? checked.detail : `${checked.detail} (at ${checked.path === '' ? 'the body' : checked.path})`;
      return { outcome: { kind: 'malformed', code: checked.code, detail } };
    }
    const texts = checked.disclosures.filter((placed) => placed.kind === 'published').map((placed) => placed.text);
    const holdings = holdingsOf(checked.disclosures);
    // The action's schema says the same of the member that names the case; here it is read before that.
    if (holdings.some((holding) => !HANDLE.test(holding.case))) {
      return { outcome: { kind: 'malformed', code: 'disclosure-body', detail: 'A case is named by a handle.' } };
    }
    if (texts.length === 0 && holdings.length === 0) return { jws, held: undefined };
    return { jws, held: { name, exp: payload.exp, texts, holdings, isReadmitted: isReadmission(payload.action, payload.body) } };
  }

  /** Undefined when all is durable; otherwise nothing of it is held. */
  async #hold(held: Held): Promise<Outcome | undefined> {
    const { name: tx, exp, texts, holdings, isReadmitted } = held;
    const [ofTexts, ofVault] = await Promise.allSettled([
      texts.length === 0 ? undefined : this.#texts.putPending(tx, exp, texts),
      holdings.length === 0 ? undefined : this.#holdings!.putPending({ tx, exp, holdings, isReadmitted }),
    ]);
    if (ofTexts.status === 'fulfilled' && ofVault.status === 'fulfilled') return undefined;
    if (ofTexts.status === 'fulfilled' && texts.length > 0) this.#texts.drop(tx);
    if (ofVault.status === 'fulfilled' && holdings.length > 0) await this.#holdings!.drop(tx);
    return outcomeOf(ofVault.status === 'rejected' ? ofVault.reason : (ofTexts as PromiseRejectedResult).reason);
  }

  async #settle({ name, texts, holdings }: Held, outcome: Outcome): Promise<void> {
    const isAccepted = outcome.kind === 'accepted' || outcome.kind === 'repeated';
    const how = isAccepted ? 'activate' : outcome.kind === 'busy' && UNKNOWN.has(outcome.reason) ? 'release' : 'drop';
    if (texts.length > 0) this.#texts[how](name);
    if (holdings.length > 0) await this.#holdings![how](name);
  }

  #release({ name, texts, holdings }: Held): void {
    if (texts.length > 0) this.#texts.release(name);
    if (holdings.length > 0) this.#holdings!.release(name);
  }
}

/** An old transaction is handed in again, or that is proposed: it comes with the disclosures that it had. */
function isReadmission(action: string, { action: proposed }: JsonObject): boolean {
  return action === 'kernel.readmit' || (action === 'kernel.propose' && proposed === 'kernel.readmit');
}

/** What the vault holds: the personal disclosures, object by object. */
function holdingsOf(disclosures: readonly PlacedDisclosure[]): readonly NewHolding[] {
  const personal = disclosures.filter(({ kind }) => kind === 'personal');
  if (personal.length === 0) return [];
  return [...Map.groupBy(personal, ({ path }) => path)].map(([path, of]) => {
    return { path, case: of[0]!.case!, disclosures: of.map(({ text }) => text) };
  });
}

/** Why a submission's disclosures could not be kept. */
function outcomeOf(error: unknown): Outcome {
  if (error instanceof TextsBusy || error instanceof VaultBusy) return BUSY;
  if (error instanceof HoldingRefused) return { kind: 'malformed', code: error.code, detail: error.message };
  if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL) return NO_ROOM;
  throw error;
}
