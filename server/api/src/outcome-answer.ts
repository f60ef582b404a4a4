/**
 * From an outcome to what goes over the wire, for a single transaction and for a line of a batch alike.
 *
 * This is the hot path: the accepted answer is put together as text from parts that need no escaping (a name is
 * base64url, the rest are integers), and of the receipt only the checkpoint goes through JSON.stringify, once for all of its block. The
 * text is ASCII throughout: V8 holds it in a byte a character, and the socket takes it as it is.
 */
import type { Outcome, Placed } from '@tabularium/engine-port';
import { DISCLOSURE_CODES, MALFORMED_CODES } from '@tabularium/protocol';
import { HOLDING_REFUSALS } from '@tabularium/vault';
import type { LedgerDoor } from './ledger-door.ts';
import { type Problem, problem } from './problem.ts';
import type { RefusalKeeper } from './refusal-keeper.ts';

export interface WireAnswer {
  readonly status: number;
  /** JSON text, an object. */
  readonly body: string;
  /** Name of the transaction, where it has a place. */
  readonly name?: string;
  readonly retryAfterSeconds?: number;
}

export class OutcomeAnswers {
  readonly #door: LedgerDoor;
  readonly #refusals: RefusalKeeper;
  /** The last checkpoint, as it stands within a JSON string. */
  #checkpoint = { text: '', escaped: '' };

  constructor(door: LedgerDoor, refusals: RefusalKeeper) {
    this.#door = door;
    this.#refusals = refusals;
  }

  answer(outcome: Outcome, withReceipt = true): WireAnswer {
    switch (outcome.kind) {
      case 'accepted':
        return { status: 201, body: this.placed(outcome, withReceipt), name: outcome.name };
      case 'repeated':
        return { status: 200, body: this.placed(outcome, withReceipt), name: outcome.name };
      case 'refused':
        return problemAnswer(this.#refusals.answer(outcome));
      case 'malformed':
        return problemAnswer(malformedProblem(outcome.code, outcome.detail));
      case 'busy':
        return { ...problemAnswer(problem(outcome.reason)), retryAfterSeconds: outcome.retryAfterSeconds };
    }
  }

  /** `{name, index, height, time, proof?, receipt}`. */
  placed({ name, index, height, time }: Placed, withReceipt = true): string {
    const head = `{"name":"${name}","index":${index},"height":${height},"time":${time}${this.#proof(index)}`;
    if (!withReceipt) return `${head}}`;
    const receipt = this.#door.receiptParts(index);
    if (receipt === undefined) return `${head}}`;
    return `${head},"receipt":"${receipt.proof.join('\\n')}\\n\\n${this.#escaped(receipt.checkpoint)}"}`;
  }

  #proof(index: number): string {
    const { shared } = this.#door;
    if (shared === undefined) return '';
    return index < shared.agreed() ? ',"proof":"quorum"' : ',"proof":"node"';
  }

  #escaped(checkpoint: string): string {
    if (checkpoint !== this.#checkpoint.text) {
      const ascii = JSON.stringify(checkpoint).replace(
        /[\u0080-\uffff]/g,
        (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      this.#checkpoint = { text: checkpoint, escaped: ascii.slice(1, -1) };
    }
    return this.#checkpoint.escaped;
  }
}

/** Admission's own code beside the protocol's: the body does not fit its action's schema. */
const BODY_INVALID = 'The content does not have the form this action needs.';

export function problemAnswer(answered: Problem): WireAnswer {
  return { status: answered.status, body: JSON.stringify(answered) };
}

export function malformedProblem(code: string, detail: string): Problem {
  if (code === 'body-invalid') return { type: `urn:tabularium:malformed:${code}`, title: BODY_INVALID, status: 400, code, detail };
  const titles: Readonly<Record<string, string>> = { ...MALFORMED_CODES, ...DISCLOSURE_CODES, ...HOLDING_REFUSALS };
  const title = titles[code] ?? 'This is not a transaction.';
  return { type: `urn:tabularium:malformed:${code}`, title, status: 400, code, ...(detail === title ? {} : { detail }) };
}
