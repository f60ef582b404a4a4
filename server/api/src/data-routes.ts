/**
 * Every list to take away, as CSV and as JSON Lines, with the checkpoint it is good for; and the catalogue that portals of open data harvest.
 * A file that fits in memory shows one moment of the ledger exactly; a larger one is sent while it is read, and its trailer says up to where.
 */
import { finished, Readable } from 'node:stream';
import type { ListView } from '@tabularium/kernel';
import { parseCheckpoint, parseNote } from '@tabularium/log';
import { dayIn, Tongue } from '@tabularium/pages';
import {
  type Answer,
  type JsonRow,
  LIMIT_MAX,
  type ListQuery,
  type Relation,
  relationName,
  type Schema,
  TEXTS,
} from '@tabularium/projections';
import { encodeBase64, minorDigits } from '@tabularium/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type TSchema, Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import { BYTE_ORDER_MARK, type CsvCell, csvLine } from './csv.ts';
import { type DataSet, dataCatalogue } from './data-catalogue.ts';
import { queryFields, readQuery } from './module-routes.ts';
import { fail } from './problem.ts';
import { baseOf } from './public-base.ts';
import { HEIGHT_HEADER } from './reads.ts';
import { ProblemAnswer } from './wire-schemas.ts';

export const ENTRIES_HEADER = 'tabularium-entries';
export const CHECKPOINT_HEADER = 'tabularium-checkpoint';
const CATALOGUE_TYPE = 'application/ld+json';
const HEIGHT_END = 'tabularium-height-end';
/** Rows that are held until it is known that all of them are of one moment. */
const HELD_MAX = 20_000;
/** How often such a file is begun anew when something was written meanwhile. */
const ATTEMPTS_MAX = 3;
/** Files made at the same time; whoever comes then is told to come again. */
const FILES_MAX = 4;
const RETRY = { 'retry-after': '5' };

type ReadPage = (cursor: string | undefined) => Promise<Answer<{ readonly rows: readonly JsonRow[]; readonly next?: string }>>;

/** A file to take away: how its rows are read, and how one is written. */
interface Source {
  readonly name: string;
  readonly columns: readonly string[];
  readonly read: ReadPage;
  readonly cells: (row: JsonRow) => readonly CsvCell[];
}

/** Adds the routes. */
export function addDataRoutes(app: FastifyInstance, parts: ApiParts, schema: Schema, about: AboutData): void {
  const sets: DataSet[] = [entriesSet()];
  const making = { count: 0 };
  addFiles(app, parts, { set: sets[0] as DataSet, fields: new Map(), source: () => entriesSource(parts), making });
  for (const module of parts.catalogue) {
    for (const [list, view] of Object.entries(module.views)) {
      if (view.kind !== 'list') continue;
      const relation = schema.relations.get(relationName(module.name, view.table)) as Relation;
      const name = `${module.name}/${list}`;
      const set = { name, module: module.name, title: view.title, area: module.title, keys: columnsOf(relation) };
      const fields = new Map([...queryFields(view, relation)].filter(([field]) => field !== 'cursor' && field !== 'limit'));
      sets.push(set);
      addFiles(app, parts, {
        ...{ set, making },
        fields,
        source: (query) => listSource(parts, { name, view: `${module.name}.${list}`, list: view, relation }, readQuery(query, fields)),
      });
    }
  }
  app.get(
    '/data/catalog.jsonld',
    {
      schema: {
        tags: ['data'],
        summary: 'The catalogue of the open data (DCAT-AP 3.0, JSON-LD)',
        produces: [CATALOGUE_TYPE],
        response: { 200: { type: 'object' }, 400: ProblemAnswer },
      },
    },
    async (request, reply) =>
      reply
        .header('content-type', CATALOGUE_TYPE)
        .header('cache-control', 'no-cache')
        .send(
          JSON.stringify(
            dataCatalogue(sets, {
              ...about,
              base: baseOf(request, parts.publicUrl),
              head: parts.door.head(),
              office: parts.telling.office,
            }),
          ),
        ),
  );
  app.get(
    '/api/v1/data',
    {
      schema: {
        tags: ['data'],
        summary: 'What there is to take away, and what it is good for now',
        response: { 200: Type.Object({ sets: Type.Array(Type.Object({})), licence: Type.String() }) },
      },
      preHandler: parts.reads.ledger,
    },
    async (request) => {
      const tongue = Tongue.asked(request.headers['accept-language']);
      return {
        sets: sets.map(({ title, area, ...set }) => ({ ...set, title: tongue.text(title), area: tongue.text(area) })),
        licence: about.licence,
        ...(about.contact === undefined ? {} : { contact: about.contact }),
        ...asOf(parts, parts.door.head().height),
      };
    },
  );
}

