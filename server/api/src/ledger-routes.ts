/** Reads of the ledger itself: blocks, receipts, facts and the charter (issue 3 §4). */
import { formatFact, parseSeal } from '@tabularium/log';
import { DIGEST_PATTERN, transactionName } from '@tabularium/protocol';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import { fail, ProblemError, problem } from './problem.ts';
import { BlockAnswer, Name, PageQuery, ProblemAnswer } from './wire-schemas.ts';

export const PROOF_TYPE = 'text/plain; charset=utf-8';
export const FACT_TYPE = 'application/vnd.tabularium.fact+json';
const KEY_WORD = Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' });
const SYSTEM_LEAF = 0x7b;
const SOON = { 'retry-after': '2' };
const text = (description: string) => ({ type: 'string', description });

/** Adds the routes. */
export function addLedgerRoutes(app: FastifyInstance, parts: ApiParts): void {
  addBlocks(app, parts);
  addProofs(app, parts);
  app.get(
    '/api/v1/charter',
    {
      schema: {
        tags: ['ledger'],
        summary: 'The charter: genesis and standing rules, as in leaf 0',
        response: { 200: { type: 'object', description: 'Canonical JSON.' } },
      },
      preHandler: parts.reads.ledger,
    },
    async (_request, reply) => reply.header('content-type', 'application/json; charset=utf-8').send(parts.door.charter),
  );
}

function addBlocks(app: FastifyInstance, { door, reads, crypto }: ApiParts): void {
  app.get(
    '/api/v1/blocks',
    {
      schema: {
        tags: ['ledger'],
        summary: 'Blocks, newest first',
        querystring: PageQuery,
        response: {
          200: Type.Object({ rows: Type.Array(BlockAnswer), next: Type.Optional(Type.Integer()) }),
          400: ProblemAnswer,
          503: ProblemAnswer,
        },
      },
      preHandler: reads.ledger,
    },
    async (request) => {
      const { before, limit = 50 } = request.query as { readonly before?: number; readonly limit?: number };
      const rows = [];
      const top = Math.min(before ?? Number.MAX_SAFE_INTEGER, door.head().height + 1) - 1;
      for (let height = top; height > Math.max(top - limit, 0); height--) {
        const block = door.block(height);
        if (block === undefined) break;
        rows.push({ height, time: block.time, first: block.first, count: block.count - 1 });
      }
      if (rows.length === 0 && top > 0) throw reads.nothing();
      const last = rows.at(-1);
      return last !== undefined && last.height > 1 ? { rows, next: last.height } : { rows };
    },
  );
  app.get(
    '/api/v1/blocks/:height',
    {
      schema: {
        tags: ['ledger'],
        summary: 'One block: its seal and the names of its entries',
        params: Type.Object({ height: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
        response: {
          200: Type.Object({
            ...BlockAnswer.properties,
            seal: Type.Object({}, { description: 'The seal as it stands in the log.' }),
            entries: Type.Array(Type.Object({ index: Type.Integer(), name: Type.Union([Name, Type.Null()]) }), {
              description: '`name` is null for a system leaf.',
            }),
          }),
          400: ProblemAnswer,
          404: ProblemAnswer,
          503: ProblemAnswer,
        },
      },
      preHandler: reads.ledger,
    },
    async (request) => {
      const { height } = request.params as { readonly height: number };
      const block = door.block(height);
      if (block === undefined) throw height > door.head().height ? new ProblemError(problem('not-found')) : reads.nothing();
      const { first, count, time } = block;
      const leaves = door.leaves(first, first + count);
      const entries = leaves.slice(0, -1).map((leaf, n) => ({
        index: first + n,
        name: leaf[0] === SYSTEM_LEAF ? null : transactionName(leaf.subarray(0, leaf.lastIndexOf(0x2e)), crypto),
      }));
      return { height, time, first, count: count - 1, seal: parseSeal(leaves.at(-1) as Uint8Array), entries };
    },
  );
}

function addProofs(app: FastifyInstance, { door, reads }: ApiParts): void {
  app.get(
    '/api/v1/receipts/:name',
    {
      schema: {
        tags: ['proofs'],
        summary: 'The receipt of an accepted transaction, by name or log index',
        description:
          'A C2SP tlog-proof file whose extra data carry the entry and its signer’s key. It is verified offline with /log/policy.',
        params: Type.Object({ name: Type.String({ pattern: `(${DIGEST_PATTERN})|^[0-9]{1,15}$` }) }),
        querystring: Type.Object({
          wait: Type.Optional(
            Type.Literal('quorum', { description: 'Wait some seconds until as many nodes have cosigned it as the policy counts.' }),
          ),
        }),
        produces: [PROOF_TYPE],
        response: { 200: text('tlog-proof text'), 400: ProblemAnswer, 404: ProblemAnswer, 503: ProblemAnswer },
      },
      preHandler: reads.ledger,
    },
    async (request, reply) => {
      const { name } = request.params as { readonly name: string };
      const { wait } = request.query as { readonly wait?: 'quorum' };
      const index = /^[0-9]{1,15}$/.test(name) ? Number(name) : door.placed(name)?.index;
      if (wait !== undefined && index !== undefined) await door.shared?.covers(index + 1);
      const receipt = index === undefined ? undefined : door.receipt(index);
      if (receipt === undefined) throw reads.nothing();
      return reply.header('content-type', PROOF_TYPE).header('content-disposition', `inline; filename="${name}.tlog-proof"`).send(receipt);
    },
  );
  app.get(
    '/api/v1/facts/:module/:collection/:id',
    {
      schema: {
        tags: ['proofs'],
        summary: 'What a record is now, or that there is none, with its proof',
        description: 'A fact bundle: value or absence, ICS-23 proof, seal, and the seal’s tlog-proof.',
        params: Type.Object({
          module: KEY_WORD,
          collection: KEY_WORD,
          id: Type.String({ pattern: '^[A-Za-z0-9._:@~-]{1,128}$' }),
        }),
        produces: [FACT_TYPE],
        response: {
          200: { type: 'object', description: 'Fact bundle; `value` is null where nothing stands.' },
          400: ProblemAnswer,
          503: ProblemAnswer,
        },
      },
      preHandler: reads.ledger,
    },
    async (request, reply) => {
      const { module, collection, id } = request.params as Record<'module' | 'collection' | 'id', string>;
      const asked = door.fact(`${module}/${collection}/${id}`);
      const fact = await Promise.resolve(asked).catch((error: unknown) => {
        request.log.warn({ err: error }, 'no fact in time');
        fail('not-signed-yet', undefined, SOON);
      });
      if (fact === undefined) fail('query-invalid', 'This is no state key.');
      return reply.header('content-type', FACT_TYPE).send(formatFact(fact));
    },
  );
}
