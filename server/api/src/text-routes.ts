/** Published texts by their digests: one with its disclosure, which proves it, or many at once for lists that show words in place of digests. */
import { DIGEST_PATTERN, parseDisclosure } from '@tabularium/protocol';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import { fail, PROBLEM_TYPE, problem } from './problem.ts';
import { Name, ProblemAnswer, TextAnswer, TextsAnswer } from './wire-schemas.ts';

const SOON = { 'retry-after': '2' };
/** A page of a list has at most so many rows that one question serves it. */
const DIGESTS_MAX = 100;

/** Adds the routes. */
export function addTextRoutes(app: FastifyInstance, parts: ApiParts): void {
  addOne(app, parts);
  addMany(app, parts);
}

function addOne(app: FastifyInstance, { door, texts, reads, crypto }: ApiParts): void {
  app.get(
    '/api/v1/texts/:digest',
    {
      schema: {
        tags: ['proofs'],
        summary: 'A published text by its digest',
        description: 'Where several nodes run the ledger, a text may come here some seconds after its entry: 503 until that is past.',
        params: Type.Object({ digest: Type.String({ pattern: DIGEST_PATTERN }) }),
        response: { 200: TextAnswer, 400: ProblemAnswer, 404: ProblemAnswer, 410: ProblemAnswer, 503: ProblemAnswer },
      },
      preHandler: reads.ledger,
    },
    async (request, reply) => {
      const { digest } = request.params as { readonly digest: string };
      const found = texts.get(digest);
      if (found === undefined && door.shared?.awaitsText(digest) === true) fail('text-not-here-yet', undefined, SOON);
      if (found === undefined) fail('not-found');
      if (found.kind === 'withdrawn') {
        const { time, ground, case: of } = found;
        const withdrawn = problem('text-withdrawn', undefined, { digest, withdrawn: { time, ground, case: of } });
        return reply.code(410).header('content-type', PROBLEM_TYPE).send(JSON.stringify(withdrawn));
      }
      const parsed = parseDisclosure(found.disclosure, crypto);
      if (!parsed.ok) throw new Error('a stored text is no disclosure');
      return { digest, disclosure: found.disclosure, name: parsed.name, value: parsed.value };
    },
  );
}

function addMany(app: FastifyInstance, { texts, reads, crypto }: ApiParts): void {
  const digests = Type.Array(Name, { minItems: 1, maxItems: DIGESTS_MAX, description: 'Given once for each text.' });
  app.get(
    '/api/v1/texts',
    {
      schema: {
        tags: ['proofs'],
        summary: 'Published texts by their digests',
        description: 'What has no text is left out: it is a decoy, or its text has not arrived here yet.',
        querystring: Type.Object({ digest: digests }, { additionalProperties: false }),
        response: { 200: TextsAnswer, 400: ProblemAnswer, 503: ProblemAnswer },
      },
      preHandler: reads.ledger,
    },
    async (request) => {
      const { digest: asked } = request.query as { readonly digest: readonly string[] };
      const rows = [...new Set(asked)].flatMap((digest): object[] => {
        const found = texts.get(digest);
        if (found === undefined) return [];
        if (found.kind === 'withdrawn') return [{ digest, withdrawn: { time: found.time, ground: found.ground, case: found.case } }];
        const parsed = parseDisclosure(found.disclosure, crypto);
        return parsed.ok ? [{ digest, name: parsed.name, value: parsed.value }] : [];
      });
      return { rows };
    },
  );
}
