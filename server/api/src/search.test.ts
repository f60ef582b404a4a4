/** Search over everything public: each way to ask finds what is meant, both databases answer alike, and withdrawn words are gone at once. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openProjections, type Projections } from '@tabularium/projections';
import { readQuestion } from './search-question.ts';
import { openTown } from './town-rig.test.ts';

const { town, get, close } = await openTown();
const SETUP = fileURLToPath(new URL('../../../tools/setup-postgres.sh', import.meta.url));
let cluster = '';
let onPostgres: Projections;
before(async () => {
  const answer = execFileSync('bash', [SETUP, 'start'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const [databaseUrl = '', dir = ''] = answer.trim().split('\n');
  cluster = dir;
  onPostgres = openProjections({
    databaseUrl,
    ledgerPath: join(town.dir, 'ledger.db'),
    texts: {
      texts: join(town.dir, 'texts.db'),
      index: join(town.dir, 'text-index-2.db'),
      nameCandidates: (name) => town.storage.nameCandidates(name),
    },
  });
  onPostgres.notify(town.storage.head().height);
  assert.equal(await onPostgres.waitFor(town.storage.head().height, 60_000), true, onPostgres.failed);
});
after(async () => {
  await onPostgres?.close();
  if (cluster !== '') execFileSync('bash', [SETUP, 'stop', cluster], { stdio: ['ignore', 'inherit', 'inherit'] });
  await close();
});

interface Hit {
  readonly kind: string;
  readonly title: string;
  readonly sub: string;
  readonly exact?: true;
  readonly index?: number;
  readonly list?: string;
  readonly id?: string;
  readonly time?: number;
  readonly day?: string;
  readonly amount?: string;
  readonly currency?: string;
}

async function search(q: string): Promise<readonly Hit[]> {
  const { status, json, text } = await get(`/api/v1/search?q=${encodeURIComponent(q)}`);
  assert.equal(status, 200, text);
  const hits = json.hits as Hit[];
  assert.ok(hits.length <= 20 && Number(json.total) >= hits.length);
  return hits;
}
const rowsOf = async (list: string) => (await get(`/api/v1/treasury/${list}?limit=200`)).json.rows as Record<string, string>[];
/** The one text among a row's digests; the others are decoys. */
async function textOf(texts: string | undefined): Promise<{ readonly digest: string; readonly value: string }> {
  const { json } = await get(`/api/v1/texts?digest=${String(texts).split(' ').join('&digest=')}`);
  return (json.rows as { digest: string; value: string }[])[0] ?? { digest: '', value: '' };
}

test('an entry is found by its number and by the beginning of its name', async () => {
  const { rows } = (await get('/api/v1/stories?limit=1')).json as { rows: { index: number; name: string; title: string; time: number }[] };
  const { index, name, title, time } = rows[0]!;
  for (const q of [String(index), name, name.slice(0, 8)]) {
    const [first] = await search(q);
    assert.deepEqual([first?.kind, first?.index, first?.title, first?.time, first?.exact], ['entry', index, title, time, true], q);
  }
  assert.deepEqual(await search(name.slice(0, 7)), []);
  assert.ok((await search('99999999')).every(({ kind }) => kind === 'record'));
});

test('a record is found by its id, the beginning of it, and its state key', async () => {
  const [payment] = await rowsOf('payments');
  const { id = '', amount, currency, execute } = payment!;
  for (const q of [id, id.slice(0, 10), `treasury/payment/${id}`]) {
    const [first] = await search(q);
    assert.deepEqual([first?.list, first?.id, first?.amount, first?.currency, first?.day], ['payments', id, amount, currency, execute], q);
    assert.equal(first?.title, (await textOf(payment!.texts)).value);
  }
  assert.equal((await search(id))[0]?.exact, true);
  assert.equal((await search(id.slice(0, 10)))[0]?.exact, undefined);
});

test('words lead to the record that has them, and to what is about it', async () => {
  const [payment] = await rowsOf('payments');
  const { value: title } = await textOf(payment!.texts);
  const hits = await search(title.toUpperCase().slice(1));
  assert.ok(hits.some(({ list, title: shown }) => list === 'payables' && shown === title));
  assert.ok(hits.some(({ list, title: shown }) => list === 'payments' && shown === title));
  const owed = hits.filter(({ list }) => list === 'payables' || list === 'payments');
  assert.ok(owed.every(({ time, amount, currency }) => Number(time) > 0 && amount !== undefined && currency === 'EUR'));
  const [line] = await rowsOf('lines');
  assert.ok((await search((await textOf(line!.texts)).value)).some(({ list, id }) => list === 'lines' && id === line!.id));
  for (const none of ['qqqqq', 'xy', '%%%', '"']) assert.deepEqual(await search(none), [], none);
});

