/**
 * The log as C2SP tlog-tiles has it, for any client of that specification: `/log/checkpoint`, `/log/tile/…`,
 * `/log/tile/entries/…`, and beside it the verifier key and the tlog-policy text. Tiles never change, so they may be
 * kept for ever; the checkpoint is asked for anew each time.
 */
import { parseTilePath } from '@tabularium/log';
import type { FastifyInstance } from 'fastify';
import type { ApiParts } from './api-parts.ts';
import { fail, ProblemError, problem } from './problem.ts';
import { ProblemAnswer } from './wire-schemas.ts';

const TEXT = 'text/plain; charset=utf-8';
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Adds the routes. */
export function addLogRoutes(app: FastifyInstance, { door, reads }: ApiParts): void {
  const texts: readonly [path: string, summary: string, read: () => string][] = [
    ['/log/checkpoint', 'The newest signed checkpoint (C2SP tlog-checkpoint)', () => door.checkpoint()],
    ['/log/vkey', 'This node’s log verifier key (C2SP signed-note)', () => `${door.vkey}\n`],
    ['/log/policy', 'Which keys to believe (C2SP tlog-policy)', () => door.policy()],
  ];
  for (const [path, summary, read] of texts) {
    app.get(
      path,
      {
        schema: { tags: ['log'], summary, produces: ['text/plain'], response: { 200: { type: 'string', description: summary } } },
        preHandler: reads.ledger,
      },
      async (_request, reply) => reply.header('content-type', TEXT).header('cache-control', 'no-cache').send(read()),
    );
  }
  app.get(
    '/log/tile/*',
    {
      schema: {
        tags: ['log'],
        summary: 'A hash tile or an entry bundle, full or partial (C2SP tlog-tiles)',
        description: '`/log/tile/<L>/<N>[.p/<W>]` and `/log/tile/entries/<N>[.p/<W>]`.',
        produces: ['application/octet-stream'],
        response: { 200: { type: 'string', format: 'binary', description: 'Tile' }, 404: ProblemAnswer, 503: ProblemAnswer },
      },
    },
    async (request, reply) => {
      const name = parseTilePath(`tile/${(request.params as { readonly '*': string })['*']}`);
      if (name === undefined) fail('not-found');
      const { level, index, width } = name;
      const bytes = level === 'entries' ? door.entries(index, width) : door.tile(level, index, width);
      if (bytes === undefined) throw level === 'entries' ? reads.nothing() : new ProblemError(problem('not-found'));
      return reply
        .header('content-type', 'application/octet-stream')
        .header('cache-control', IMMUTABLE)
        .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
  );
}
