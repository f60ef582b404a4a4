/**
 * The feed for programs: everything that happened, in order, from a cursor on, as a CloudEvents batch (JSON batch format of CloudEvents
 * 1.0.2). A cursor is read off the ledger, so it never skips or repeats, whichever node answers; long polls wait for the next block.
 */
import { cursorText, type FeedCursor, type FeedPage, type FeedSource, newestCursor, parseCursor, readFeed, START } from '@tabularium/feed';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type TSchema, Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import type { LedgerDoor } from './ledger-door.ts';
import { ProblemError, problem } from './problem.ts';
import { FeedQuery, HappeningAnswer, ProblemAnswer } from './wire-schemas.ts';

export const CURSOR_HEADER = 'tabularium-cursor';
const BATCH_TYPE = 'application/cloudevents-batch+json';
const LIMIT_DEFAULT = 100;
/** Requests that wait for a block at the same time. */
const WAITING_MAX = 1_000;
const SOON = { 'retry-after': '1' };

interface Asked {
  readonly after?: string;
  readonly limit?: number;
  readonly wait?: number;
}

/** Adds the route. */
export function addFeedRoutes(app: FastifyInstance, { door, reads }: ApiParts): void {
  const source = feedSource(door);
  const waiting = new BlockWaiters(app, door);
  const batch = { description: 'In the order of the log.', content: { [BATCH_TYPE]: { schema: Type.Array(HappeningAnswer) } } };
  app.get(
    '/api/v1/feed',
    {
      schema: {
        tags: ['feed'],
        summary: 'Everything that happened, in order, from a cursor on',
        description: `Each element is a CloudEvent, and its \`id\` is the cursor after it. The header \`${CURSOR_HEADER}\` is the cursor after the whole answer, also where the list is empty; \`link\` has the next address.`,
        querystring: FeedQuery,
        response: { 200: batch as unknown as TSchema, 400: ProblemAnswer, 409: ProblemAnswer, 503: ProblemAnswer },
      },
      preHandler: reads.ledger,
    },
    async (request, reply) => {
      const { after = '0-0', limit = LIMIT_DEFAULT, wait = 0 } = request.query as Asked;
      const cursor = cursorOf(after, source);
      let page = pageAfter(cursor);
      if (page.happenings.length === 0 && page.isNewest && wait > 0) {
        await waiting.next(source.height(), wait, request);
        page = pageAfter(page.next);
      }
      return sendPage(reply, page, limit);

      function pageAfter(from: FeedCursor): FeedPage {
        const read = readFeed(source, from, limit);
        if (read === 'ahead' || read === 'unknown') {
          throw new ProblemError(problem('cursor-unknown', undefined, { height: source.height() }), read === 'ahead' ? SOON : {});
        }
        if (read === 'missing') throw reads.nothing();
        return read;
      }
    },
  );
}

function cursorOf(text: string, source: FeedSource): FeedCursor {
  if (text === 'newest') return newestCursor(source);
  return parseCursor(text) ?? START;
}

function sendPage(reply: FastifyReply, { happenings, next }: FeedPage, limit: number): FastifyReply {
  const cursor = cursorText(next);
  return reply
    .header(CURSOR_HEADER, cursor)
    .header('link', `</api/v1/feed?after=${cursor}&limit=${limit}>; rel="next"`)
    .header('cache-control', 'no-store')
    .header('content-type', BATCH_TYPE)
    .send(JSON.stringify(happenings));
}

function feedSource(door: LedgerDoor): FeedSource {
  return {
    origin: door.origin,
    height: () => door.head().height,
    block: (height) => door.block(height),
    events: (height) => door.events(height),
    missing: () => door.shared?.missing(),
  };
}

/** Requests that wait for the next block; all are let go when the server closes. */
class BlockWaiters {
  readonly #waiting = new Set<() => void>();
  readonly #door: LedgerDoor;
  #closed = false;

  constructor(app: FastifyInstance, door: LedgerDoor) {
    this.#door = door;
    const letGo = (): void => {
      for (const done of this.#waiting) done();
    };
    const silence = door.onBlock(letGo);
    app.addHook('preClose', async () => {
      this.#closed = true;
      silence();
      letGo();
    });
  }

  /** Resolves when there is a block above this height, after so long, or when nobody waits any more. */
  next(height: number, waitMs: number, request: FastifyRequest): Promise<void> {
    if (this.#closed || this.#waiting.size >= WAITING_MAX || this.#door.head().height > height) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        request.raw.off('close', done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.#waiting.add(done);
      request.raw.once('close', done);
    });
  }
}
