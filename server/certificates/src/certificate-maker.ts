/**
 * Makes certificates on a thread of its own, which begins with the first that is asked for and ends when none was for a while: drawing one takes
 * a tenth of a second, in which the ledger would decide nothing, and fonts and writer take memory that a village's node has better use for.
 */
import { Worker } from 'node:worker_threads';
import type { Story } from '@tabularium/pages';
import type { RefusedPresentation, RefusedReceipt } from '@tabularium/verify';
import type { Language } from './certificate-words.ts';

export interface CertificateParts {
  /** Told in the paper's language. */
  readonly story: Story;
  /** Words of that language for roles and offices, by their codes, where they are not the codes themselves. */
  readonly codes: Readonly<Record<string, string>>;
  /** `.tlog-proof` text. */
  readonly receipt: string;
  readonly policy: string;
  readonly office: string;
  /** IANA name of the zone of the office's clocks. */
  readonly zone: string;
  /** Where the office's pages are, without a slash at its end. */
  readonly base: string;
  readonly language: Language;
  /** Of a record about a person: its fields, which stand on the paper and in the file within, so that the paper is its holder's file. */
  readonly record?: CertifiedRecord;
}

export interface CertifiedRecord {
  /** What the record is, in the paper's language: `Birth`. */
  readonly title: string;
  /** Every field that its holder may show, in the order of the paper; what it is called, in the paper's language. */
  readonly fields: readonly { readonly label: string; readonly disclosure: string }[];
}

/** The paper, or why the receipt does not become one: the policy does not accept it, or the fields are not those of the entry. */
export type Certificate = { readonly ok: true; readonly pdf: Uint8Array } | RefusedReceipt | RefusedPresentation;

/** What the thread answers, in the order in which it was asked. */
export type Answer = { readonly certificate: Certificate } | { readonly failed: string };

/** Papers that may wait to be drawn; more would wait longer than a reader does. */
const WAITING_MAX = 20;
const IDLE_MS = 60_000;

export class CertificateMaker {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #waiting: { readonly done: (certificate: Certificate) => void; readonly failed: (error: Error) => void }[] = [];

  /** Undefined where too many wait already. Rejects where the thread fails. */
  make(parts: CertificateParts): Promise<Certificate> | undefined {
    if (this.#waiting.length >= WAITING_MAX) return undefined;
    clearTimeout(this.#idle);
    this.#worker ??= this.#begin();
    return new Promise((done, failed) => {
      this.#waiting.push({ done, failed });
      this.#worker?.postMessage(parts);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#fail(new Error('the node is stopping'));
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./certificate-worker.ts', import.meta.url));
    worker.on('message', (answer: Answer) => {
      const asked = this.#waiting.shift();
      if ('failed' in answer) asked?.failed(new Error(answer.failed));
      else asked?.done(answer.certificate);
      if (this.#waiting.length === 0) this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    });
    worker.on('error', (error) => {
      this.#worker = undefined;
      this.#fail(error as Error);
    });
    return worker;
  }

  #fail(error: Error): void {
    const failed = this.#waiting;
    this.#waiting = [];
    for (const one of failed) one.failed(error);
  }
}
