/**
 * Estonia's Data Tracker (Andmejälgija) over the access log, as published: "Andmejälgija kasutusteabe esitamise protokoll" 1.6 and
 * dumonitor-openapi 2.0.0 (github.com/e-gov/AJ). The state's portal asks it on behalf of a person; who may ask, and whose cases a personal code
 * stands for, is behind `TrackerDoor`. Attempts that were refused are no use of data and are left out.
 */
import type { AccessRow } from '@tabularium/log';
import type { AccessLog } from '@tabularium/vault';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { fail } from './problem.ts';
import { keepToOurselves } from './staff-guard.ts';
import type { VaultGuard } from './vault-guard.ts';
import { ProblemAnswer } from './wire-schemas.ts';

export interface TrackerDoor {
  /** Whether this client (an X-Road security server, by its certificate) may ask at all. */
  mayAsk(request: FastifyRequest): Promise<boolean>;
  /** Cases of the person with this code, where the one who asks is that person or may act for them; undefined otherwise. */
  casesOf(userId: string, userCode: string): Promise<readonly string[] | undefined>;
  /** Of the office: registry code and name of its agency, and the name of the system. */
  receiverOf(row: AccessRow): { readonly code: string; readonly name?: string; readonly system: string };
  /** What was done and what for, in words. */
  actionOf(row: AccessRow): string;
}

export interface TrackerParts {
  readonly tracker: TrackerDoor;
  readonly guard: VaultGuard;
  readonly log: AccessLog;
  readonly agency: string;
  readonly isWithheld: (handle: string, row: AccessRow) => boolean;
  /** ms UTC. */
  readonly clock: () => number;
}

const tags = ['vault'];
const config = { everyone: true };
const LIMIT = 1_000;
const CODE = /^[A-Z]{0,2}[0-9A-Za-z-]{1,30}$/;
/** RFC 3339 to the second; the published examples leave the zone out, which is read as UTC. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/;

const Usage = Type.Object({
  logtime: Type.String({ description: 'RFC 3339.' }),
  action: Type.String(),
  receiverCode: Type.String(),
  receiverName: Type.Optional(Type.String()),
  receiverSystem: Type.String(),
});

const description = 'Estonia’s Data Tracker, usage protocol 1.6, as published by e-gov/AJ.';

/** Adds the routes. */
export function addDataTrackerRoutes(app: FastifyInstance, parts: TrackerParts): void {
  void app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      keepToOurselves(reply);
      if (!(await parts.tracker.mayAsk(request))) fail('not-for-you');
    });
    addFindUsage(scope, parts);
    addStatus(scope, parts);
  });
}

function addFindUsage(app: FastifyInstance, { tracker, guard, log, isWithheld }: TrackerParts): void {
  const querystring = Type.Object({
    userCode: Type.String({ pattern: CODE.source, description: 'Personal code of whom it is about.' }),
    periodStart: Type.Optional(Type.String({ pattern: TIME.source })),
    periodEnd: Type.Optional(Type.String({ pattern: TIME.source })),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'At most 1,000 are answered.' })),
  });
  app.get(
    '/v2/findUsage',
    {
      config,
      schema: {
        tags,
        summary: 'Who used a person’s data',
        description,
        querystring,
        response: {
          200: Type.Object({ totalUsages: Type.Integer(), usages: Type.Array(Usage) }),
          400: ProblemAnswer,
          403: ProblemAnswer,
        },
      },
    },
    async (request) => {
      const asked = request.query as {
        readonly userCode: string;
        readonly periodStart?: string;
        readonly periodEnd?: string;
        readonly offset?: number;
        readonly limit?: number;
      };
      // The OpenAPI text names the header without the second hyphen, the protocol's own text with it.
      const userId = request.headers['x-road-userid'] ?? request.headers['x-road-user-id'];
      if (typeof userId !== 'string' || !CODE.test(userId)) fail('request-malformed', 'X-Road-UserId');
      const since = timeOf(asked.periodStart, 'periodStart');
      const until = timeOf(asked.periodEnd, 'periodEnd');
      const cases = (await tracker.casesOf(userId, asked.userCode)) ?? fail('not-for-you');
      await guard.wroteOwn('access.read', cases);
      const seen = await log.ofCases(cases, {
        isWithheld,
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      });
      const used = seen.map(({ row }) => row).filter(({ refused }) => refused === undefined);
      const { offset = 0, limit = LIMIT } = asked;
      const usages = used.slice(offset, offset + Math.min(limit, LIMIT)).map((row) => {
        const { code, name, system } = tracker.receiverOf(row);
        const receiver = { receiverCode: code, ...(name === undefined ? {} : { receiverName: name }), receiverSystem: system };
        return { logtime: instant(row.time), action: tracker.actionOf(row), ...receiver };
      });
      return { totalUsages: used.length, usages };
    },
  );
}

function addStatus(app: FastifyInstance, { log, agency, clock }: TrackerParts): void {
  app.get(
    '/v2/usagePeriod',
    {
      config,
      schema: {
        tags,
        summary: 'From when on uses are known',
        description,
        response: { 200: Type.Object({ periodStart: Type.String() }), 403: ProblemAnswer },
      },
    },
    async () => ({ periodStart: instant((await log.begun(agency)) ?? clock()) }),
  );
  app.get(
    '/v2/heartbeat',
    {
      config,
      schema: {
        tags,
        summary: 'Whether it answers',
        description,
        response: {
          200: Type.Object({ status: Type.Union([Type.Literal('OK'), Type.Literal('FAIL')]), message: Type.String() }),
          403: ProblemAnswer,
        },
      },
    },
    async () => {
      try {
        await log.head(agency);
        return { status: 'OK', message: 'API is ready' };
      } catch {
        return { status: 'FAIL', message: 'The log of uses cannot be read' };
      }
    },
  );
}

function timeOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(TIME.exec(text)?.[1] === undefined ? `${text}Z` : text);
  return Number.isNaN(time) ? fail('request-malformed', name) : time;
}

function instant(time: number): string {
  return new Date(time).toISOString();
}
