/**
 * How long a search in a register takes, and whether it finds who is meant: questions of each kind (as written, mistyped, swapped letters, in
 * another script) over so many invented people. Erasing one is measured among few and among all.
 */
import { randomBytes } from 'node:crypto';
import { type SeededRandom, seededRandom } from '@tabularium/scenarios';
import { type Criteria, openVaultDatabase, Search, tablesOf, type VaultPlace } from '@tabularium/vault';
import { sql } from 'kysely';
import { quantile } from './http-load.ts';
import { inCyrillic, inventedPeople, mistyped, type Person, swapped } from './invented-people.ts';

const SEED = 11;
const BATCH = 20_000;
const QUESTIONS = 300;
const ERASED = 200;
const FEW = 10_000;
const REGISTER = 'civil';

/** The handle of the n-th. */
const handleOf = (n: number): string => `c0${n.toString(16).padStart(30, '0')}`;

/** A figure at a time, given to `say`. */
export async function benchVaultSearch(
  count: number,
  place: VaultPlace,
  say: (figure: string, values: Record<string, unknown>) => void,
): Promise<void> {
  const database = await openVaultDatabase<never>(place);
  const search = new Search();
  await search.create(database);
  const key = new Uint8Array(randomBytes(32));
  search.begin({
    newKeys: async (wanted) => Array.from({ length: wanted }, () => ({ key, wrapped: key, epoch: 1 })),
    open: async (kept) => kept.map(() => key),
  });
  const asked: { readonly handle: string; readonly person: Person }[] = [];
  let made: { case: string; criteria: Criteria }[] = [];
  const started = performance.now();
  let n = 0;
  let few: Record<string, unknown> | undefined;
  for (const person of inventedPeople(count, SEED)) {
    const handle = handleOf(n++);
    if (asked.length < QUESTIONS && n % (2 * Math.floor(count / QUESTIONS / 2)) === 1) asked.push({ handle, person });
    made.push({ case: handle, criteria: person });
    if (made.length === BATCH || n === count || n === FEW) {
      await search.indexCases(REGISTER, made.splice(0));
      made = [];
      if (n === FEW && count > FEW) few = await eraseSome(search, FEW);
    }
  }
  const indexSeconds = (performance.now() - started) / 1_000;
  const { db } = tablesOf<{ search_token: { token: Uint8Array } }>(database);
  const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM search_token`.execute(db);
  if (database.kind === 'postgres') await sql`ANALYZE search_token, search_case`.execute(db);
  const tokens = Number(rows[0]!.n);
  say('search index', {
    database: database.kind,
    cases: count,
    tokens,
    tokens_per_case: Number((tokens / count).toFixed(1)),
    seconds: Math.round(indexSeconds),
  });

  const kinds = kindsOf(seededRandom(SEED + 1));
  const all: number[] = [];
  for (const [kind, ask] of Object.entries(kinds)) {
    const times: number[] = [];
    let found = 0;
    for (const { handle, person } of asked) {
      const start = performance.now();
      const hits = await search.find(REGISTER, ask(person));
      times.push(performance.now() - start);
      if (hits.some((hit) => hit.case === handle)) found++;
    }
    all.push(...times);
    say('search', {
      database: database.kind,
      kind,
      cases: count,
      ...spread(times),
      found_among_20: Number((found / asked.length).toFixed(3)),
    });
  }
  say('search, all kinds', {
    database: database.kind,
    cases: count,
    ...spread(all),
    bound: 'p95 <= 300 ms',
    durable: 'a read; its row of the access log is not in this figure',
  });
  const erased = await eraseSome(search, count);
  say('erase one of N', { database: database.kind, among_few: few, among_all: erased, durable: 'one transaction with fsync each' });
  await database.close();
}

/** How a clerk asks, by what is known and how well it is spelled. */
function kindsOf(random: SeededRandom): Readonly<Record<string, (person: Person) => Criteria>> {
  return {
    'as written, name and year': ({ names, birthYear }) => ({ names, birthYear }),
    'as written, name and place': ({ names, place: of }) => ({ names, place: of }),
    'one letter wrong, year beside': ({ names, birthYear }) => ({
      names: [names[0], mistyped(names[1], random)],
      birthYear: birthYear + 1,
    }),
    'a letter wrong in each': ({ names, birthYear }) => ({ names: names.map((name) => mistyped(name, random)), birthYear }),
    'letters swapped': ({ names, birthYear }) => ({ names: [names[0], swapped(names[1], random)], birthYear }),
    'another script': ({ names, birthYear }) => ({ names: names.map(inCyrillic), birthYear }),
    'a letter wrong, name and place': ({ names, place: of }) => ({ names: [names[0], mistyped(names[1], random)], place: of }),
    'everything given': ({ names, birthYear, place: of }) => ({ names: [names[0], mistyped(names[1], random)], birthYear, place: of }),
  };
}

function spread(times: readonly number[]): Record<string, number> {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number => Number(quantile(sorted, share).toFixed(1));
  return { p50_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1) };
}

async function eraseSome(search: Search, count: number): Promise<Record<string, unknown>> {
  const times: number[] = [];
  for (let k = 0; k < ERASED; k++) {
    const handle = handleOf(2 * Math.floor((k * count) / ERASED / 2) + 1);
    const start = performance.now();
    await search.forget(handle);
    times.push(performance.now() - start);
  }
  return { cases: count, ...spread(times) };
}
