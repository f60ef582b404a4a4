/**
 * Search on both databases: names are found misspelled and in two scripts, never by one criterion, never by leafing on; what is erased is found
 * no more, and what an epoch's end leaves behind is indexed anew.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { openVaultDatabase } from '../database.ts';
import { endPostgres, postgresPlace, sqlitePlace } from '../places.test.ts';
import { foldNumber, foldWords } from './fold-name.ts';
import { Search } from './search.ts';
import type { SearchTables } from './search-tables.ts';
import { type Criteria, SEARCH_CODES, type SearchCode, SearchRefused, termsOf } from './search-terms.ts';

const PEOPLE: Readonly<Record<string, Criteria>> = {
  zofia: { names: ['Žofia', 'Nováková'], birthYear: 1980, place: 'Košice', number: '805512/1234' },
  yuri: { names: ['Юрий', 'Щёлоков'], birthYear: 1975, place: 'Київ' },
  eleni: { names: ['Ελένη', 'Παπαδοπούλου'], birthYear: 1990, place: 'Θεσσαλονίκη' },
  muhammad: { names: ['محمد', 'حسين'], birthYear: 2001, place: 'القاهرة' },
  gonzalez: { names: ['María del Carmen', 'González', 'Muñoz'], birthYear: 1962, place: 'Vellmere' },
  gomez: { names: ['María', 'Gómez'], birthYear: 1962, place: 'Vellmere' },
  muller: { names: ['Jürgen', 'Müller'], birthYear: 1955, place: 'Gößweinstein' },
  wang: { names: ['王', '小明'], birthYear: 1988, place: 'Vellmere' },
  khodja: { names: ['Chadidscha', 'Weiß'], birthYear: 1949, place: 'Bad Tölz', number: 'DE 77-1' },
};
const handles = Object.keys(PEOPLE).map((_, n) => n.toString(16).padStart(2, '0').repeat(16));
const handleOf = (who: string): string => handles[Object.keys(PEOPLE).indexOf(who)]!;

/** Epochs with keys that nobody wraps: what wraps them is not search's. */
function epochs() {
  const state = { epoch: 1 };
  return {
    state,
    newKeys: async (count: number) =>
      Array.from({ length: count }, () => {
        const key = new Uint8Array(randomBytes(32));
        return { key, wrapped: key, epoch: state.epoch };
      }),
    open: async (kept: readonly { readonly wrapped: Uint8Array }[]) => kept.map(({ wrapped }) => new Uint8Array(wrapped)),
  };
}

