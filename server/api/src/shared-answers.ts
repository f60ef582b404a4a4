/**
 * What many read at once is put together once: when a block comes, every open page reads the same few answers again. Kept for as long as the
 * lists have the same height, and a second at most, for texts and titles may come without a block. Only for answers that are everybody's.
 */
import type { Projections } from '@tabularium/projections';
import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';

/** Answers at a time, and characters of one. */
const ANSWERS_MAX = 200;
const LENGTH_MAX = 256 * 1024;
const AGE_MS = 1_000;
/** All that such an answer's headers say of itself. */
const HEADERS = ['content-type', 'content-language', 'vary', 'tabularium-height'] as const;

interface Kept {
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `performance.now()`. */
  readonly at: number;
}

export class SharedAnswers {
  readonly #projections: Pick<Projections, 'height'>;
  #height = -1;
  readonly #kept = new Map<string, Kept>();
  /** Height of the lists when a request came. */
  readonly #begun = new WeakMap<FastifyRequest, number>();

  constructor(projections: Pick<Projections, 'height'>) {
    this.#projections = projections;
  }

  /** Of a GET route, after what checks the request. */
  readonly route = (check: (request: FastifyRequest, reply: FastifyReply) => Promise<void>) =>
    ({ preHandler: [check, this.#find], onSend: this.#keep }) satisfies RouteShorthandOptions;

  readonly #find = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (this.#height !== this.#projections.height) {
      this.#height = this.#projections.height;
      this.#kept.clear();
    }
    this.#begun.set(request, this.#height);
    const kept = this.#kept.get(keyOf(request));
    return kept === undefined || performance.now() - kept.at > AGE_MS ? undefined : reply.headers(kept.headers).send(kept.payload);
  };

  readonly #keep = async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> => {
    if (reply.statusCode !== 200 || typeof payload !== 'string' || payload.length > LENGTH_MAX) return;
    // What was read before a block is not kept for after it.
    if (this.#begun.get(request) !== this.#projections.height) return;
    const key = keyOf(request);
    const now = performance.now();
    const before = this.#kept.get(key);
    if (before !== undefined && now - before.at <= AGE_MS) return;
    this.#kept.delete(key);
    if (this.#kept.size === ANSWERS_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    const headers = HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)] as const];
    });
    this.#kept.set(key, { payload, headers: Object.fromEntries(headers), at: now });
  };
}

function keyOf({ url, headers }: FastifyRequest): string {
  return `${headers['accept-language'] ?? ''}\n${url}`;
}