test('lines are found by part of their code, amounts as they are written anywhere, days by day and by month', async () => {
  const [line] = await rowsOf('lines');
  assert.ok((await search(line!.code!.toLowerCase().slice(0, -1))).some(({ list, id }) => list === 'lines' && id === line!.id));
  const [{ id, amount = '', execute = '' } = {}] = await rowsOf('payments');
  const [whole, cents] = [amount.slice(0, -2), amount.slice(-2)];
  for (const q of [`${whole}.${cents}`, `${whole},${cents} EUR`, `€${whole}.${cents}`])
    assert.ok(
      (await search(q)).some((hit) => hit.id === id && hit.amount === amount),
      q,
    );
  assert.ok(!(await search(`${whole}.${cents} USD`)).some((hit) => hit.id === id));
  const onDay = await search(execute);
  assert.ok(onDay.length > 0 && onDay.some(({ list }) => list === 'payments'));
  assert.ok((await search(execute.slice(0, 7))).length >= onDay.length);
  assert.ok((await search(execute.slice(0, 4))).length > 0);
  assert.deepEqual(await search('2199-01'), []);
});

/** Words are taken up a few hundred texts at a time, after the lists. */
async function wordsAreThere(words: string): Promise<void> {
  const { entry: _, name: __, ...question } = readQuestion(words);
  const found = async (one: Projections): Promise<number> => {
    const answer = await one.search({ ...question, limit: 20 });
    return answer.ok ? answer.value.rows.length : -1;
  };
  const end = performance.now() + 60_000;
  while ((await found(onPostgres)) !== (await found(town.projections))) {
    assert.ok(performance.now() < end, 'the words were not taken up');
    await delay(100);
  }
}

test('both databases find the same', async () => {
  const [[payment], [line], [payable]] = [await rowsOf('payments'), await rowsOf('lines'), await rowsOf('payables')];
  const { value: title } = await textOf(payable!.texts);
  const amount = `${payment!.amount!.slice(0, -2)}.${payment!.amount!.slice(-2)}`;
  const questions = [
    title,
    title.slice(2, 6),
    payment!.id!,
    payment!.id!.slice(0, 8),
    line!.code!,
    line!.code!.slice(2),
    amount,
    '2025',
    '2025-03',
    'the',
    'o r',
  ];
  await wordsAreThere(title);
  for (const q of [...questions, `treasury/line/${line!.id}`, '100%', "a'b", '100.00', 'Straße']) {
    const { entry: _, name: __, ...question } = readQuestion(q);
    const answers = await Promise.all([town.projections, onPostgres].map((one) => one.search({ ...question, limit: 20 })));
    // Where a list has more than were asked for, which of them come is each database's own.
    const [sqlite, postgres] = answers.map((answer) => {
      assert.ok(answer.ok, JSON.stringify(answer));
      const groups = Map.groupBy(answer.value.rows, ({ list, by }) => `${list} ${by}`);
      return [...groups]
        .flatMap(([group, rows]) =>
          rows.length < 20 ? rows.map(({ row, digest = '' }) => `${group} ${row.id ?? row.year} ${digest}`) : [group],
        )
        .toSorted();
    });
    assert.deepEqual(postgres, sqlite, q);
  }
});

test('where nothing has all the words, what has most of them is shown as the nearest', async () => {
  const [payable] = await rowsOf('payables');
  const { value: title } = await textOf(payable!.texts);
  const { json } = await get(`/api/v1/search?q=${encodeURIComponent(`${title} xylophonist`)}`);
  assert.equal(json.nearest, true);
  assert.ok((json.hits as Hit[]).some((hit) => hit.title === title));
  assert.equal((await get(`/api/v1/search?q=${encodeURIComponent(title)}`)).json.nearest, undefined);
  assert.deepEqual((await get('/api/v1/search?q=xylophonist+zymurgy')).json, { hits: [], total: 0 });
});

test('a withdrawn text is not found from that moment on, nor is what it led to', async () => {
  const [payable] = await rowsOf('payables');
  const { digest, value: title } = await textOf(payable!.texts);
  // By other words the record itself may still be found, untitled.
  const led = (hits: readonly Hit[]) => hits.filter((hit) => hit.id === payable!.id && hit.title === title).length;
  assert.ok(led(await search(title)) > 0);
  town.texts.withdraw({ digest, time: town.now, ground: 'privacy', case: 'C-1' });
  for (let tries = 0; tries < 3; tries++) {
    assert.equal(led(await search(title)), 0);
  }
  assert.equal((await search(payable!.id!))[0]?.title, 'Title withdrawn');
});

test('a question that is none is refused', async () => {
  for (const query of ['', '?q=', `?q=${'x'.repeat(201)}`, '?q=roof&limit=0', '?q=roof&limit=21', '?q=roof&page=2', '?q=a&q=b'])
    assert.equal((await get(`/api/v1/search${query}`)).status, 400, query);
  assert.equal(((await get('/api/v1/search?q=2025&limit=2')).json.hits as Hit[]).length, 2);
});
