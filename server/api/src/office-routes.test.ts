/** Who does what here, by office and role: what the charter gives, what was done, held against the entries themselves; and no person in it. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTown } from './town-rig.test.ts';

const { town, get, close } = await openTown();
after(close);

interface Entry {
  readonly index: number;
  readonly action: string;
  readonly about: string;
  readonly office: string;
  readonly role: string;
  readonly time: number;
}

async function allEntries(): Promise<readonly Entry[]> {
  const rows: Entry[] = [];
  for (let path: string | undefined = '/api/v1/transactions?limit=200'; path !== undefined; ) {
    const { json } = await get(path);
    rows.push(...(json.rows as Entry[]));
    path = json.next === undefined ? undefined : `/api/v1/transactions?limit=200&before=${json.next}`;
  }
  return rows;
}

test('each role of each office has as many entries as the record has of it, by kind and by month of the office’s zone', async () => {
  const entries = await allEntries();
  const { offices } = (await get('/api/v1/offices')).json as {
    offices: { office: string; agency: string; roles: { role: string; entries: number }[] }[];
  };
  assert.equal(
    offices.flatMap(({ roles }) => roles).reduce((sum, role) => sum + role.entries, 0),
    entries.length,
  );
  const { zone } = town.charter.calendar;
  const month = new Intl.DateTimeFormat('sv', { year: 'numeric', month: '2-digit', timeZone: zone });
  for (const { office, roles } of offices) {
    for (const { role, entries: count } of roles) {
      const own = entries.filter((entry) => entry.office === office && entry.role === role);
      assert.equal(own.length, count, `${role}@${office}`);
      const { done, may } = (await get(`/api/v1/offices/${office}/${role}`)).json as {
        done: { action: string; about: string; month: string; entries: number; title: string }[];
        may: { action: string; title: string; signers: number }[];
      };
      assert.ok(may.every(({ title, signers }) => title !== '' && signers >= 1));
      for (const one of done) {
        const same = own.filter(
          ({ action, about, time }) => action === one.action && about === one.about && month.format(time).slice(0, 7) === one.month,
        );
        assert.equal(same.length, one.entries, `${one.title} in ${one.month}`);
      }
      assert.equal(
        done.reduce((sum, one) => sum + one.entries, 0),
        count,
      );
    }
  }
});

test('the entries of a role are listed page by page, all of them or of one kind', async () => {
  const entries = await allEntries();
  const { office, role, action, about } = entries.find((entry) => entry.about !== '')!;
  const listed = async (query: string): Promise<readonly number[]> => {
    const found: number[] = [];
    let before = '';
    for (let pages = 0; pages < 1_000; pages++) {
      const { json } = await get(`/api/v1/offices/${office}/${role}/entries?limit=7${query}${before}`);
      found.push(...(json.rows as Entry[]).map(({ index }) => index));
      if (json.next === undefined) break;
      before = `&before=${json.next}`;
    }
    return found;
  };
  const own = entries.filter((entry) => entry.office === office && entry.role === role);
  assert.deepEqual(
    await listed(''),
    own.map(({ index }) => index),
  );
  assert.deepEqual(
    await listed(`&action=${action}&about=${about}`),
    own.filter((entry) => entry.action === action && entry.about === about).map(({ index }) => index),
  );
});

test('no officer, no key and no time of day stands in it; what is no role here is nothing', async () => {
  const [{ office, role } = { office: '', role: '' }] = await allEntries();
  const { text } = await get(`/api/v1/offices/${office}/${role}`);
  for (const officer of Object.keys(town.charter.officers)) assert.ok(!text.includes(officer), officer);
  assert.doesNotMatch(text, /"(?:officer|kid|time)"/);
  assert.equal((await get('/api/v1/offices/nowhere/mayor')).status, 404);
  assert.equal((await get(`/api/v1/offices/${office}/judge`)).status, 404);
  assert.equal((await get(`/api/v1/offices/${office}/${encodeURIComponent("' OR 1=1")}`)).status, 400);
});

test('the charter decides how many must sign', async () => {
  const { may } = (await get('/api/v1/offices/council/clerk')).json as { may: { action: string; signers: number }[] };
  const amend = may.find(({ action }) => action === 'kernel.charter.amend');
  assert.equal(amend?.signers, town.charter.amendQuorum);
});