/** What the office says of its data. */
export interface AboutData {
  /** URI of the licence under which lists are given away. */
  readonly licence: string;
  /** E-mail address that people may write to. */
  readonly contact?: string | undefined;
}

/** As the Commission's list of licences names it: anybody may use it, saying where it is from. */
export const LICENCE = 'http://publications.europa.eu/resource/authority/licence/CC_BY_4_0';

interface Files {
  readonly set: DataSet;
  readonly fields: ReadonlyMap<string, { readonly type: TSchema }>;
  readonly source: (query: Readonly<Record<string, string>>) => Source;
  /** Files that are being made now, of all lists. */
  readonly making: { count: number };
}

function addFiles(app: FastifyInstance, parts: ApiParts, { set, fields, source, making }: Files): void {
  const querystring = Type.Object(Object.fromEntries([...fields].map(([field, { type }]) => [field, type])), {
    additionalProperties: false,
  });
  for (const [ending, type, what] of [
    [
      'csv',
      'text/csv; charset=utf-8; header=present',
      'CSV (RFC 4180, UTF-8 with byte order mark; amounts as decimals, days in the office’s zone)',
    ],
    ['jsonl', 'application/jsonl; charset=utf-8', 'JSON Lines (rows as the API gives them)'],
  ] as const) {
    app.get(
      `/data/${set.name}.${ending}`,
      {
        schema: {
          tags: ['data'],
          summary: `${set.title}: all of it as ${what}`,
          description: `\`${ENTRIES_HEADER}\`: how many entries of the log it is as of; \`${CHECKPOINT_HEADER}\`: size and root of a signed checkpoint that covers them.`,
          querystring,
          produces: [type],
          response: { 200: { type: 'string', description: what }, 400: ProblemAnswer, 503: ProblemAnswer },
        },
        preHandler: parts.reads.projected,
      },
      async (request, reply) => {
        // Whoever left while the lists were waited for takes nobody's place.
        if (reply.raw.destroyed) return reply.hijack();
        if (making.count >= FILES_MAX) fail('too-many-files', undefined, RETRY);
        making.count++;
        finished(reply.raw, () => making.count--);
        return await sendFile(
          parts,
          request,
          reply.header('content-type', type),
          source(request.query as Record<string, string>),
          ending === 'csv',
        );
      },
    );
  }
}

async function sendFile(
  { door, reads }: ApiParts,
  _request: FastifyRequest,
  reply: FastifyReply,
  source: Source,
  isCsv: boolean,
): Promise<FastifyReply> {
  const held = await hold(source, (answer) => reads.rows(reply, answer));
  let { height } = held;
  reply
    .header(HEIGHT_HEADER, String(height))
    .header('cache-control', 'no-cache')
    .header('content-disposition', `attachment; filename="${source.name.replaceAll('/', '-')}.${isCsv ? 'csv' : 'jsonl'}"`);
  const { entries, checkpoint } = asOf({ door }, height);
  if (entries !== undefined) reply.header(ENTRIES_HEADER, String(entries));
  if (checkpoint !== undefined) reply.header(CHECKPOINT_HEADER, `${checkpoint.size} ${checkpoint.root}`);
  // A long file is of more than one moment: what comes after it says up to which.
  if (held.next !== undefined) reply.trailer(HEIGHT_END, async () => String(height));
  const write = (row: JsonRow): string => (isCsv ? csvLine(source.cells(row)) : `${JSON.stringify(row)}\n`);
  async function* lines(): AsyncGenerator<string> {
    if (isCsv) yield BYTE_ORDER_MARK + csvLine(source.columns);
    for (let at = 0; at < held.rows.length; at += LIMIT_MAX)
      yield held.rows
        .slice(at, at + LIMIT_MAX)
        .map(write)
        .join('');
    for (let cursor = held.next; cursor !== undefined; ) {
      const answer = await source.read(cursor);
      // Cut off: whoever reads it sees that it did not end well.
      if (!answer.ok) throw new Error('the lists cannot be read just now');
      height = answer.height;
      yield answer.value.rows.map(write).join('');
      cursor = answer.value.next;
    }
  }
  return await reply.send(Readable.from(lines()));
}

interface Held {
  readonly rows: readonly JsonRow[];
  readonly height: number;
  /** Where the rest begins that is not held. */
  readonly next?: string;
}

