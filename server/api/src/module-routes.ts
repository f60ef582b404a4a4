/**
 * The modules' read endpoints, `GET /api/v1/<module>/<view>`, `…/<view>/{id}` and `…/<view>/sums`: made from each list view and its
 * table as declared, so that a new module brings its own (DESIGN §3, "Declared once, used everywhere").
 */
import type { ColumnType, ListView, ModuleDefinition } from '@tabularium/kernel';
import {
  GROUPS_MAX,
  isRanged,
  LIMIT_MAX,
  type ListQuery,
  orderColumns,
  type Relation,
  relationName,
  type Schema,
  TEXTS,
} from '@tabularium/projections';
import type { FastifyInstance } from 'fastify';
import { type TSchema, Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import { fail } from './problem.ts';
import { ProblemAnswer } from './wire-schemas.ts';

const RESERVED: ReadonlySet<string> = new Set([
  'transactions',
  'check',
  'blocks',
  'receipts',
  'facts',
  'texts',
  'charter',
  'views',
  'words',
  'offices',
  'data',
  'stories',
  'live',
  'lives',
  'titles',
  'seen',
  'search',
  'feed',
  'node',
  'forms',
  'desk',
]);
const CURRENCY = 'currency';
/** Columns to group by at once. */
const BY_MAX = 4;
/** Within 64 bits whatever the digits. */
const WHOLE_NUMBER = '^-?(?:0|[1-9][0-9]{0,17})$';
/** No database holds such a text. */
const NO_NUL = '^[^\\u0000]*$';
const FROM = '_from';
const TO = '_to';

/** Adds the routes. Throws when a module's name or a column's stands in the way of the API's own. */
export function addModuleRoutes(app: FastifyInstance, parts: ApiParts, schema: Schema): void {
  for (const module of parts.catalogue) {
    if (RESERVED.has(module.name)) throw new Error(`a module may not be named ${module.name}: the API has that address`);
    for (const [name, view] of Object.entries(module.views)) {
      if (view.kind !== 'list') continue;
      const relation = schema.relations.get(relationName(module.name, view.table));
      if (relation === undefined) throw new Error(`view ${module.name}.${name}: table "${view.table}" is not declared`);
      addView(app, parts, module, name, view, relation);
    }
  }
}

function addView(
  app: FastifyInstance,
  { projections, reads, shared }: ApiParts,
  module: ModuleDefinition,
  name: string,
  view: ListView,
  relation: Relation,
): void {
  const path = `/api/v1/${module.name}/${name}`;
  const row = rowSchema(view, relation);
  const known = queryFields(view, relation);
  const querystring = Type.Object(Object.fromEntries([...known].map(([field, { type }]) => [field, type])), {
    additionalProperties: false,
  });
  app.get(
    path,
    {
      schema: {
        tags: [module.name],
        summary: view.title,
        querystring,
        response: {
          200: Type.Object(
            { rows: Type.Array(row), next: Type.Optional(Type.String({ description: 'Cursor of the next page; absent on the last.' })) },
            { description: view.title },
          ),
          400: ProblemAnswer,
          503: ProblemAnswer,
        },
      },
      ...shared.route(reads.projected),
      config: { everyone: view.everyone === true },
    },
    async (request, reply) => {
      const query = readQuery(request.query as Record<string, string | number>, known);
      return reads.rows(reply, await projections.list(`${module.name}.${name}`, query));
    },
  );
  addSums(app, { projections, reads, shared }, path, { module, name, view, relation }, known);
  app.get(
    `${path}/:id`,
    {
      schema: {
        tags: [module.name],
        summary: `${view.title}: one`,
        ...(view.collection === undefined ? {} : { description: `Its proof: /api/v1/facts/${module.name}/${view.collection}/{id}` }),
        params: Type.Object({ id: Type.String({ pattern: NO_NUL, maxLength: 256 }) }),
        response: { 200: row, 400: ProblemAnswer, 404: ProblemAnswer, 503: ProblemAnswer },
      },
      preHandler: reads.projected,
      config: { everyone: view.everyone === true },
    },
    async (request, reply) => {
      const { id } = request.params as { readonly id: string };
      const answer = await projections.one(`${module.name}.${name}`, id);
      // What cannot be an id is no row's.
      if (!answer.ok && answer.kind === 'refused') fail('not-found');
      const found = reads.rows(reply, answer);
      if (found === null) fail('not-found');
      return found;
    },
  );
}

interface Viewed {
  readonly module: ModuleDefinition;
  readonly name: string;
  readonly view: ListView;
  readonly relation: Relation;
}

/** Sums over the rows that the same filters give. Amounts of different currencies are never added up. */
function addSums(
  app: FastifyInstance,
  { projections, reads, shared }: Pick<ApiParts, 'projections' | 'reads' | 'shared'>,
  path: string,
  { module, name, view, relation }: Viewed,
  fields: ReadonlyMap<string, Field>,
): void {
  const money = relation.columns.filter((column) => relation.types[column] === 'money');
  const apart = money.length > 0 && view.filters.includes(CURRENCY) ? [CURRENCY] : [];
  const known = new Map([...fields].filter(([field, { place }]) => place !== 'page' || field === 'search'));
  const groupable = view.filters.filter((column) => relation.types[column] !== 'money');
  const one = `(${groupable.join('|')})`;
  if (known.has('by')) throw new Error(`view of ${relation.name}: the query field "by" would mean two things`);
  const by = Type.String({
    pattern: `^${one}(,${one}){0,${BY_MAX - 1}}$`,
    description: `A group for each value of these columns, separated by commas, ordered by them: ${groupable.join(', ')}.${apart.length === 0 ? '' : ' Groups are always by currency, too.'}`,
  });
  const querystring = Type.Object(
    { by: Type.Optional(by), ...Object.fromEntries([...known].map(([field, { type }]) => [field, type])) },
    { additionalProperties: false },
  );
  app.get(
    `${path}/sums`,
    {
      schema: {
        tags: [module.name],
        summary: `${view.title}: sums`,
        description: 'Over the rows that the same filters give in the list: how many there are, and the sum of each amount.',
        querystring,
        response: { 200: sumsSchema(view, relation, groupable, money), 400: ProblemAnswer, 503: ProblemAnswer },
      },
      ...shared.route(reads.projected),
      config: { everyone: view.everyone === true },
    },
    async (request, reply) => {
      const { by: columns, ...filters } = request.query as Record<string, string>;
      const groups = [...new Set([...(columns?.split(',') ?? []), ...apart])];
      return reads.rows(reply, await projections.sums(`${module.name}.${name}`, { by: groups, ...readQuery(filters, known) }));
    },
  );
}

function sumsSchema(view: ListView, relation: Relation, groupable: readonly string[], money: readonly string[]): TSchema {
  const labels = new Map(view.columns.map(({ column, label }) => [column, label]));
  const described = (column: string): string => labels.get(column) ?? column;
  const group = Type.Object({
    rows: Type.Integer({ minimum: 0, description: 'How many rows.' }),
    ...Object.fromEntries(groupable.map((column) => [column, Type.Optional(nullable(relation.types[column], described(column)))])),
    ...Object.fromEntries(money.map((column) => [column, cellSchema('money', described(column))])),
  });
  return Type.Object(
    {
      groups: Type.Array(group, { maxItems: GROUPS_MAX }),
      complete: Type.Boolean({ description: `False where there are more than ${GROUPS_MAX} groups; filter for the rest.` }),
    },
    { description: `${view.title}: sums` },
  );
}

type Field = { readonly type: TSchema; readonly place: 'equal' | 'from' | 'to' | 'page'; readonly column: string };

export function queryFields(view: ListView, relation: Relation): Map<string, Field> {
  const fields = new Map<string, Field>();
  const add = (name: string, field: Field): void => {
    if (fields.has(name)) throw new Error(`view of ${relation.name}: the query field "${name}" would mean two things`);
    fields.set(name, field);
  };
  const page = (name: string, type: TSchema): void => add(name, { type: Type.Optional(type), place: 'page', column: name });
  page('cursor', Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 2048, description: '`next` of the page before.' }));
  page('limit', Type.Integer({ minimum: 1, maximum: LIMIT_MAX, description: 'Default 50.' }));
  const orders = orderColumns(view, relation).flatMap((column) => [column, `-${column}`]);
  page('order', Type.Enum(orders, { description: '`-` for descending.' }));
  if (view.search === true)
    page('search', Type.String({ pattern: NO_NUL, maxLength: 200, description: 'Words that must all be contained, in any case.' }));
  for (const column of view.filters) {
    const type = relation.types[column] as ColumnType;
    add(column, { type: Type.Optional(textSchema(type, `Only rows with this ${column}.`)), place: 'equal', column });
  }
  for (const column of relation.columns) {
    const type = relation.types[column] as ColumnType;
    if (!isRanged(type)) continue;
    add(`${column}${FROM}`, { type: Type.Optional(textSchema(type, 'Inclusive.')), place: 'from', column });
    add(`${column}${TO}`, { type: Type.Optional(textSchema(type, 'Inclusive.')), place: 'to', column });
  }
  return fields;
}

