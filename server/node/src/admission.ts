/**
 * The main thread's side of admission: hands batches to the admission threads and reads admitted payloads once more, the quick way.
 *
 * A thread never dies in good order but by `close`. If one does, whatever it was checking is unanswered and what it would have said of
 * the next submission is unknown: nothing is admitted any more, and the node stops accepting until it is started anew.
 */
import { Worker } from 'node:worker_threads';
import type { Admission, Admit } from '@tabularium/engine-port';
import { kernelRefusal } from '@tabularium/kernel';
import { type Crypto, type ReadAids, readPayload, type Transaction } from '@tabularium/protocol';
import { type FromAdmission, NAME_LENGTH, packBatch, type ToAdmission } from './admission-messages.ts';
import type { TableKey } from './key-table.ts';

export interface AdmissionOptions {
  readonly crypto: Crypto;
  /** Threads; one is enough for two cores. */
  readonly threads: number;
  /** A thread died; nothing is admitted from here on. Called once. */
  readonly onDeath: (error: Error) => void;
  /** Another entry point of the threads, for tests. */
  readonly worker?: URL;
}

export interface AdmissionThreads {
  readonly admit: Admit;
  /** Keys that are new or changed; in force for every batch handed over after this call. */
  learn(keys: readonly TableKey[]): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly batch: readonly Uint8Array[];
  readonly resolve: (admissions: readonly Admission[]) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
  /** Submissions handed over and not answered. */
  load: number;
}

/** What a thread makes is short-lived: a small nursery keeps a village's node small (DESIGN §5). */
const YOUNG_GENERATION_MB = 8;

/** The payload's text, from Node's own decoder: a third of the cost of core's portable one. */
const decodeText: NonNullable<ReadAids['decodeText']> = (bytes, start, end) =>
  Buffer.from(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'), 'base64url').toString('utf8');

export function openAdmission(options: AdmissionOptions): AdmissionThreads {
  return new Threads(options);
}

class Threads implements AdmissionThreads {
  readonly #crypto: Crypto;
  readonly #onDeath: (error: Error) => void;
  readonly #threads: Thread[] = [];
  #tickets = 0;
  #dead: Error | undefined;
  #closing = false;

  constructor({ crypto, threads, onDeath, worker = new URL('./admission-worker.ts', import.meta.url) }: AdmissionOptions) {
    if (!Number.isInteger(threads) || threads < 1 || threads > 64) throw new RangeError(`${threads} admission threads`);
    this.#crypto = crypto;
    this.#onDeath = onDeath;
    for (let n = 0; n < threads; n++) this.#threads.push(this.#start(worker));
  }

  readonly admit: Admit = (batch) => {
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    if (this.#closing) return Promise.reject(new Error('admission is closed'));
    const thread = this.#threads.reduce((least, one) => (one.load < least.load ? one : least));
    const ticket = this.#tickets++;
    const { bytes, ends } = packBatch(batch);
    return new Promise((resolve, reject) => {
      thread.waiting.set(ticket, { batch, resolve, reject });
      thread.load += batch.length;
      this.#say(thread, { kind: 'admit', ticket, bytes, ends }, [bytes.buffer, ends.buffer]);
    });
  };

  learn(keys: readonly TableKey[]): void {
    if (keys.length === 0) return;
    for (const thread of this.#threads) this.#say(thread, { kind: 'keys', keys });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(url: URL): Thread {
    const worker = new Worker(url, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } });
    const thread: Thread = { worker, waiting: new Map(), load: 0 };
    worker.on('message', (answer: FromAdmission) => this.#hear(thread, answer));
    worker.on('error', (error) => this.#died(error instanceof Error ? error : new Error(String(error))));
    worker.on('messageerror', (error) => this.#died(error));
    worker.on('exit', (code) => this.#died(new Error(`an admission thread ended with code ${code}`)));
    return thread;
  }

  #say({ worker }: Thread, message: ToAdmission, transfer: ArrayBuffer[] = []): void {
    worker.postMessage(message, transfer);
  }

  #hear(thread: Thread, { ticket, names, faults }: FromAdmission): void {
    const waiting = thread.waiting.get(ticket);
    if (waiting === undefined) {
      this.#died(new Error(`an admission thread answered ${ticket}, which nobody asked`));
      return;
    }
    thread.waiting.delete(ticket);
    const { batch, resolve, reject } = waiting;
    thread.load -= batch.length;
    try {
      const faulty = new Map(faults.map((fault) => [fault.at, fault]));
      resolve(
        batch.map((bytes, at): Admission => {
          const fault = faulty.get(at);
          if (fault !== undefined && 'code' in fault) return { ok: false, kind: 'malformed', code: fault.code, detail: fault.detail };
          const transaction = this.#read(bytes, names.slice(at * NAME_LENGTH, (at + 1) * NAME_LENGTH));
          if (fault === undefined) return { ok: true, transaction };
          return { ok: false, kind: 'refused', transaction, refusal: kernelRefusal(fault.refused, 'identity') };
        }),
      );
    } catch (error) {
      reject(error as Error);
    }
  }

  #read(bytes: Uint8Array, name: string): Transaction {
    return readPayload(bytes, this.#crypto, { name, decodeText });
  }

  #died(error: Error): void {
    if (this.#closing || this.#dead !== undefined) return;
    this.#dead = new Error(`admission has stopped: ${error.message}`, { cause: error });
    for (const { waiting } of this.#threads) {
      for (const { reject } of waiting.values()) reject(this.#dead);
      waiting.clear();
    }
    this.#onDeath(this.#dead);
  }
}
