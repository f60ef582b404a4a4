/**
 * A ledger as a client sees it: sign, submit, ask, verify. The same code runs in a browser and in Node; network, clock
 * and randomness can all be given. What it fetches is not believed: receipts and facts are verified against a policy that
 * the caller has from elsewhere (`policy`), never against one fetched from the same address in passing.
 */

import { parseCheckpoint, parseNote } from '@tabularium/log';
import {
  asciiText,
  discloseBody,
  type JsonObject,
  joinSubmission,
  makeUlid,
  type TransactionPayload,
  transactionName,
} from '@tabularium/protocol';
import {
  type FactDemand,
  type RefusedFact,
  type RefusedReceipt,
  type VerifiedFact,
  type VerifiedReceipt,
  verifyFact,
  verifyReceipt,
} from '@tabularium/verify';
import { randomBytes } from './es256-signer.ts';
import { nobleCrypto } from './noble-crypto.ts';
import { type CheckVerdict, type Outcome, readBatchLine, readCheck, readJson, readOutcome, UnexpectedAnswer } from './outcome.ts';
import { type Fetch, type HttpAnswer, type RetryOptions, sendWithRetry } from './send-with-retry.ts';
import { type Signer, signPayload } from './signer.ts';

export interface LedgerOptions {
  /** Address of a node, `https://ledger.town.example`. */
  readonly url: string;
  /** Origin of the ledger; without it, the one that the node's checkpoint names. */
  readonly origin?: string;
  /** tlog-policy text that receipts and facts are held against. */
  readonly policy?: string;
  readonly fetch?: Fetch;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  readonly random?: (length: number) => Uint8Array;
  readonly retry?: RetryOptions;
}

/** What is to be signed. */
export interface ActionRequest {
  /** `module.subject.verb`. */
  readonly action: string;
  /** The body. With `schema`, in clear: texts stand as plain members and become disclosures. */
  readonly body: JsonObject;
  /** Wire schema of the action's body, where it holds texts. */
  readonly schema?: Parameters<typeof discloseBody>[0];
  /** Disclosures of a body that is in its wire form already. */
  readonly disclosures?: readonly string[];
  /** Role used, `role@office`. */
  readonly as?: string;
  /** Mandate used. */
  readonly for?: string;
  /** State key → revision relied on; 0 for absent. */
  readonly on?: Readonly<Record<string, number>>;
  /** ULID; default: a new one. The same id with the same payload is never carried out twice. */
  readonly id?: string;
  /** NumericDate seconds; default: now + 10 minutes. */
  readonly exp?: number;
}

/** A signed transaction with its disclosures, ready to be sent any number of times. */
export interface SignedTransaction {
  readonly name: string;
  readonly id: string;
  readonly kid: string;
  /** NumericDate seconds. */
  readonly exp: number;
  /** Compact JWS. */
  readonly jws: string;
  readonly disclosures: readonly string[];
  /** `<JWS>~disclosure~…`, what goes over the wire. */
  readonly submission: string;
}

const LIFETIME_SECONDS = 600;
/** Most transactions of one batch. */
export const MAX_BATCH = 1_000;

