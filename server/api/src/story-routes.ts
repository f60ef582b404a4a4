/** What screens read: the office and its modules' views as data, entries as stories, and news of each block as it comes. */

import type { OutgoingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ModuleDefinition } from '@tabularium/kernel';
import { isTrainingOrigin } from '@tabularium/log';
import { Tongue } from '@tabularium/pages';
import { isRanged, makeSchema, orderColumns, type Relation, relationName, type Schema } from '@tabularium/projections';
import { isStateKey } from '@tabularium/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type TSchema, Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import { tellingFor } from './language.ts';
import { fail } from './problem.ts';
import { isThisMachine } from './rate-limits.ts';
import {
  LifeAnswer,
  PageQuery,
  ProblemAnswer,
  SeenAnswer,
  StoryAnswer,
  StoryLineAnswer,
  TitlesAnswer,
  ViewsAnswer,
} from './wire-schemas.ts';

/** Proxies end a connection that says nothing for long. */
const HEARTBEAT_MS = 25_000;
/** Pages that may listen at once; more read when they are loaded. */
const LISTENERS_MAX = 5_000;
/** Of one address, so that nobody alone takes all places; a large office behind one has room. */
export const LISTENERS_OF_ADDRESS_MAX = 500;
/** Bytes that wait for a listener. */
const UNREAD_MAX = 64 * 1024;
/** So long they are told later where the lists are late. */
const LISTS_MS = 2_000;
/** Between one piece of news and the next. */
const PAUSE_MS = 100;
/** Records whose titles are asked for at once. */
const TITLES_MAX = 100;

/** Adds the routes. */
export function addStoryRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { door, catalogue, reads, shared, telling, isDemo } = parts;
  const { office, zone, seen } = telling;
  const schema = makeSchema(catalogue);
  const modules = catalogue.map((module) => viewsOf(module, schema));
  const training = isTrainingOrigin(door.origin) ? { training: true } : {};
  const views = new Map(
    Tongue.all.map((tongue) => [
      tongue,
      { office, origin: door.origin, ...training, zone: zone.name, modules: inTongue(modules, tongue), ...(isDemo ? { demo: true } : {}) },
    ]),
  );
  const tags = ['screens'];
  app.get(
    '/api/v1/views',
    { schema: { tags, summary: 'The office, and what each module shows', response: { 200: ViewsAnswer } } },
    async (request, reply) => views.get(tellingFor(telling, request, reply).words.tongue),
  );
  app.get(
    '/api/v1/words',
    {
      schema: {
        tags,
        summary: 'What codes, roles and members are called in the reader’s language, where that is not the code itself',
        response: { 200: Type.Object({ codes: Type.Record(Type.String(), Type.String()) }) },
      },
    },
    async (request, reply) => ({ codes: tellingFor(telling, request, reply).words.tongue.codes }),
  );
  app.get(
    '/api/v1/stories',
    {
      schema: {
        tags,
        summary: 'Entries in words, newest first',
        querystring: PageQuery,
        response: {
          200: Type.Object({ rows: Type.Array(StoryLineAnswer), next: Type.Optional(Type.Integer()) }),
          400: ProblemAnswer,
          503: ProblemAnswer,
        },
      },
      ...shared.route(reads.projected),
    },
    async (request, reply) => {
      const { stories } = tellingFor(telling, request, reply);
      const { before, limit = 50 } = request.query as { readonly before?: number; readonly limit?: number };
      const rows = (await stories.latest(before, limit)) ?? fail('projection-unavailable');
      const last = rows.at(-1);
      return rows.length === limit && last !== undefined ? { rows, next: last.index } : { rows };
    },
  );
  app.get(
    '/api/v1/stories/:ref',
    {
      schema: {
        tags,
        summary: 'An entry in words: who did what under which right, and what it changed',
        params: Type.Object({ ref: Type.String({ pattern: '^([0-9]{1,15}|[A-Za-z0-9_-]{43})$' }) }),
        response: { 200: StoryAnswer, 400: ProblemAnswer, 404: ProblemAnswer, 503: ProblemAnswer },
      },
      preHandler: reads.ledger,
    },
    async (request, reply) => {
      const story = tellingFor(telling, request, reply).stories.one((request.params as { readonly ref: string }).ref);
      if (story === undefined) throw reads.nothing();
      return story;
    },
  );
  addRecords(app, parts, tags);
  app.get(
    '/api/v1/seen',
    { schema: { tags, summary: 'Whether the record is sealed, and who has seen it', response: { 200: SeenAnswer } } },
    async () => {
      const { height, size, time } = door.head();
      return { height, size, time, ...seen() };
    },
  );
  addLive(app, parts, tags);
}