for (const make of [async () => sqlitePlace(), postgresPlace]) {
  describe(make === postgresPlace ? 'in PostgreSQL' : 'in SQLite', () => {
    after(endPostgres);

    async function opened() {
      const { place, remove } = await make();
      const database = await openVaultDatabase<SearchTables>(place);
      const search = new Search();
      await search.create(database as never);
      const keys = epochs();
      search.begin(keys);
      const who = async (criteria: Criteria, register = 'civil') => {
        const hits = await search.find(register, criteria);
        return hits.map(({ case: handle }) => Object.keys(PEOPLE)[handles.indexOf(handle)]);
      };
      const end = async (): Promise<void> => {
        await database.close();
        await remove();
      };
      return { place, database, search, keys, who, end };
    }

    async function filled() {
      const all = await opened();
      for (const [name, criteria] of Object.entries(PEOPLE)) await all.search.indexCase('civil', handleOf(name), criteria);
      return all;
    }

    test('who is meant comes first: as written, misspelled, with letters swapped, in another script, by any two criteria', async () => {
      const { who, end } = await filled();
      const questions: readonly (readonly [string, Criteria])[] = [
        ['zofia', { names: ['Žofia Nováková'], birthYear: 1980 }],
        ['zofia', { names: ['ZOFIA NOVAKOVA'], place: 'kosice' }],
        ['zofia', { names: ['Zophia Nowakowa'], birthYear: 1981 }],
        ['zofia', { names: ['Жофия Новакова'], birthYear: 1979 }],
        ['zofia', { number: '8055121234', birthYear: 1980 }],
        ['zofia', { number: '805512 1234', names: ['Novak'] }],
        ['zofia', { number: '8055121234', place: 'Košice' }],
        ['yuri', { names: ['Yuri', 'Shchelokov'], birthYear: 1975 }],
        ['yuri', { names: ['Jurij Schtschjolokow'], birthYear: 1975 }],
        ['yuri', { names: ['Iouri Chtchelokov'], place: 'Kyiv' }],
        ['eleni', { names: ['Eleni Papadopoulou'], birthYear: 1990 }],
        ['eleni', { names: ['Helene Papadopoulos'], birthYear: 1990 }],
        ['muhammad', { names: ['Mohammed', 'Hussein'], birthYear: 2001 }],
        ['muhammad', { names: ['Muhammad Husain'], birthYear: 2000 }],
        ['gonzalez', { names: ['Maria Gonsales'], birthYear: 1962 }],
        ['gonzalez', { names: ['Gonazlez Munoz'], birthYear: 1962 }],
        ['gonzalez', { names: ['Carmen Gonzáles Muños'], place: 'Vellmere' }],
        ['gomez', { names: ['Maria Gomes'], birthYear: 1962, place: 'Velmere' }],
        ['muller', { names: ['Juergen Mueller'], birthYear: 1955 }],
        ['muller', { names: ['Jurgen Miller'], place: 'Gössweinstein' }],
        ['wang', { names: ['Wang Xiaoming'], birthYear: 1988 }],
        ['khodja', { names: ['Khadija Weiss'], birthYear: 1949 }],
      ];
      for (const [name, criteria] of questions) assert.equal((await who(criteria))[0], name, JSON.stringify(criteria));
      await end();
    });

    test('whoever fits in one criterion only is no hit, nor is anybody of another register', async () => {
      const { who, end } = await filled();
      assert.deepEqual(await who({ names: ['Žofia Nováková'], birthYear: 1950 }), []);
      assert.deepEqual(await who({ names: ['Žofia Nováková'], place: 'Wien' }), []);
      assert.deepEqual(await who({ names: ['Xerxes'], birthYear: 1980 }), []);
      assert.deepEqual(await who({ number: '8055121234', names: ['Quentin'] }), []);
      assert.deepEqual(await who({ number: '8055121234', birthYear: 1999 }), []);
      assert.deepEqual(await who({ names: ['Žofia Nováková'], birthYear: 1980 }, 'dogs'), []);
      await end();
    });

    test('every refusal is provoked, also where the register is empty', async () => {
      const { search, end } = await opened();
      const wrong: Readonly<Record<SearchCode, readonly Criteria[]>> = {
        'search-too-few': [{}, { names: ['Žofia'] }, { birthYear: 1980 }, { number: '1' }],
        'search-too-wide': [{ birthYear: 1980, place: 'Košice' }],
        'search-malformed': [
          { names: ['…', '!'], birthYear: 1980 },
          { names: ['A'], birthYear: 80 },
          { names: ['A'], birthYear: 1980.5 },
          { names: ['A'], place: '-' },
          { number: '--', birthYear: 1980 },
          { names: ['A'.repeat(201)], birthYear: 1980 },
          { names: Array.from({ length: 9 }, () => 'A'), birthYear: 1980 },
        ],
      };
      for (const code of Object.keys(SEARCH_CODES) as SearchCode[]) {
        for (const criteria of wrong[code]) {
          await assert.rejects(search.find('civil', criteria), (error) => error instanceof SearchRefused && error.code === code);
        }
      }
      await end();
    });

    test('at most twenty, the likest first, however many there are', async () => {
      const { search, end } = await opened();
      const many = Array.from({ length: 300 }, (_, n) => ({
        case: randomBytes(16).toString('hex'),
        criteria: {
          names: ['Anna', n === 200 ? 'Kowalska' : `Kowal${'abcdefghij'[n % 10]}${'klmnopqrst'[n % 9]}`],
          birthYear: 1970,
          place: 'Vellmere',
        },
      }));
      await search.indexCases('civil', many);
      const hits = await search.find('civil', { names: ['Anna Kowalska'], birthYear: 1970 });
      assert.equal(hits.length, 20);
      assert.deepEqual(hits[0], { case: many[200]!.case, score: 100 });
      assert.ok(hits.every(({ score }, n) => n === 0 || score <= hits[n - 1]!.score));
      await end();
    });

    test('what is forgotten is found no more, nor is one token of it left; indexed again, a case has its new tokens only', async () => {
      const { search, who, database, end } = await filled();
      const count = async () => {
        const { n } = await database.db
          .selectFrom('search_token')
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow();
        return Number(n);
      };
      const of = (name: string): number => termsOf(PEOPLE[name]!, new Uint8Array(32), false).terms.length;
      const before = await count();
      await search.forget(handleOf('zofia'));
      await search.forget(handleOf('zofia'));
      assert.deepEqual(await who({ names: ['Žofia Nováková'], birthYear: 1980 }), []);
      assert.equal(await count(), before - of('zofia'));
      await database.db.transaction().execute((rows) => search.erase([handleOf('yuri'), handleOf('eleni')], rows as never));
      assert.equal(await count(), before - of('zofia') - of('yuri') - of('eleni'));
      await search.indexCase('civil', handleOf('muller'), { names: ['Jürgen', 'Schmidt'], birthYear: 1955 });
      assert.deepEqual(await who({ names: ['Schmidt'], birthYear: 1955 }), ['muller']);
      assert.deepEqual(await who({ names: ['Müller'], birthYear: 1955 }), []);
      await end();
    });

    test('a new epoch brings new keys; until a case has moved it is found under the old one, which then ends', async () => {
      const { search, who, keys, database, end } = await filled();
      const keyCount = async () => (await database.db.selectFrom('search_key').select('id').execute()).length;
      await search.tick();
      assert.equal(await keyCount(), 1);
      keys.state.epoch = 2;
      await search.tick();
      assert.equal(await keyCount(), 2);
      assert.equal((await search.behind(100)).length, handles.length);
      await search.indexCase('civil', handleOf('zofia'), PEOPLE.zofia!);
      assert.deepEqual(await who({ names: ['Zofia Novakova'], birthYear: 1980 }), ['zofia']);
      assert.deepEqual(await who({ names: ['Jürgen Müller'], birthYear: 1955 }), ['muller']);
      await search.tick();
      assert.equal(await keyCount(), 2);
      for (const { case: handle, register } of await search.behind(100)) {
        await search.indexCase(register, handle, Object.values(PEOPLE)[handles.indexOf(handle)]!);
      }
      assert.deepEqual(await search.behind(100), []);
      await search.tick();
      assert.equal(await keyCount(), 1);
      assert.deepEqual(await who({ names: ['Jürgen Müller'], birthYear: 1955 }), ['muller']);
      await end();
    });

    test('no name, place or number is in the files', async () => {
      const { place, end, search } = await filled();
      await search.tick();
      if ('dir' in place && existsSync(place.dir)) {
        for (const name of readdirSync(place.dir)) {
          const text = readFileSync(join(place.dir, name)).toString('latin1').toLowerCase();
          for (const part of ['novak', 'kosice', 'sofia', '8055121234', 'gonsal']) assert.ok(!text.includes(part), `${part} in ${name}`);
        }
      }
      await end();
    });
  });
}

