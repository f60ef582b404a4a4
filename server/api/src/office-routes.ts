/**
 * Who does what here: the offices and roles of the charter in force, what each role may do in plain words, and what was done in it. Nobody is
 * named, nobody is counted against others, and nobody's hours are told: there are roles, kinds of act, and months.
 */
import { CHARTER_KEY, type CharterRecord } from '@tabularium/kernel';
import type { LedgerWords } from '@tabularium/pages';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import { tellingFor } from './language.ts';
import { fail } from './problem.ts';
import { ProblemAnswer, StoryLineAnswer } from './wire-schemas.ts';

const code = (description: string) => Type.String({ pattern: '^[a-z0-9]+(?:[.-][a-z0-9]+)*$', maxLength: 64, description });
const count = Type.Integer({ minimum: 0 });
const NAME = '^[a-z][a-z0-9.@-]{0,127}$';

const OfficesAnswer = Type.Object(
  {
    offices: Type.Array(
      Type.Object({
        office: code('Code in the charter.'),
        agency: Type.String(),
        roles: Type.Array(Type.Object({ role: code('Code in the charter.'), entries: count }), {
          description: 'Roles that are held there or were; with how many entries they signed.',
        }),
      }),
    ),
  },
  { description: 'By the charter in force, and what was done under it.' },
);

const RoleAnswer = Type.Object({
  office: Type.String(),
  role: Type.String(),
  agency: Type.String(),
  may: Type.Array(
    Type.Object({
      action: Type.String(),
      title: Type.String(),
      text: Type.String(),
      signers: Type.Integer({ minimum: 1, description: 'How many different officers must sign it.' }),
    }),
    { description: 'What the charter gives to the role.' },
  ),
  done: Type.Array(
    Type.Object({
      action: Type.String(),
      about: Type.String({ description: 'The action proposed or carried out, where that is another.' }),
      title: Type.String(),
      month: Type.String({ description: '`2026-03`, in the office’s zone.' }),
      entries: count,
    }),
    { description: 'What was done in it, by kind and month; newest month first.' },
  ),
});

const tags = ['screens'];
const errors = { 400: ProblemAnswer, 404: ProblemAnswer, 503: ProblemAnswer };
const params = Type.Object({ office: code('Code of the office.'), role: code('Code of the role.') });

/** Adds the routes. */
export function addOfficeRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { projections, reads, telling } = parts;
  app.get(
    '/api/v1/offices',
    {
      schema: {
        tags,
        summary: 'Offices and their roles, and how much was done in each',
        response: { 200: OfficesAnswer, 503: ProblemAnswer },
      },
      preHandler: reads.projected,
    },
    async (_request, reply) => {
      const { places, offices } = await officesOf(parts);
      reads.rows(reply, places);
      return { offices };
    },
  );
  app.get(
    '/api/v1/offices/:office/:role',
    {
      schema: {
        tags,
        summary: 'A role of an office: what it may do, and what was done in it',
        params,
        response: { 200: RoleAnswer, ...errors },
      },
      preHandler: reads.projected,
    },
    async (request, reply) => {
      const { office, role } = request.params as { readonly office: string; readonly role: string };
      const { words, zone } = tellingFor(telling, request, reply);
      const found = (await officesOf(parts)).offices.find((one) => one.office === office);
      if (found?.roles.some((one) => one.role === role) !== true) fail('not-found');
      const done = reads.rows(reply, await projections.deedCounts({ office, role }, zone.offsets));
      return {
        ...{ office, role, agency: found.agency },
        may: rightsOf(parts, role, words),
        done: done.map(({ action, about, month, entries }) => ({ action, about, title: words.deed(action, about), month, entries })),
      };
    },
  );
  addEntries(app, parts);
}

function addEntries(app: FastifyInstance, { projections, reads, telling }: ApiParts): void {
  app.get(
    '/api/v1/offices/:office/:role/entries',
    {
      schema: {
        tags,
        summary: 'What was done in a role of an office, newest first',
        params,
        querystring: Type.Object(
          {
            action: Type.Optional(Type.String({ pattern: NAME, description: 'Only entries of this action.' })),
            about: Type.Optional(
              Type.String({ pattern: NAME, description: 'With `action`: only where this was proposed or carried out.' }),
            ),
            before: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Log index.' })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ rows: Type.Array(StoryLineAnswer), next: Type.Optional(Type.Integer()) }), ...errors },
      },
      preHandler: reads.projected,
    },
    async (request, reply) => {
      const place = request.params as { readonly office: string; readonly role: string };
      const { limit = 50, ...asked } = request.query as { readonly action?: string; readonly about?: string; readonly limit?: number };
      const { stories } = tellingFor(telling, request, reply);
      const rows = stories.lines(reads.rows(reply, await projections.deeds({ ...place, ...asked, limit })));
      const last = rows.at(-1);
      return rows.length === limit && last !== undefined ? { rows, next: last.index } : { rows };
    },
  );
}

/** The charter's offices, each with the roles that are held there or in which something was done. */
async function officesOf({ door, projections }: ApiParts) {
  const { offices } = charterOf(door);
  const [held, totals] = await Promise.all([
    projections.sums('kernel.terms', { by: ['office', 'role'], equal: { status: 'active' } }),
    projections.deedTotals(),
  ]);
  const roles = new Map<string, Map<string, number>>(Object.keys(offices).map((office) => [office, new Map()]));
  if (held.ok) for (const { office, role } of held.value.groups) roles.get(String(office))?.set(String(role), 0);
  if (totals.ok) for (const { office, role, entries } of totals.value) roles.get(office)?.set(role, entries);
  return {
    places: totals,
    offices: [...roles]
      .filter(([, inOffice]) => inOffice.size > 0)
      .map(([office, inOffice]) => ({
        office,
        agency: offices[office]?.agency ?? '',
        roles: [...inOffice].sort(([a], [b]) => (a < b ? -1 : 1)).map(([role, entries]) => ({ role, entries })),
      })),
  };
}

/** What the charter lets a role sign, as the modules say it; standing actions once, however many modules they are given for. */
function rightsOf({ door }: ApiParts, role: string, words: LedgerWords) {
  const { roles, signers, amendQuorum } = charterOf(door);
  const actions = new Set((roles[role] ?? []).map((permission) => permission.split('/')[0] as string));
  return [...actions].flatMap((action) => {
    const declared = words.actionDefinition(action);
    if (declared === undefined || declared.internal === true) return [];
    const raised = Object.hasOwn(signers, action) ? (signers[action] as number) : 1;
    const needed = action === 'kernel.charter.amend' ? amendQuorum : Math.max(declared.signers ?? 1, raised);
    return [{ action, title: words.action(action), text: words.tongue.text(declared.text), signers: needed }];
  });
}

function charterOf(door: ApiParts['door']): CharterRecord {
  return JSON.parse(door.record(CHARTER_KEY) ?? door.charter) as CharterRecord;
}
