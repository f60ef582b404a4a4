/**
 * What all reads share: each says which height it shows (`tabularium-height`), and waits up to two seconds for the
 * height the caller has seen elsewhere (`tabularium-min-height`), then answers 503 (DESIGN §4, "Names of the wire").
 */
import type { Answer, Projections } from '@tabularium/projections';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LedgerDoor } from './ledger-door.ts';
import { fail, ProblemError, problem } from './problem.ts';

export const HEIGHT_HEADER = 'tabularium-height';
export const MIN_HEIGHT_HEADER = 'tabularium-min-height';
/** On whatever a node shows that takes nothing new any more: it may be old. */
const STOPPED_HEADER = 'tabularium-stopped';
const WAIT_MS = 2_000;
const RETRY = { 'retry-after': '1' };
const PAST_RETRY = { 'retry-after': '60' };
/** Requests that wait for a height at the same time. */
const WAITING_MAX = 1_000;

export class Reads {
  readonly #door: LedgerDoor;
  readonly #projections: Projections;
  readonly #waiting = new Set<{ readonly height: number; readonly reached: () => void }>();

  constructor(door: LedgerDoor, projections: Projections) {
    this.#door = door;
    this.#projections = projections;
    door.onBlock(({ height }) => {
      for (const waiter of this.#waiting) if (waiter.height <= height) waiter.reached();
    });
  }

  /** Handler hook for reads of the ledger itself. */
  readonly ledger = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const wanted = minHeight(request);
    if (wanted > this.#door.head().height && !(await this.#waitForBlock(wanted))) this.#notReached(wanted, this.#door.head().height);
    reply.header(HEIGHT_HEADER, this.#door.head().height);
    this.#mark(reply);
  };

  /** Handler hook for reads of the projections. */
  readonly projected = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const wanted = minHeight(request);
    this.#mark(reply);
    if (wanted > this.#projections.height && !(await this.#projections.waitFor(wanted, WAIT_MS))) {
      this.#notReached(wanted, this.#projections.height);
    }
  };

  /** The rows, with their height on the reply; throws the problem otherwise. */
  rows<T>(reply: FastifyReply, answer: Answer<T>): T {
    if (answer.ok) {
      reply.header(HEIGHT_HEADER, answer.height);
      return answer.value;
    }
    if (answer.kind === 'refused') throw new ProblemError(problem('query-invalid', answer.detail, { reason: answer.code }));
    fail('projection-unavailable', undefined, RETRY);
  }

  /** Nothing of the log is at an address; where old blocks are still on their way here, it may be among them. */
  nothing(): ProblemError {
    const isPast = this.#door.shared?.missing() !== undefined;
    return isPast ? new ProblemError(problem('past-not-here-yet'), PAST_RETRY) : new ProblemError(problem('not-found'));
  }

  /** A node that has stopped still shows the last it came to. */
  #mark(reply: FastifyReply): void {
    if (this.#door.status().halted !== undefined) reply.header(STOPPED_HEADER, '1');
  }

  #notReached(wanted: number, height: number): never {
    throw new ProblemError(problem('height-not-reached', `Height ${wanted} was asked for; this node has ${height}.`, { height }), RETRY);
  }

  #waitForBlock(height: number): Promise<boolean> {
    if (this.#waiting.size >= WAITING_MAX) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (reached: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
        resolve(reached);
      };
      const waiter = { height, reached: () => done(true) };
      const timer = setTimeout(() => done(false), WAIT_MS);
      this.#waiting.add(waiter);
    });
  }
}

function minHeight(request: FastifyRequest): number {
  const text = request.headers[MIN_HEIGHT_HEADER];
  if (text === undefined) return 0;
  if (typeof text !== 'string' || !/^[0-9]{1,15}$/.test(text)) fail('request-malformed', `${MIN_HEIGHT_HEADER} is an integer`);
  return Number(text);
}