test('folding brings spellings together, and takes any text', () => {
  const letters = (text: string) => foldWords(text).map((word) => word.letters);
  assert.deepEqual(letters('Юрий'), letters('Jurij'));
  assert.deepEqual(letters('Müller-Lüdenscheidt'), letters('Mueller Luedenscheidt'));
  assert.deepEqual(letters("O'Brien"), letters('O’BRIEN'));
  assert.deepEqual(foldWords('محمد')[0]!.skeleton, foldWords('Mohammed')[0]!.skeleton);
  assert.deepEqual(letters('  -- … '), []);
  assert.equal(foldNumber('de 77-1'), 'DE771');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) =>
      foldWords(text).every((word) => /^[a-z0-9]{1,40}$/.test(word.letters) && /^[a-z0-9]{0,40}$/.test(word.skeleton)),
    ),
  );
});

test('tokens of different registers, years and pieces share nothing', () => {
  const tokens = (criteria: Criteria, key: number) =>
    termsOf(criteria, new Uint8Array(32).fill(key), false).terms.map(({ token }) => Buffer.from(token).toString('hex'));
  const all = [
    tokens({ names: ['Anna Kowalska'], birthYear: 1970 }, 1),
    tokens({ names: ['Anna Kowalska'], birthYear: 1970 }, 2),
    tokens({ names: ['Anna Kowalska'], birthYear: 1971 }, 1),
    tokens({ names: ['Anna Kowalska'], place: '1970' }, 1),
    tokens({ names: ['Anna Kowalska'], number: '1970' }, 1),
  ].flat();
  assert.equal(new Set(all).size, all.length);
  assert.equal(tokens({ names: ['Anna Kowalska'] }, 1).length, 0);
});
