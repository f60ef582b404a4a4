/**
 * Transactions over HTTP: submit one or a batch, ask what would be decided, ask what became of one (issue 3 §4).
 *
 * 201 accepted · 200 repeated · 202 when ordering outlasts the wait · 400 malformed · 401 key unknown · 403, 409, 422
 * refused, with rule, basis and signed notice · 413 · 429 · 503.
 */
import { createHash } from 'node:crypto';
import type { Outcome } from '@tabularium/engine-port';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type TSchema, Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import { tellingFor } from './language.ts';
import type { CheckRequest } from './ledger-door.ts';
import { malformedProblem, type WireAnswer } from './outcome-answer.ts';
import { fail, PROBLEM_TYPE, type Problem, ProblemError, problem } from './problem.ts';
import { isProblem, readBatchLine, readJsonSubmission, readTextSubmission, type Submission, trimLineEnd } from './submission.ts';
import {
  BatchQuery,
  CheckAnswer,
  CheckBody,
  EntryAnswer,
  FindQuery,
  Name,
  PendingAnswer,
  PlacedAnswer,
  ProblemAnswer,
  WaitQuery,
} from './wire-schemas.ts';

const PATH = '/api/v1/transactions';
const JSON_TYPE = 'application/json; charset=utf-8';
const NDJSON_TYPE = 'application/x-ndjson';
const NDJSON_ANSWER = {
  description: 'One answer a line.',
  content: { [NDJSON_TYPE]: { schema: { type: 'string' } } },
} as unknown as TSchema;
const WAIT_MS = 5_000;
const BATCH_LINES_MAX = 1_000;
/** A JWS has at most 60 KiB; the rest is room for disclosures. */
const SUBMISSION_BYTES_MAX = 1024 * 1024;
const BATCH_BYTES_MAX = 16 * 1024 * 1024;
const problems = (statuses: readonly number[]) => Object.fromEntries(statuses.map((status) => [status, ProblemAnswer]));

/** Adds the routes. */
export function addTransactionRoutes(app: FastifyInstance, parts: ApiParts): void {
  addSubmit(app, parts);
  addBatch(app, parts);
  addCheck(app, parts);
  addFind(app, parts);
}

function addSubmit(app: FastifyInstance, { door, submitter, answers, pending, counters }: ApiParts): void {
  app.post(
    PATH,
    {
      bodyLimit: SUBMISSION_BYTES_MAX,
      schema: {
        tags: ['transactions'],
        summary: 'Submit a signed transaction',
        description: 'As text/plain `<JWS>~disclosure~…`, or as application/json. Sending the same bytes again gives the first answer.',
        consumes: ['text/plain', 'application/json'],
        querystring: WaitQuery,
        response: { 200: PlacedAnswer, 201: PlacedAnswer, 202: PendingAnswer, ...problems([400, 401, 403, 409, 413, 415, 422, 429, 503]) },
      },
    },
    (request: FastifyRequest, reply: FastifyReply) => {
      const submission = Buffer.isBuffer(request.body) ? readTextSubmission(request.body) : readJsonSubmission(request.body);
      if (isProblem(submission)) return void sendProblem(reply, submission);
      const started = performance.now();
      const { wait } = request.query as { readonly wait?: string };
      const forQuorum = wait === 'quorum' && door.shared !== undefined;
      let answered = false;
      const timer = setTimeout(
        () => {
          answered = true;
          const name = nameOf(submission.jws);
          const location = `${PATH}/${name}`;
          pending.add(name);
          reply.code(202).header('location', location).header('retry-after', '1').header('content-type', JSON_TYPE);
          reply.send(JSON.stringify({ name, status: 'pending', location }));
        },
        wait === undefined || wait === 'quorum' ? WAIT_MS : Number(wait),
      );
      const answer = (outcome: Outcome): void => {
        if (answered) pending.delete(nameOf(submission.jws));
        else sendAnswer(reply, answers.answer(outcome));
      };
      submitter.submit(submission).then(
        (outcome) => {
          clearTimeout(timer);
          counters.count(outcome, performance.now() - started);
          if (forQuorum && isPlaced(outcome)) void door.shared!.covers(outcome.index + 1).then(() => answer(outcome));
          else answer(outcome);
        },
        (error: unknown) => {
          clearTimeout(timer);
          if (answered) pending.delete(nameOf(submission.jws));
          else reply.send(error);
        },
      );
    },
  );
}

