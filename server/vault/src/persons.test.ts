/** Persons, on both databases: an invitation is good once, a key is one person's, and nothing of them outlasts their last case. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { openVaultDatabase, type VaultDatabase } from './database.ts';
import { type PersonKey, PersonRefused, Persons, type PersonTables } from './persons.ts';
import { endPostgres, postgresPlace, sqlitePlace } from './places.test.ts';

const NOW = 1_800_000_000;
const [BIRTH, MARRIAGE] = ['b1'.repeat(16), 'a2'.repeat(16)];
const key = (name: string): PersonKey => ({ kid: name, key: JSON.stringify({ kind: 'es256', name }) });
const refusedAs = (code: string) => (error: unknown) => error instanceof PersonRefused && error.code === code;

/** Different at each call, the same in each run. */
function counted(): (bytes: number) => Uint8Array {
  let calls = 0;
  return (bytes) => new Uint8Array(bytes).fill(++calls);
}

for (const make of [async () => sqlitePlace(), postgresPlace]) {
  describe(make === postgresPlace ? 'persons in PostgreSQL' : 'persons in SQLite', () => {
    after(endPostgres);

    async function opened(): Promise<{
      readonly persons: Persons;
      readonly database: VaultDatabase<PersonTables>;
      readonly end: () => Promise<void>;
    }> {
      const { place, remove } = await make();
      const database = await openVaultDatabase<PersonTables>(place);
      const persons = new Persons({ database, random: counted() });
      await persons.create();
      const end = async (): Promise<void> => {
        await database.close();
        await remove();
      };
      return { persons, database, end };
    }

    test('an invitation makes its case somebody’s, once, and not after its time', async () => {
      const { persons, end } = await opened();
      const token = await persons.invite({ case: BIRTH, standing: 'self' }, NOW + 60, NOW);
      const late = await persons.invite({ case: MARRIAGE, standing: 'self' }, NOW + 60, NOW);
      const person = await persons.enrol(token, [key('phone'), key('stick')], NOW);
      assert.deepEqual(await persons.casesOf(person), [{ case: BIRTH, standing: 'self' }]);
      assert.deepEqual(await persons.ofKey('phone'), { person, key: key('phone').key });
      await assert.rejects(persons.enrol(token, [key('other')], NOW), refusedAs('invitation-unknown'));
      await assert.rejects(persons.enrol('guessed', [key('other')], NOW), refusedAs('invitation-unknown'));
      await assert.rejects(persons.join(late, person, NOW + 60), refusedAs('invitation-unknown'));
      assert.equal(await persons.ofKey('other'), undefined);
      await end();
    });

    test('a key that is somebody’s enrols nobody else, and the invitation is not used up by it', async () => {
      const { persons, end } = await opened();
      const one = await persons.enrol(await persons.invite({ case: BIRTH, standing: 'self' }, NOW + 60, NOW), [key('phone')], NOW);
      const token = await persons.invite({ case: MARRIAGE, standing: 'self' }, NOW + 60, NOW);
      await assert.rejects(persons.enrol(token, [key('new'), key('phone')], NOW), refusedAs('key-taken'));
      await persons.join(token, one, NOW);
      assert.deepEqual(
        (await persons.casesOf(one)).map((own) => own.case),
        [MARRIAGE, BIRTH],
      );
      await end();
    });

    test('keys come and go, the last one stays, and nobody takes another’s', async () => {
      const { persons, end } = await opened();
      const one = await persons.enrol(await persons.invite({ case: BIRTH, standing: 'self' }, NOW + 60, NOW), [key('a')], NOW);
      await assert.rejects(persons.removeKey(one, 'a'), refusedAs('last-key'));
      await persons.addKey(one, key('b'));
      await assert.rejects(persons.addKey('somebody', key('b')), refusedAs('key-taken'));
      await persons.removeKey(one, 'a');
      assert.equal(await persons.ofKey('a'), undefined);
      await end();
    });

    test('what was erased is nobody’s case; who has none left is forgotten, who has another stays', async () => {
      const { persons, database, end } = await opened();
      const invite = (handle: string, standing: 'self' | 'for') => persons.invite({ case: handle, standing }, NOW + 60, NOW);
      const child = await persons.enrol(await invite(BIRTH, 'self'), [key('child')], NOW);
      const mother = await persons.enrol(await invite(BIRTH, 'for'), [key('mother')], NOW);
      await persons.join(await invite(MARRIAGE, 'self'), mother, NOW);
      const open = await invite(BIRTH, 'for');
      for (let again = 0; again < 2; again++) await database.db.transaction().execute((rows) => persons.erase([BIRTH], rows));
      assert.deepEqual(await persons.casesOf(child), []);
      assert.equal(await persons.ofKey('child'), undefined);
      assert.deepEqual(await persons.casesOf(mother), [{ case: MARRIAGE, standing: 'self' }]);
      assert.ok((await persons.ofKey('mother')) !== undefined);
      await assert.rejects(persons.join(open, mother, NOW), refusedAs('invitation-unknown'));
      await end();
    });
  });
}