/** Queries stay text: the projection reads them by the column's type, amounts beyond 2^53 included. */
function textSchema(type: ColumnType, description: string): TSchema {
  if (type === 'text') return Type.String({ pattern: NO_NUL, maxLength: 256, description });
  if (type === 'boolean') return Type.String({ pattern: '^(true|false)$', description });
  const unit = type === 'money' ? ' Minor units.' : type === 'time' ? ' Milliseconds UTC.' : '';
  return Type.String({ pattern: WHOLE_NUMBER, description: description + unit });
}

export function readQuery(query: Record<string, string | number>, known: ReadonlyMap<string, Field>): ListQuery {
  const parts = { equal: {} as Record<string, string>, from: {} as Record<string, string>, to: {} as Record<string, string> };
  const page: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(query)) {
    const field = known.get(name) as Field;
    if (field.place === 'page') page[name] = value;
    else parts[field.place][field.column] = String(value);
  }
  return { ...parts, ...page };
}

function rowSchema(view: ListView, relation: Relation): TSchema {
  const labels = new Map(view.columns.map(({ column, label }) => [column, label]));
  const isToldElsewhere = view.about !== undefined && relation.types[TEXTS] === undefined;
  return Type.Object(
    Object.fromEntries(
      [...relation.columns, ...(isToldElsewhere ? [TEXTS] : [])].map((column) => {
        const description = labels.get(column) ?? column;
        if (relation.types[column] === undefined) return [column, Type.Optional(nullable('text', 'Texts of what it is about.'))];
        return [
          column,
          relation.key.includes(column) ? cellSchema(relation.types[column], description) : nullable(relation.types[column], description),
        ];
      }),
    ),
    { description: view.title },
  );
}

function cellSchema(type: ColumnType | undefined, description: string): TSchema {
  if (type === 'money') return Type.String({ pattern: '^-?[0-9]+$', description: `${description} (minor units)` });
  if (type === 'boolean') return Type.Boolean({ description });
  if (type === 'text') return Type.String({ description });
  return Type.Integer({ description: type === 'time' ? `${description} (ms UTC)` : description });
}

function nullable(type: ColumnType | undefined, description: string): TSchema {
  return Type.Union([cellSchema(type, description), Type.Null()], { description });
}