export class Ledger {
  readonly #options: LedgerOptions;
  readonly #base: string;
  #origin: string | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, '');
    this.#origin = options.origin;
  }

  /** The ledger's origin: as given, or as the node's checkpoint names it. */
  async origin(): Promise<string> {
    this.#origin ??= originOf(await this.checkpoint());
    return this.#origin;
  }

  /** Signs; sends nothing. Throws RangeError where the request is not what a transaction may be. */
  async sign(request: ActionRequest, signer: Signer): Promise<SignedTransaction> {
    const { clock = Date.now, random = randomBytes } = this.#options;
    const filled = this.#filled(request);
    const id = request.id ?? makeUlid(clock(), random(10));
    const exp = request.exp ?? Math.floor(clock() / 1000) + LIFETIME_SECONDS;
    const payload: TransactionPayload = {
      ledger: await this.origin(),
      id,
      action: request.action,
      ...(request.as === undefined ? {} : { as: request.as }),
      ...(request.for === undefined ? {} : { for: request.for }),
      exp,
      ...(request.on === undefined ? {} : { on: request.on }),
      body: filled.body,
    };
    const bytes = await signPayload(payload, signer);
    const jws = asciiText(bytes);
    const name = transactionName(bytes.subarray(0, jws.lastIndexOf('.')), nobleCrypto);
    const { disclosures } = filled;
    return { name, id, kid: signer.kid, exp, jws, disclosures, submission: joinSubmission(jws, disclosures) };
  }

  /** Sends a signed transaction, again while that can help. Throws `LedgerUnreachable`, `UnexpectedAnswer`. */
  async submit(signed: Pick<SignedTransaction, 'submission'>): Promise<Outcome> {
    return readOutcome(
      await this.#send('/api/v1/transactions', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: signed.submission }),
    );
  }

  /** Signs and sends. */
  async act(request: ActionRequest, signer: Signer): Promise<Outcome & { readonly signed: SignedTransaction }> {
    const signed = await this.sign(request, signer);
    return { ...(await this.submit(signed)), signed };
  }

  /** Sends up to 1,000 transactions in one request; outcomes in the same order. They are decided one by one. */
  async submitBatch(batch: readonly Pick<SignedTransaction, 'jws' | 'disclosures'>[]): Promise<readonly Outcome[]> {
    if (batch.length > MAX_BATCH) throw new RangeError(`a batch has at most ${MAX_BATCH} transactions`);
    if (batch.length === 0) return [];
    const body = batch.map(({ jws, disclosures }) => `${JSON.stringify({ transaction: jws, disclosures })}\n`).join('');
    const answer = await this.#send('/api/v1/transactions/batch', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });
    if (answer.status !== 200) {
      const outcome = readOutcome(answer);
      return batch.map(() => outcome);
    }
    const outcomes = answer.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => readBatchLine(line, answer.headers));
    if (outcomes.length !== batch.length) throw new UnexpectedAnswer(200, `${outcomes.length} outcomes for ${batch.length} transactions`);
    return outcomes;
  }

  /** What would become of it now if the key with this thumbprint signed; without a signature, without effect. */
  async check(
    request: Omit<ActionRequest, 'id' | 'exp' | 'disclosures'>,
    signer: string,
    { changes }: { /** Whether to tell which records would read otherwise. */ readonly changes?: boolean } = {},
  ): Promise<CheckVerdict> {
    const { action, as, for: mandate, on } = request;
    const { body } = this.#filled(request);
    const content = JSON.stringify({ signer, action, as, for: mandate, on, body, changes });
    return readCheck(await this.#send('/api/v1/check', { method: 'POST', headers: { 'content-type': 'application/json' }, body: content }));
  }

  /** What is known of a transaction by name; nothing after a refusal's notice has lapsed, or for a stranger. */
  async transaction(name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#json(`/api/v1/transactions/${encodeURIComponent(name)}`);
  }

  /** The same by signer (thumbprint) and id (ULID). */
  async transactionById(signer: string, id: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#json(`/api/v1/transactions?signer=${encodeURIComponent(signer)}&id=${encodeURIComponent(id)}`);
  }

  /** Asks for a transaction's receipt, `.tlog-proof` text; nothing where it was not accepted. With `wait`, once a quorum has cosigned it. */
  async receipt(name: string, { wait }: { readonly wait?: 'quorum' } = {}): Promise<string | undefined> {
    return this.#text(`/api/v1/receipts/${encodeURIComponent(name)}${wait === undefined ? '' : `?wait=${wait}`}`);
  }

  /** The fact of a state key `module/collection/id`, as JSON text: the record and its proof, or the proof of its absence. */
  async fact(key: string): Promise<string | undefined> {
    return this.#text(`/api/v1/facts/${key.split('/').map(encodeURIComponent).join('/')}`);
  }

  /** A page of a module's list such as `treasury/payments`: its rows, and where the next page begins; undefined where there is no such list. */
  async list(
    name: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[]; readonly next?: string } | undefined> {
    const answer = await this.#json(`/api/v1/${name}?${new URLSearchParams(query)}`);
    if (answer === undefined) return undefined;
    if (!Array.isArray(answer.rows)) throw new UnexpectedAnswer(200, `${name} is not a list`);
    return answer as { rows: readonly Readonly<Record<string, unknown>>[]; next?: string };
  }

  /** A published text by its digest, as the API's JSON text. */
  async publishedText(digest: string): Promise<string | undefined> {
    return this.#text(`/api/v1/texts/${encodeURIComponent(digest)}`);
  }

  /** The signed checkpoint. */
  async checkpoint(): Promise<string> {
    return this.#known('/log/checkpoint');
  }

  /** The policy text that this node shows. To trust it, compare it with one from elsewhere. */
  async policy(): Promise<string> {
    return this.#known('/log/policy');
  }

  /** The node's log verifier key. */
  async vkey(): Promise<string> {
    return (await this.#known('/log/vkey')).trim();
  }

  /** The charter as JSON text. */
  async charter(): Promise<string> {
    return this.#known('/api/v1/charter');
  }

  /** Verifies a receipt offline against the policy given with the options. Never throws but for a missing policy. */
  verifyReceipt(receipt: string | Uint8Array): VerifiedReceipt | RefusedReceipt {
    return verifyReceipt(receipt, this.#trusted(), nobleCrypto, this.#seconds());
  }

  /** Verifies a fact offline against the policy given with the options. */
  verifyFact(bundle: string | Uint8Array, demand: Pick<FactDemand, 'maxAgeSeconds'> = {}): VerifiedFact | RefusedFact {
    return verifyFact(bundle, this.#trusted(), nobleCrypto, { ...demand, nowSeconds: this.#seconds() });
  }

  /** The body in its wire form. */
  #filled({ schema, body, disclosures = [] }: ActionRequest): { readonly body: JsonObject; readonly disclosures: readonly string[] } {
    const { random = randomBytes } = this.#options;
    return schema === undefined ? { body, disclosures } : discloseBody(schema, body, () => random(16), nobleCrypto);
  }

  #seconds(): number {
    return Math.floor((this.#options.clock ?? Date.now)() / 1000);
  }

  #trusted(): string {
    if (this.#options.policy === undefined) throw new RangeError('to verify, give the Ledger a policy that you have from elsewhere');
    return this.#options.policy;
  }

  async #send(path: string, init: RequestInit): Promise<HttpAnswer> {
    // Unbound, the browser's fetch refuses to be called as a method.
    const send: Fetch = this.#options.fetch ?? ((url, request) => fetch(url, request));
    return sendWithRetry(send, this.#base + path, init, this.#options.retry);
  }

  async #text(path: string): Promise<string | undefined> {
    const answer = await this.#send(path, { method: 'GET' });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw unexpected(path, answer);
    return answer.text;
  }

  async #known(path: string): Promise<string> {
    const content = await this.#text(path);
    if (content === undefined) throw new UnexpectedAnswer(404, `${this.#base} has no ${path}: is this the address of a ledger?`);
    return content;
  }

  async #json(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const answer = await this.#send(path, { method: 'GET' });
    if (answer.status === 404) return undefined;
    // 202: it is still being ordered, and says so.
    if (answer.status !== 200 && answer.status !== 202) throw unexpected(path, answer);
    return readJson(answer);
  }
}

function unexpected(path: string, { status, text }: HttpAnswer): UnexpectedAnswer {
  return new UnexpectedAnswer(status, `${path} answers ${status}: ${text.slice(0, 200)}`);
}

/** The origin that a signed checkpoint names. Throws `UnexpectedAnswer` when it is none. */
export function originOf(checkpoint: string): string {
  const note = parseNote(checkpoint);
  const read = note === undefined ? undefined : parseCheckpoint(note.text);
  if (read === undefined) throw new UnexpectedAnswer(200, 'what stands under /log/checkpoint is not a checkpoint');
  return read.origin;
}