function addBatch(app: FastifyInstance, { submitter, answers, counters }: ApiParts): void {
  app.post(
    `${PATH}/batch`,
    {
      bodyLimit: BATCH_BYTES_MAX,
      schema: {
        tags: ['transactions'],
        summary: 'Submit up to 1,000 transactions',
        description:
          'NDJSON: each line `{"transaction","disclosures"}`, or `<JWS>~disclosure~…` as it is. Answered line by line in the same order, each with its `status`; they are independent of each other.',
        consumes: [NDJSON_TYPE],
        querystring: BatchQuery,
        response: { 200: NDJSON_ANSWER, ...problems([400, 413, 415]) },
      },
    },
    async (request: FastifyRequest, reply: FastifyReply) => {
      if (!Buffer.isBuffer(request.body)) fail('media-type-unsupported', `Send ${NDJSON_TYPE}.`);
      const started = performance.now();
      const read = splitLines(request.body).map(readBatchLine);
      const withReceipts = (request.query as { readonly receipts?: boolean }).receipts !== false;
      const outcomes = await submitter.submitMany(read.filter((one): one is Submission => !isProblem(one)));
      const passed = performance.now() - started;
      let next = 0;
      let retryAfter = 0;
      const lines = read.map((one) => {
        if (isProblem(one)) return JSON.stringify(one);
        const outcome = outcomes[next++] as Outcome;
        counters.count(outcome, passed);
        const answer = answers.answer(outcome, withReceipts);
        retryAfter = Math.max(retryAfter, answer.retryAfterSeconds ?? 0);
        // A problem says its status itself.
        return answer.name === undefined ? answer.body : `{"status":${answer.status},${answer.body.slice(1)}`;
      });
      if (retryAfter > 0) reply.header('retry-after', String(retryAfter));
      return reply.header('content-type', NDJSON_TYPE).send(`${lines.join('\n')}\n`);
    },
  );
}

function addCheck(app: FastifyInstance, { door, rules, reads, telling }: ApiParts): void {
  app.post(
    '/api/v1/check',
    {
      schema: {
        tags: ['transactions'],
        summary: 'Ask what would be decided',
        description: 'A dry run without signature, on the newest state. Nothing is kept, and nothing is promised: the state may move on.',
        body: CheckBody,
        response: { 200: CheckAnswer, ...problems([400, 413, 415, 503]) },
      },
      preHandler: reads.ledger,
    },
    async (request, reply) => {
      const verdict = door.check(request.body as CheckRequest);
      if (verdict.kind === 'malformed') throw new ProblemError(malformedProblem(verdict.code, verdict.detail));
      const { warnings = [], changes } = verdict;
      const decided =
        verdict.kind === 'refused' ? { verdict: 'refused', refusal: rules.problem(verdict.refusal) } : { verdict: 'accepted' };
      return {
        ...decided,
        ...(warnings.length === 0 ? {} : { warnings }),
        ...(changes === undefined ? {} : tellingFor(telling, request, reply).stories.changes(changes)),
      };
    },
  );
}

