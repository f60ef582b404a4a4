/**
 * Search over everything public: one question, read in every way it can be meant, and at most twenty answers. What a text leads to is shown
 * only where the text store, asked at this moment, still has that text.
 */
import type { FoundRow, JsonRow } from '@tabularium/projections';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import { tellingFor } from './language.ts';
import { fewerWords, type Question, readQuestion } from './search-question.ts';
import { ProblemAnswer, SearchAnswer } from './wire-schemas.ts';

const HITS_MAX = 20;

interface Hit {
  readonly kind: 'entry' | 'record';
  readonly title: string;
  readonly sub: string;
  readonly purpose?: string;
  readonly byDay?: true;
  readonly exact?: true;
  readonly index?: number;
  readonly module?: string;
  readonly list?: string;
  readonly id?: string;
  readonly time?: number;
  readonly day?: string;
  readonly amount?: string;
  readonly currency?: string;
}

/** Adds the route. */
export function addSearchRoute(app: FastifyInstance, parts: ApiParts): void {
  const { door, projections, reads } = parts;
  const querystring = Type.Object(
    {
      q: Type.String({
        minLength: 1,
        maxLength: 200,
        description:
          'The number or the name of an entry, or the first eight characters of a name and more; a record’s id or state key; an amount (`1,200.50`, `1200,50 EUR`); a day, a month or a year (`2025-03-03`, `March 2025`); part of a budget line’s code; or words of a published text.',
      }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: HITS_MAX, description: `Default ${HITS_MAX}.` })),
    },
    { additionalProperties: false },
  );
  app.get(
    '/api/v1/search',
    {
      schema: {
        tags: ['screens'],
        summary: 'Search over everything public',
        description:
          'Words are found in any case, with or without accents, and as parts of longer words; they need three letters. What has all of them is shown; where nothing has, what has most (`nearest`), each word by its beginning.',
        querystring,
        response: { 200: SearchAnswer, 400: ProblemAnswer, 503: ProblemAnswer },
      },
      preHandler: reads.projected,
    },
    async (request, reply) => {
      const { q, limit = HITS_MAX } = request.query as { readonly q: string; readonly limit?: number };
      const hits = new Hits({ ...parts, telling: tellingFor(parts.telling, request, reply) });
      const question = readQuestion(q.replaceAll('\0', ' '));
      const find = async ({ entry, name, ...sought }: Question): Promise<readonly Hit[]> => {
        const page = reads.rows(reply, await projections.search({ ...sought, limit: HITS_MAX }));
        const named = name === undefined ? [] : door.entriesNamed(name).slice(0, HITS_MAX);
        const texted = page.entries.filter(({ digest }) => hits.isShown(digest)).map(({ index }) => index);
        const exact = [...(entry === undefined ? [] : [entry]), ...named];
        return [
          ...(await hits.entries(exact, true)),
          ...page.rows.flatMap((row) => hits.record(row, sought)),
          ...(await hits.entries(
            texted.filter((index) => !exact.includes(index)),
            false,
          )),
        ];
      };
      const found = await find(question);
      if (found.length > 0) return { hits: found.slice(0, limit), total: found.length };
      const nearest = await findNearest(question.words, find);
      return { hits: nearest.slice(0, limit), total: nearest.length, ...(nearest.length === 0 ? {} : { nearest: true }) };
    },
  );
}

/** Of words that nothing has all of: what has as many of them as anything has. */
async function findNearest(words: string, find: (question: Question) => Promise<readonly Hit[]>): Promise<readonly Hit[]> {
  for (const some of fewerWords(words)) {
    const found = new Map<string, Hit>();
    for (const less of some)
      for (const hit of await find({ words: less, amounts: [] })) found.set(`${hit.module}/${hit.list}/${hit.id}/${hit.index}`, hit);
    if (found.size > 0) return [...found.values()];
  }
  return [];
}

/** From what was found to what is shown. */
class Hits {
  readonly #parts: ApiParts;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  isShown(digest: string): boolean {
    return this.#parts.texts.get(digest)?.kind === 'text';
  }

  async entries(indexes: readonly number[], isExact: boolean): Promise<readonly Hit[]> {
    const answers = await Promise.all([...new Set(indexes)].map((index) => this.#parts.projections.entry(index)));
    return answers.flatMap((answer): readonly Hit[] => {
      if (!answer.ok || answer.value === null) return [];
      const { index, time, action, about, role, office } = answer.value;
      const hit = {
        kind: 'entry',
        title: this.#parts.telling.words.deed(action, about),
        sub: this.#parts.telling.words.role(role, office),
        index,
        time,
      } as const;
      return [isExact ? { ...hit, exact: true } : hit];
    });
  }

  record({ module, list, by, row, digest }: FoundRow, { words, record }: Omit<Question, 'entry' | 'name'>): readonly Hit[] {
    const view = this.#parts.catalogue.find(({ name }) => name === module)?.views[list];
    if (view?.kind !== 'list' || (digest !== undefined && !this.isShown(digest))) return [];
    const id = String(row[view.id]);
    const cell = (as: 'date' | 'money') => view.columns.find((column) => column.as === as && row[column.column] !== null)?.column;
    const [day, amount] = [textIn(row, cell('date')), textIn(row, cell('money'))];
    const currency = textIn(row, 'currency');
    const time = typeof row.entry === 'number' && row.entry >= 0 ? this.#parts.door.blockOf(row.entry)?.time : undefined;
    const { words: telling } = this.#parts.telling;
    const purpose = telling.purposeAt(`${module}/${view.collection}/${id}`)?.title;
    return [
      {
        kind: 'record',
        title: telling.titleOf(textIn(row, 'texts')?.split(' ') ?? []) ?? id,
        sub: telling.tongue.text(view.title),
        ...(purpose === undefined ? {} : { purpose }),
        ...(by === 'day' ? { byDay: true } : {}),
        ...(by === 'id' && (id === words || record !== undefined) ? { exact: true } : {}),
        ...{ module, list, id },
        ...(time === undefined ? {} : { time }),
        ...(day === undefined ? {} : { day }),
        ...(amount === undefined ? {} : { amount }),
        ...(amount === undefined || currency === undefined ? {} : { currency }),
      },
    ];
  }
}

function textIn(row: JsonRow, column: string | undefined): string | undefined {
  const value = column === undefined ? undefined : row[column];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
