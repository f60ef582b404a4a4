/** What a desk is made of: the modules' forms as data, and what an officer may sign now. Who holds which role is public (`kernel/terms`). */
import { type ActionDefinition, entitlementsOf, type FormView, type ModuleDefinition } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import type { FastifyInstance } from 'fastify';
import { type TObject, Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import { tellingFor } from './language.ts';
import { fail } from './problem.ts';
import { PageQuery, ProblemAnswer, StoryLineAnswer } from './wire-schemas.ts';

const tags = ['screens'];
const KERNEL = 'kernel';
const JSON_TYPE = 'application/json; charset=utf-8';
const CODE = Type.String({ pattern: '^[a-z0-9]+(?:[.-][a-z0-9]+)*$', maxLength: 64, description: 'Code of an officer.' });

const form = {
  module: Type.String(),
  name: Type.String(),
  title: Type.String(),
  text: Type.String({ description: 'What it does, in a sentence or two.' }),
  action: Type.String({ description: 'Full name of the action that is signed.' }),
  picks: Type.Optional(Type.Array(Type.Object({}), { description: 'Lists of the module from whose rows it is begun.' })),
  made: Type.Optional(Type.Array(Type.String(), { description: 'Members that the client makes: 16 random bytes, hex.' })),
  corrects: Type.Optional(Type.String({ description: 'Of a correction: the collection of the module whose records it is for.' })),
};

const DeskAnswer = Type.Object(
  {
    officer: Type.String(),
    agency: Type.String(),
    terms: Type.Array(Type.Object({}), { description: 'Roles held now: role, office, from, until.' }),
    mandates: Type.Array(Type.Object({}), { description: 'In force, given or held: id, kind, by, to, role, office, actions, until.' }),
    proposalDays: Type.Integer({ description: 'How long a proposal waits for signatures.' }),
    actions: Type.Array(
      Type.Object({
        action: Type.String(),
        signers: Type.Integer({ description: 'How many different people sign it.' }),
        as: Type.Optional(Type.String({ description: '`role@office`; absent where it belongs to the person.' })),
        for: Type.Optional(Type.String({ description: 'The mandate under which it is signed.' })),
        roles: Type.Array(Type.String(), { description: 'Every role that may sign it; none where it belongs to the person.' }),
      }),
    ),
  },
  { description: 'What an officer may sign now.' },
);

/** Adds the routes. */
export function addDeskRoutes(app: FastifyInstance, { door, catalogue, reads, telling }: ApiParts): void {
  const { correct } = catalogue.find(({ name }) => name === KERNEL)?.actions ?? {};
  const forms = catalogue.flatMap((module) => [...formsOf(module), ...(correct === undefined ? [] : correctionsOf(module, correct))]);
  app.get(
    '/api/v1/forms',
    { schema: { tags, summary: 'Forms of all modules', response: { 200: Type.Object({ forms: Type.Array(Type.Object(form)) }) } } },
    async (request, reply) => {
      const { tongue } = tellingFor(telling, request, reply).words;
      return { forms: forms.map(({ schema: _, ...told }) => tongue.declared(told)) };
    },
  );
  app.get(
    '/api/v1/forms/:module/:name',
    {
      schema: {
        tags,
        summary: 'A form with the schema of what it fills in',
        params: Type.Object({ module: Type.String({ maxLength: 64 }), name: Type.String({ maxLength: 128 }) }),
        response: {
          200: Type.Object({ ...form, schema: Type.Object({}, { additionalProperties: true, description: 'JSON Schema of the body.' }) }),
          400: ProblemAnswer,
          404: ProblemAnswer,
        },
      },
    },
    async (request, reply) => {
      const { module, name } = request.params as Record<'module' | 'name', string>;
      const found = forms.find((one) => one.module === module && one.name === name) ?? fail('not-found');
      const { tongue } = tellingFor(telling, request, reply).words;
      return reply.header('content-type', JSON_TYPE).send(JSON.stringify(tongue.declared(JSON.parse(JSON.stringify(found)))));
    },
  );
  const record = (key: string): JsonObject | undefined => {
    const text = door.record(key);
    return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
  };
  app.get(
    '/api/v1/desk/:officer',
    {
      schema: {
        tags,
        summary: 'What an officer may sign now',
        params: Type.Object({ officer: CODE }),
        response: { 200: DeskAnswer, 400: ProblemAnswer, 404: ProblemAnswer, 503: ProblemAnswer },
      },
      preHandler: reads.ledger,
    },
    async (request, reply) => {
      const { officer } = request.params as { readonly officer: string };
      const { height, time } = door.head();
      const entitled = entitlementsOf(officer, { record, catalogue, height: height + 1, time }) ?? fail('not-found');
      return reply.header('content-type', JSON_TYPE).send(JSON.stringify(entitled));
    },
  );
  app.get(
    '/api/v1/desk/:officer/signed',
    {
      schema: {
        tags,
        summary: 'What an officer has signed, newest first',
        description: 'Looked for in the newest 5,000 blocks before `before`.',
        params: Type.Object({ officer: CODE }),
        querystring: PageQuery,
        response: {
          200: Type.Object({ rows: Type.Array(StoryLineAnswer), next: Type.Optional(Type.Integer()) }),
          400: ProblemAnswer,
          503: ProblemAnswer,
        },
      },
      preHandler: reads.projected,
    },
    async (request, reply) => {
      const { officer } = request.params as { readonly officer: string };
      const { before, limit = 20 } = request.query as { readonly before?: number; readonly limit?: number };
      const rows = (await tellingFor(telling, request, reply).stories.latest(before, limit, officer)) ?? fail('projection-unavailable');
      const last = rows.at(-1);
      return rows.length === limit && last !== undefined ? { rows, next: last.index } : { rows };
    },
  );
}

function formsOf({ name: module, views, actions }: ModuleDefinition) {
  const found = Object.entries(views).filter((view): view is [string, FormView] => view[1].kind === 'form');
  return found.map(([name, { kind: _, ...view }]) => {
    const { text = '', body } = actions[view.action.slice(module.length + 1)] ?? {};
    return { module, name, text, ...view, schema: body };
  });
}

/** One for each collection whose records may be corrected: which of their members may change is the module's to say. */
function correctionsOf({ name: module, collections }: ModuleDefinition, { title, text, body }: ActionDefinition) {
  return Object.entries(collections).flatMap(([collection, { correction }]) => {
    if (correction === undefined) return [];
    const schema = { ...body, properties: { ...(body as TObject).properties, change: correction } };
    return [{ module, name: `correct-${collection}`, title, text, action: `${KERNEL}.correct`, corrects: collection, schema }];
  });
}