function addFind(app: FastifyInstance, { door, rules, refusals, answers, pending, projections, reads }: ApiParts): void {
  const told = (placed: ReturnType<typeof door.placed>, kept: ReturnType<typeof door.refusal>): string | undefined => {
    if (placed !== undefined) return `{"status":"accepted",${answers.placed(placed).slice(1)}`;
    return kept === undefined
      ? undefined
      : JSON.stringify({ ...rules.kept(kept), status: 'refused', answered: rules.status(kept.refusal.code) });
  };
  app.get(
    PATH,
    {
      schema: {
        tags: ['transactions'],
        summary: 'Find a transaction by signer and id, or list the latest entries',
        querystring: FindQuery,
        response: {
          200: Type.Object(
            { rows: Type.Array(EntryAnswer), next: Type.Optional(Type.Integer()) },
            { description: 'Latest entries, newest first.' },
          ),
          ...problems([400, 404, 503]),
        },
      },
      preHandler: async (request, reply) => {
        const { signer, id } = request.query as { readonly signer?: string; readonly id?: string };
        await (signer === undefined && id === undefined ? reads.projected(request, reply) : reads.ledger(request, reply));
      },
    },
    async (request, reply) => {
      const {
        signer,
        id,
        before,
        limit = 50,
      } = request.query as Record<'signer' | 'id', string | undefined> & Record<'before' | 'limit', number | undefined>;
      if (signer === undefined && id === undefined) {
        const rows = reads.rows(reply, await projections.entries(before === undefined ? { limit } : { before, limit }));
        const last = rows.at(-1);
        return rows.length === limit && last !== undefined ? { rows, next: last.index } : { rows };
      }
      if (signer === undefined || id === undefined) fail('query-invalid', 'signer and id belong together');
      const body = told(door.placedById(signer, id), door.refusalById(signer, id));
      if (body === undefined) fail('not-found');
      return reply.header('content-type', JSON_TYPE).send(body);
    },
  );
  app.get(
    `${PATH}/:name`,
    {
      schema: {
        tags: ['transactions'],
        summary: 'What became of a transaction',
        description: 'Accepted ones for ever, refused ones until their `exp` + 24 h.',
        params: Type.Object({ name: Name }),
        response: { 200: PlacedAnswer, 202: PendingAnswer, ...problems([400, 404, 503]) },
      },
      preHandler: reads.ledger,
    },
    async (request, reply) => {
      const { name } = request.params as { readonly name: string };
      const body = told(door.placed(name), refusals.find(name));
      if (body !== undefined) return reply.header('content-type', JSON_TYPE).send(body);
      if (!pending.has(name)) throw reads.nothing();
      return reply
        .code(202)
        .header('retry-after', '1')
        .send({ name, status: 'pending', location: `${PATH}/${name}` });
    },
  );
}

function isPlaced(outcome: Outcome): outcome is Extract<Outcome, { readonly index: number }> {
  return outcome.kind === 'accepted' || outcome.kind === 'repeated';
}

function sendAnswer(reply: FastifyReply, { status, body, name, retryAfterSeconds }: WireAnswer): void {
  reply.code(status);
  if (name === undefined) {
    reply.header('content-type', PROBLEM_TYPE);
    if (status === 401) reply.header('www-authenticate', 'Tabularium-Signature');
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  } else {
    reply.header('content-type', JSON_TYPE).header('location', `${PATH}/${name}`);
  }
  reply.send(body);
}

function sendProblem(reply: FastifyReply, answered: Problem): void {
  reply.code(answered.status).header('content-type', PROBLEM_TYPE).send(JSON.stringify(answered));
}

/** The transaction's name, for bytes that admission is still looking at. */
function nameOf(jws: Uint8Array): string {
  return createHash('sha256')
    .update(jws.subarray(0, Math.max(jws.lastIndexOf(0x2e), 0)))
    .digest('base64url');
}

/** Lines of a batch; the last may end without a line break. */
function splitLines(body: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    let end = body.indexOf(0x0a, at);
    if (end === -1) end = body.length;
    if (lines.length === BATCH_LINES_MAX) throw new ProblemError(problem('batch-too-long'));
    const line = trimLineEnd(body.subarray(at, end));
    if (line.length > 0) lines.push(line);
    at = end + 1;
  }
  return lines;
}
