/** Both databases keep bytes and whole numbers as they were given, and forget in a transaction that fails. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { openVaultDatabase } from './database.ts';
import { endPostgres, postgresPlace, sqlitePlace } from './places.test.ts';

interface Tables {
  readonly thing: { readonly id: number; readonly bytes: Uint8Array; readonly name: string };
}

for (const make of [async () => sqlitePlace(), postgresPlace]) {
  describe(make === postgresPlace ? 'in PostgreSQL' : 'in SQLite', () => {
    after(endPostgres);

    test('bytes and numbers come back, a failed transaction leaves nothing, and the rows are there at the next opening', async () => {
      const { place, remove } = await make();
      const vault = await openVaultDatabase<Tables>(place);
      const { bytes, integer, text } = vault.types;
      await sql`CREATE TABLE thing (id ${sql.raw(integer)} PRIMARY KEY, bytes ${sql.raw(bytes)}, name ${sql.raw(text)})`.execute(vault.db);
      const row = { id: 2 ** 53 - 1, bytes: Uint8Array.of(0, 255, 7), name: 'Žofia' };
      await vault.db.transaction().execute(async (rows) => rows.insertInto('thing').values(row).execute());
      const broken = vault.db.transaction().execute(async (rows) => {
        await rows
          .insertInto('thing')
          .values({ ...row, id: 2 })
          .execute();
        throw new Error('on purpose');
      });
      await assert.rejects(broken, /on purpose/);
      await vault.db.deleteFrom('thing').where('id', '=', 3).execute();
      await vault.shred();
      await vault.close();
      const again = await openVaultDatabase<Tables>(place);
      const found = await again.db.selectFrom('thing').selectAll().execute();
      assert.deepEqual(
        found.map(({ id, bytes: kept, name }) => [id, [...kept], name]),
        [[row.id, [...row.bytes], row.name]],
      );
      await again.close();
      await remove();
    });
  });
}