/** Records: one's life, and what many are called. */
function addRecords(app: FastifyInstance, { reads, telling }: ApiParts, tags: readonly string[]): void {
  app.get(
    '/api/v1/lives/:module/:collection/:id',
    {
      schema: {
        tags,
        summary: 'A record’s life in words: what it is now, and every act that led to it',
        params: Type.Object({ module: Type.String(), collection: Type.String(), id: Type.String({ maxLength: 128 }) }),
        response: { 200: LifeAnswer, 400: ProblemAnswer, 404: ProblemAnswer, 503: ProblemAnswer },
      },
      preHandler: reads.projected,
    },
    async (request, reply) => {
      const { module, collection, id } = request.params as Record<'module' | 'collection' | 'id', string>;
      const life = await tellingFor(telling, request, reply).stories.life(`${module}/${collection}/${id}`);
      if (life === 'rebuilding') fail('projection-unavailable');
      if (life === undefined) throw reads.nothing();
      return life;
    },
  );
  app.get(
    '/api/v1/titles',
    {
      schema: {
        tags,
        summary: 'What records are called',
        querystring: Type.Object(
          {
            keys: Type.String({
              pattern: '^[A-Za-z0-9._:@~,/-]*$',
              maxLength: 8_192,
              description: `State keys, separated by commas; of more than ${TITLES_MAX}, the first.`,
            }),
          },
          { additionalProperties: false },
        ),
        response: { 200: TitlesAnswer, 400: ProblemAnswer },
      },
      preHandler: reads.ledger,
    },
    async (request, reply) => {
      const { words } = tellingFor(telling, request, reply);
      const keys = (request.query as { readonly keys: string }).keys.split(',').slice(0, TITLES_MAX).filter(isStateKey);
      const titles = keys.map((key) => [key, words.titleAt(key)] as const).filter(([, title]) => title !== undefined);
      const purposes = keys.map((key) => [key, words.purposeAt(key)] as const).filter(([, purpose]) => purpose !== undefined);
      return { titles: Object.fromEntries(titles), purposes: Object.fromEntries(purposes) };
    },
  );
}

/** Server-sent events: one for the newest block whose entries the lists have. */
function addLive(app: FastifyInstance, { door, projections }: ApiParts, tags: readonly string[]): void {
  const listeners = new Set<FastifyReply>();
  const say = (text: string): void => {
    for (const reply of listeners) {
      // Whoever does not read is let go, and asks again.
      if (reply.raw.writableLength > UNREAD_MAX) reply.raw.destroy();
      else reply.raw.write(text);
    }
  };
  let isTelling = false;
  const tell = async (): Promise<void> => {
    isTelling = true;
    for (let told = 0; told < door.head().height && listeners.size > 0; ) {
      const { height, size, time } = door.head();
      // Whoever hears of a block reads the lists at once.
      await projections.waitFor(height, LISTS_MS);
      say(`event: block\nid: ${height}\ndata: ${JSON.stringify({ height, size, time })}\n\n`);
      told = height;
      await delay(PAUSE_MS, undefined, { ref: false });
    }
    isTelling = false;
  };
  const silence = door.onBlock(() => {
    if (!isTelling && listeners.size > 0) void tell();
  });
  const heartbeat = setInterval(() => say(':\n\n'), HEARTBEAT_MS).unref();
  app.addHook('preClose', async () => {
    silence();
    clearInterval(heartbeat);
    for (const reply of listeners) reply.raw.end();
  });
  const produces = { 200: { type: 'string', description: 'text/event-stream of `block`: height, size and time.' } as unknown as TSchema };
  app.get(
    '/api/v1/live',
    {
      // An answer without end has no head of its own: whoever asked for it would be held as a listener.
      exposeHeadRoute: false,
      schema: { tags, summary: 'News of each block as it comes (server-sent events)', response: { ...produces, 503: ProblemAnswer } },
    },
    (request, reply) => {
      const ofAddress = isThisMachine(request) ? 0 : [...listeners].filter((one) => one.request.ip === request.ip).length;
      if (listeners.size >= LISTENERS_MAX || ofAddress >= LISTENERS_OF_ADDRESS_MAX) fail('too-many-listeners');
      reply.header('content-type', 'text/event-stream').header('cache-control', 'no-store');
      reply.hijack();
      reply.raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
      reply.raw.write('retry: 2000\n\n');
      listeners.add(reply);
      reply.raw.on('close', () => listeners.delete(reply));
    },
  );
}

function viewsOf({ name, title, views, actions }: ModuleDefinition, { relations }: Schema) {
  const lists = Object.entries(views).flatMap(([list, view]) => {
    const relation = view.kind === 'list' ? relations.get(relationName(name, view.table)) : undefined;
    return view.kind === 'list' && relation !== undefined
      ? [[list, { ...view, orders: orderColumns(view, relation), ranges: rangesOf(relation) }] as const]
      : [];
  });
  const shown = Object.entries(actions).filter(([, { internal }]) => internal !== true);
  return { name, title, lists: Object.fromEntries(lists), actions: Object.fromEntries(shown.map(([action, one]) => [action, one.title])) };
}

/** Columns that can be asked for from and up to a value, with their types. */
function rangesOf({ columns, types }: Relation) {
  return Object.fromEntries(columns.flatMap((column) => (isRanged(types[column]) ? [[column, types[column]]] : [])));
}

type ModuleShown = ReturnType<typeof viewsOf>;

/** Titles of actions are values, not members called so. */
function inTongue(modules: readonly ModuleShown[], tongue: Tongue): readonly ModuleShown[] {
  return modules.map(({ actions, ...module }) => ({
    ...tongue.declared(module),
    actions: Object.fromEntries(Object.entries(actions).map(([action, title]) => [action, tongue.text(title)])),
  }));
}
