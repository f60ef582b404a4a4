/**
 * Reading what the vault holds: a search in a register, a case, and who looked at one's own. Each with its row of the access log before
 * anything is shown; each answer for one reader, in no cache.
 */
import type { AccessRow, ShownAccess } from '@tabularium/log';
import { encodeBase64url } from '@tabularium/protocol';
import { type AccessLog, HITS_MAX, type Holdings, SEARCH_CODES, type Search, SearchRefused } from '@tabularium/vault';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { fail, ProblemError } from './problem.ts';
import { keepToOurselves } from './staff-guard.ts';
import type { VaultGuard } from './vault-guard.ts';
import { ProblemAnswer } from './wire-schemas.ts';

export interface VaultRouteParts {
  readonly guard: VaultGuard;
  readonly holdings: Pick<Holdings, 'ofCase'>;
  readonly search: Pick<Search, 'find'>;
  readonly log: AccessLog;
  readonly agency: string;
  /** Cases that are somebody's own, of whoever asks; undefined where it is not known who they are. */
  readonly ownCases: (request: FastifyRequest) => Promise<readonly string[] | undefined>;
  /** Whether the ledger says that the person is not told of this read yet. */
  readonly isWithheld: (handle: string, row: AccessRow) => boolean;
  /** Newest anchor of this agency's log on the ledger. */
  readonly anchored: () => { readonly size: number } | undefined;
}

const tags = ['vault'];
/** They ask by themselves who reads. */
const config = { everyone: true };
const closed = { additionalProperties: false } as const;
const Handle = Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Handle of a case.' });
const problems = { 400: ProblemAnswer, 401: ProblemAnswer, 403: ProblemAnswer };
const ROWS_MAX = 200;
const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });

const SearchBody = Type.Object(
  {
    register: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$', description: 'Which register, `births`.' }),
    names: Type.Optional(Type.Array(text(200, 'Given, family or former name, in any script.'), { minItems: 1, maxItems: 8 })),
    birthYear: Type.Optional(Type.Integer({ minimum: 1000, maximum: 9999, description: 'The years beside it are found too.' })),
    place: Type.Optional(text(200, 'Place of birth or residence.')),
    number: Type.Optional(text(200, 'A number that the register knows.')),
  },
  closed,
);

const SearchAnswer = Type.Object({
  hits: Type.Array(Type.Object({ case: Handle, score: Type.Integer({ description: 'How much of the question it has, 1 to 100.' }) }), {
    maxItems: HITS_MAX,
  }),
});

const CaseAnswer = Type.Object({
  case: Handle,
  holdings: Type.Array(
    Type.Object({
      tx: Type.String({ description: 'Name of the transaction.' }),
      path: Type.String({ description: 'JSON Pointer of the object in the entry’s body.' }),
      disclosures: Type.Array(Type.String({ description: 'RFC 9901 disclosure; its digest stands in the entry.' })),
    }),
  ),
});

const OwnAnswer = Type.Object({
  rows: Type.Array(
    Type.Object({
      time: Type.Integer({ description: 'ms UTC.' }),
      office: Type.String(),
      purpose: Type.String(),
      action: Type.String(),
      refused: Type.Optional(Type.String({ description: 'Nothing was shown, for this reason.' })),
      case: Handle,
      proof: Type.Optional(
        Type.Object({}, { additionalProperties: true, description: 'docs/spec/access-log.md; absent before the first anchor over it.' }),
      ),
    }),
  ),
  total: Type.Integer(),
  anchor: Type.Optional(Type.Object({ size: Type.Integer(), root: Type.String({ description: 'As the ledger has it, base64url.' }) })),
});

/** Adds the routes. */
export function addVaultRoutes(app: FastifyInstance, parts: VaultRouteParts): void {
  void app.register(async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => keepToOurselves(reply));
    addSearch(scope, parts);
    addCase(scope, parts);
    addOwnAccess(scope, parts);
  });
}

function addSearch(app: FastifyInstance, { guard, search }: VaultRouteParts): void {
  app.post(
    '/api/v1/vault/search',
    {
      config,
      schema: {
        tags,
        summary: 'Search in a register',
        description:
          'With a look. Two of names, birthYear, place and number at least, a name or a number among them. Misspellings and other scripts are found. At most 20 hits, and no way to leaf on; each search is on the access log with its hits.',
        body: SearchBody,
        response: { 200: SearchAnswer, ...problems },
      },
    },
    async (request) => {
      const looker = await guard.lookerOf(request, 'search');
      const { register, ...criteria } = request.body as Parameters<Search['find']>[1] & { readonly register: string };
      try {
        const found = await search.find(register, criteria);
        const hits = found.filter((hit) => guard.mayKnow(looker, hit.case));
        await guard.wrote(
          looker,
          'search',
          hits.map((hit) => hit.case),
        );
        return { hits };
      } catch (error) {
        if (!(error instanceof SearchRefused)) throw error;
        const { code } = error;
        await guard.wrote(looker, 'search', [], code);
        throw new ProblemError({ type: `urn:tabularium:problem:${code}`, title: SEARCH_CODES[code], status: 400, code });
      }
    },
  );
}

function addCase(app: FastifyInstance, { guard, holdings }: VaultRouteParts): void {
  app.get(
    '/api/v1/vault/cases/:handle',
    {
      config,
      schema: {
        tags,
        summary: 'What the vault holds of a case',
        description: 'With a look. Whoever may not see a case is not told whether there is one.',
        params: Type.Object({ handle: Handle }),
        response: { 200: CaseAnswer, ...problems, 404: ProblemAnswer },
      },
    },
    async (request) => {
      const { handle } = request.params as { readonly handle: string };
      const looker = await guard.lookerOf(request, 'case.read', [handle]);
      await guard.allow(looker, { action: 'case.read', case: handle });
      const held = await holdings.ofCase(handle);
      if (held.length === 0) fail('not-found');
      return { case: handle, holdings: held.map(({ tx, path, disclosures }) => ({ tx, path, disclosures })) };
    },
  );
}

function addOwnAccess(app: FastifyInstance, { guard, log, agency, ownCases, isWithheld, anchored }: VaultRouteParts): void {
  app.get(
    '/api/v1/vault/access/own',
    {
      config,
      schema: {
        tags,
        summary: 'Who looked at what is one’s own',
        description: 'Newest first, with proof. What the ledger says is withheld for a term is left out until then.',
        querystring: Type.Object(
          {
            offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: ROWS_MAX, description: 'Default 100.' })),
          },
          closed,
        ),
        response: { 200: OwnAnswer, 400: ProblemAnswer, 401: ProblemAnswer },
      },
    },
    async (request) => {
      const cases = (await ownCases(request)) ?? fail('sign-in-needed');
      const { offset = 0, limit = 100 } = request.query as { readonly offset?: number; readonly limit?: number };
      await guard.wroteOwn('access.read', cases);
      const seen = await log.ofCases(cases, { isWithheld });
      const size = anchored()?.size ?? 0;
      const rows = seen.slice(offset, offset + limit).map(async (one) => {
        const { time, office, purpose, action, refused, seq } = one.row;
        const proof: ShownAccess | undefined = one.row.agency === agency && seq < size ? await log.shown(one, size) : undefined;
        return {
          time,
          office,
          purpose,
          action,
          ...(refused === undefined ? {} : { refused }),
          case: one.of,
          ...(proof === undefined ? {} : { proof }),
        };
      });
      const anchor = size === 0 ? {} : { anchor: { size, root: encodeBase64url(await log.rootAt(agency, size)) } };
      return { rows: await Promise.all(rows), total: seen.length, ...anchor };
    },
  );
}
