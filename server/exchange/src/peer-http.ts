/** Questions to one peer over kept connections, each with a time to be answered in and a bound to the answer. */
import { request } from 'node:https';
import { ExchangeError } from './exchange-error.ts';
import { PinnedAgent } from './pinned-agent.ts';
import type { TlsIdentity } from './tls-identity.ts';
import { Turns } from './turns.ts';

export interface PeerHttpOptions {
  readonly identity: TlsIdentity;
  /** Who it is, for messages. */
  readonly name: string;
  readonly url: string;
  /** Whether this is the pin of the peer's key. */
  readonly isRight: (pin: string) => boolean;
  readonly timeoutMs: number;
}

export interface Question {
  readonly method: 'GET' | 'POST';
  /** Below `/exchange`. */
  readonly path: string;
  readonly type?: string;
  readonly body?: string;
  /** Bytes of the answer. */
  readonly max: number;
}

interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** A peer takes 32 connections of ours, and somebody else in this process may ask it too. */
const AT_ONCE = 8;
/** Somebody waits for checkpoints: they do not stand behind tiles. */
const CHECKPOINTS_AT_ONCE = 1;
const PROBLEM_BYTES_MAX = 4 * 1024;

export class PeerHttp {
  readonly #options: PeerHttpOptions;
  readonly #agent: PinnedAgent;
  readonly #turns = new Turns(AT_ONCE);
  readonly #checkpointTurns = new Turns(CHECKPOINTS_AT_ONCE);
  readonly #underWay = new Set<AbortController>();
  #closed: ExchangeError | undefined;

  /** Throws TypeError when the address is none. */
  constructor(options: PeerHttpOptions) {
    const { hostname, port } = new URL(options.url);
    this.#options = options;
    this.#agent = new PinnedAgent({
      identity: options.identity,
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? 443 : Number(port),
      isRight: options.isRight,
    });
  }

  /** The body of a 200. Throws `ExchangeError` for anything else. */
  async ask(question: Question): Promise<Uint8Array> {
    const turns = question.method === 'POST' && question.path === '/checkpoint' ? this.#checkpointTurns : this.#turns;
    const { status, body } = await turns.take(() => this.#inTime(question));
    if (status === 200) return body;
    const problem = problemOf(body) ?? String(status);
    throw new ExchangeError('refused', `${this.#options.name} refuses: ${problem}`, problem);
  }

  close(): void {
    this.#closed = new ExchangeError('closed', 'this client was closed');
    for (const turns of [this.#turns, this.#checkpointTurns]) turns.refuseWaiting(this.#closed);
    for (const stop of this.#underWay) stop.abort(this.#closed);
    this.#agent.destroy();
  }

  async #inTime(question: Question): Promise<HttpAnswer> {
    if (this.#closed !== undefined) throw this.#closed;
    const { name, timeoutMs } = this.#options;
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(new ExchangeError('timeout', `${name} does not answer in time`)), timeoutMs);
    this.#underWay.add(stop);
    try {
      return await this.#send(question, stop.signal);
    } catch (error) {
      if (stop.signal.aborted) throw stop.signal.reason;
      throw error instanceof ExchangeError ? error : new ExchangeError('unreachable', `${name}: ${(error as Error).message}`);
    } finally {
      clearTimeout(late);
      this.#underWay.delete(stop);
    }
  }

  /** Once more where a kept connection turns out to have been given up by the peer: no question does harm when it is asked twice. */
  async #send(question: Question, signal: AbortSignal): Promise<HttpAnswer> {
    const kept = { used: false };
    try {
      return await this.#sendOnce(question, signal, kept);
    } catch (error) {
      if (!kept.used || signal.aborted || error instanceof ExchangeError) throw error;
      return this.#sendOnce(question, signal, kept);
    }
  }

  #sendOnce({ method, path, type, body, max }: Question, signal: AbortSignal, kept: { used: boolean }): Promise<HttpAnswer> {
    const { name, url } = this.#options;
    const headers = { ...(type && { 'content-type': type }), ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) };
    return new Promise((resolve, reject) => {
      // A request that still has no connection takes no notice of the signal by itself.
      signal.addEventListener('abort', reject);
      const asked = request(new URL(`/exchange${path}`, url), { agent: this.#agent, method, headers, signal });
      asked.on('error', (error) => {
        kept.used = asked.reusedSocket;
        reject(error);
      });
      asked.on('response', (response) => {
        const most = response.statusCode === 200 ? max : PROBLEM_BYTES_MAX;
        const parts: Buffer[] = [];
        let length = 0;
        response.on('data', (part: Buffer) => {
          length += part.length;
          if (length > most) response.destroy(new ExchangeError('answer-too-large', `${name} answers more than ${most} bytes`));
          else parts.push(part);
        });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(parts) }));
      });
      asked.end(body);
    });
  }
}

function problemOf(body: Uint8Array): string | undefined {
  try {
    const { code } = JSON.parse(Buffer.from(body).toString('utf8')) as { readonly code?: unknown };
    // It is told on a terminal and in logs.
    return typeof code === 'string' && /^[a-z][a-z-]{0,63}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