/** All rows of one moment; of a file that is too long for that, the first. */
async function hold(source: Source, unwrap: <T>(answer: Answer<T>) => T): Promise<Held> {
  for (let attempt = 1; ; attempt++) {
    const rows: JsonRow[] = [];
    let height: number | undefined;
    let moved = false;
    let cursor: string | undefined;
    do {
      const answer = await source.read(cursor);
      const page = unwrap(answer);
      if (answer.ok) {
        moved ||= height !== undefined && answer.height !== height;
        height ??= answer.height;
      }
      rows.push(...page.rows);
      cursor = page.next;
    } while (cursor !== undefined && rows.length < HELD_MAX && !(moved && attempt < ATTEMPTS_MAX));
    if (moved && attempt < ATTEMPTS_MAX) continue;
    return { rows, height: height ?? 0, ...(cursor === undefined ? {} : { next: cursor }) };
  }
}

/** How many entries stand up to this height, and a signed checkpoint that covers them. */
function asOf(
  { door }: Pick<ApiParts, 'door'>,
  height: number,
): { readonly entries?: number; readonly checkpoint?: { readonly size: number; readonly root: string } } {
  const block = door.block(height);
  const checkpoint = parseCheckpoint(parseNote(door.checkpoint())?.text ?? '');
  if (block === undefined) return {};
  const entries = block.first + block.count;
  if (checkpoint === undefined || checkpoint.size < entries) return { entries };
  return { entries, checkpoint: { size: checkpoint.size, root: encodeBase64(checkpoint.root) } };
}

const ENTRY_COLUMNS = ['index', 'day', 'title', 'action', 'about', 'role', 'office', 'agency', 'name', 'height'] as const;

function entriesSet(): DataSet {
  return { name: 'entries', module: '', title: 'Every entry of the record', area: 'The record', keys: ENTRY_COLUMNS };
}

function entriesSource({ projections, telling: { words, zone } }: ApiParts): Source {
  return {
    name: 'entries',
    columns: ENTRY_COLUMNS,
    cells: (row) => ENTRY_COLUMNS.map((column) => row[column]),
    read: async (cursor) => {
      const answer = await projections.entries({ limit: LIMIT_MAX, ...(cursor === undefined ? {} : { before: Number(cursor) }) });
      if (!answer.ok) return answer;
      const rows = answer.value.map(({ index, height, time, name, action, about, agency, office, role }) => ({
        ...{ index, day: dayIn(time, zone), title: words.deed(action, about), action, about, role, office, agency, name, height },
      }));
      const last = rows.at(-1);
      return { ...answer, value: rows.length === LIMIT_MAX && last !== undefined ? { rows, next: String(last.index) } : { rows } };
    },
  };
}

/** A list's columns, with what its published texts say in place of their digests. */
function columnsOf({ columns, types }: Relation): readonly string[] {
  const own = columns.filter((column) => column !== TEXTS);
  return types[TEXTS] === undefined ? own : [...own, 'title'];
}

function listSource(
  { projections, telling: { words, zone } }: ApiParts,
  { name, view, list, relation }: { readonly name: string; readonly view: string; readonly list: ListView; readonly relation: Relation },
  query: ListQuery,
): Source {
  const columns = list.about === undefined || relation.types[TEXTS] !== undefined ? columnsOf(relation) : [...columnsOf(relation), 'title'];
  const cell = (row: JsonRow, column: string): CsvCell => {
    const value = row[column];
    if (relation.types[column] === 'money' && typeof value === 'string') return decimal(value, String(row.currency ?? ''));
    if (relation.types[column] === 'time' && typeof value === 'number') return dayIn(value, zone);
    return value;
  };
  return {
    name,
    columns,
    cells: (row) => columns.map((column) => cell(row, column)),
    read: async (cursor) => {
      const answer = await projections.list(view, { ...query, limit: LIMIT_MAX, ...(cursor === undefined ? {} : { cursor }) });
      if (!answer.ok) return answer;
      const rows = answer.value.rows.map(({ [TEXTS]: texts, ...row }) => {
        const title = typeof texts === 'string' && texts !== '' ? words.titleOf(texts.split(' ')) : undefined;
        return title === undefined ? row : { ...row, title };
      });
      return { ...answer, value: { ...answer.value, rows } };
    },
  };
}

/** `1234.50` from minor units; of a currency of no known digits, minor units as they are. */
function decimal(minor: string, currency: string): string {
  const digits = minorDigits(currency) ?? 0;
  const [, sign = '', value = ''] = /^(-?)(.*)$/.exec(minor) ?? [];
  const padded = value.padStart(digits + 1, '0');
  return digits === 0 ? minor : `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}
