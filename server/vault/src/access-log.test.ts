/**
 * The access log on both databases: rows are durable before they are told, proofs verify at every size, a person sees their own rows and
 * nobody else's, and whatever is done to an anchored row behind the log's back is named.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { sha256 } from '@tabularium/crypto';
import {
  type AccessRow,
  accessLeaf,
  LogTree,
  type ShownAccess,
  verifyConsistency,
  verifyInclusion,
  verifyShownAccess,
} from '@tabularium/log';
import fc from 'fast-check';
import { type AccessAnchor, checkAccessLog } from './access-audit.ts';
import { AccessLog, AccessLogBusy, type NewAccess } from './access-log.ts';
import { type AccessTables, rowOf } from './access-tables.ts';
import { AccessLogDamaged, leafHashOf } from './access-tree.ts';
import { openVaultDatabase, type VaultDatabase } from './database.ts';
import { endPostgres, postgresPlace, sqlitePlace } from './places.test.ts';

const AGENCY = 'vellmere';
const [ANA, BEN] = ['a1'.repeat(16), 'b2'.repeat(16)];

function access(n: number, change: Partial<NewAccess> = {}): NewAccess {
  return {
    agency: AGENCY,
    officer: `officer-${n % 3}`,
    role: 'registrar',
    office: 'registry',
    purpose: 'birth-certificate',
    file: `REG-${n}`,
    action: 'case.read',
    cases: [n % 2 === 0 ? ANA : BEN],
    ...change,
  };
}

for (const make of [async () => sqlitePlace(), postgresPlace]) {
  describe(make === postgresPlace ? 'in PostgreSQL' : 'in SQLite', () => {
    after(endPostgres);

    /** A log with so many rows, and what a stranger would keep of it: each row and an anchor after every `every`. */
    async function filled(count: number, every = 100) {
      const { place, remove } = await make();
      const database = await openVaultDatabase<AccessTables>(place);
      let now = 1_800_000_000_000;
      const options = { database, sha256, random: (length: number) => new Uint8Array(randomBytes(length)), clock: () => now++ };
      const log = await AccessLog.open(options);
      const rows: AccessRow[] = [];
      const anchors: AccessAnchor[] = [];
      while (rows.length < count) {
        const some = Math.min(every, count - rows.length);
        rows.push(...(await Promise.all(Array.from({ length: some }, (_, n) => log.append(access(rows.length + n))))));
        anchors.push(await log.head(AGENCY));
      }
      const end = async (): Promise<void> => {
        await log.close();
        await database.close();
        await remove();
      };
      return { place, database, options, log, rows, anchors, end };
    }

    const leafHashes = async ({ db }: VaultDatabase<AccessTables>): Promise<readonly Uint8Array[]> =>
      (await db.selectFrom('access').selectAll().orderBy('seq').execute()).map((row) => leafHashOf(rowOf(row), sha256));

    test('rows get numbers without gaps, each agency its own, and are there before they are told', async () => {
      const { log, database, end } = await filled(0);
      const told = await Promise.all([0, 1, 2].map((n) => log.append(access(n))).concat(log.append(access(3, { agency: 'ministry' }))));
      assert.deepEqual(
        told.map(({ agency, seq }) => [agency, seq]),
        [
          [AGENCY, 0],
          [AGENCY, 1],
          [AGENCY, 2],
          ['ministry', 0],
        ],
      );
      const { count } = await database.db
        .selectFrom('access')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      assert.equal(Number(count), 4);
      assert.equal((await log.head('ministry')).size, 1);
      assert.equal(await log.begun(AGENCY), told[0]!.time);
      assert.equal(await log.begun('nobody'), undefined);
      assert.deepEqual((await log.head('nobody')).size, 0);
      await end();
    });

    test('roots, inclusion and consistency at every size are those of core’s tree, before and after a new opening', async () => {
      const { log, database, options, end } = await filled(700);
      const hashes = await leafHashes(database);
      const reference = LogTree.empty(sha256);
      const roots = [reference.root()];
      for (const hash of hashes) {
        reference.append(hash);
        roots.push(reference.root());
      }
      for (const one of [log, await AccessLog.open(options)]) {
        await fc.assert(
          fc.asyncProperty(fc.nat({ max: 700 }), fc.nat({ max: 700 }), fc.nat(), async (a, b, at) => {
            const [from, to] = [Math.min(a, b), Math.max(a, b)];
            assert.deepEqual(await one.rootAt(AGENCY, to), roots[to]);
            const proof = await one.consistency(AGENCY, from, to);
            assert.ok(verifyConsistency({ from, fromRoot: roots[from]!, to, toRoot: roots[to]!, proof }, sha256));
            if (to === 0) return;
            const index = at % to;
            const path = await one.inclusion(AGENCY, index, to);
            assert.ok(verifyInclusion({ index, size: to, leafHash: hashes[index]!, proof: path, root: roots[to]! }, sha256));
          }),
          { numRuns: 60 },
        );
        await assert.rejects(one.rootAt(AGENCY, 701), RangeError);
      }
      await end();
    });

    test('a log that is opened again goes on where it was', async () => {
      const { log, database, options, end } = await filled(530);
      await log.close();
      const again = await AccessLog.open(options);
      const { seq } = await again.append(access(530));
      assert.equal(seq, 530);
      const reference = LogTree.empty(sha256);
      for (const hash of await leafHashes(database)) reference.append(hash);
      assert.deepEqual((await again.head(AGENCY)).root, reference.root());
      await end();
    });

    test('a person sees the rows of their cases, newest first, without those withheld, and can prove each', async () => {
      const { log, end } = await filled(300);
      await log.append(access(300, { action: 'search', cases: [ANA, BEN] }));
      await log.append(access(302, { refused: 'look-role', purpose: 'curiosity' }));
      const { size, root } = await log.head(AGENCY);
      const seen = await log.ofCases([ANA], { isWithheld: (_, { file }) => file === 'REG-4' });
      assert.equal(seen.length, 151);
      assert.ok(seen.every(({ row, of }, n) => of === ANA && row.file !== 'REG-4' && (n === 0 || row.time <= seen[n - 1]!.row.time)));
      assert.equal(seen[0]!.row.refused, 'look-role');
      for (const one of seen.slice(0, 20)) {
        const shown = await log.shown(one, size);
        const text = JSON.stringify(shown);
        assert.ok(!text.includes(BEN) && !text.includes('officer-') && !text.includes('REG-'));
        assert.ok(verifyShownAccess(shown, root, sha256));
        const { time } = shown.leaf;
        const forged: readonly ShownAccess[] = [
          { ...shown, case: BEN },
          { ...shown, salt: 'zz' },
          { ...shown, salt: '00'.repeat(32) },
          { ...shown, leaf: { ...shown.leaf, time: time + 1 } },
          { ...shown, leaf: { ...shown.leaf, purpose: 'census' } },
          { ...shown, path: shown.path.slice(1) },
          { ...shown, path: shown.path.map(() => '!') },
        ];
        for (const other of forged) assert.equal(verifyShownAccess(other, root, sha256), false);
      }
      const [first] = await log.ofCases([ANA, BEN], { isWithheld: (handle) => handle === ANA });
      assert.equal(first!.of, BEN);
      assert.deepEqual(await log.ofCases([], { isWithheld: () => false }), []);
      assert.deepEqual(await log.ofCases(['c3'.repeat(16)], { isWithheld: () => false }), []);
      assert.equal((await log.ofCases([BEN], { isWithheld: () => false, since: seen[0]!.row.time })).length, 0);
      await end();
    });

    test('whoever has the database cannot take out, change, swap or put in an anchored row unseen', async () => {
      const { database, anchors, end, rows } = await filled(600);
      const { db } = database;
      const faultsOf = async () => (await checkAccessLog(database, AGENCY, anchors, sha256)).faults;
      const where = (seq: number) => db.selectFrom('access').selectAll().where('seq', '=', seq).executeTakeFirstOrThrow();
      const whole = await checkAccessLog(database, AGENCY, anchors, sha256);
      assert.deepEqual(whole, { rows: 600, anchored: 600, faults: [] });

      const [row, last] = [await where(77), await where(599)];
      await db.deleteFrom('access').where('seq', '=', 77).execute();
      assert.deepEqual(await faultsOf(), [{ kind: 'row-missing', seq: 77 }]);
      await db
        .insertInto('access')
        .values({ ...row, officer: 'somebody-else' })
        .execute();
      assert.deepEqual(await faultsOf(), [{ kind: 'row-changed', seq: 77 }]);
      await db
        .updateTable('access')
        .set({ officer: row.officer, salt: new Uint8Array(32) })
        .where('seq', '=', 77)
        .execute();
      assert.deepEqual(await faultsOf(), [{ kind: 'row-changed', seq: 77 }]);
      await db.updateTable('access').set({ salt: row.salt, cases: '[]' }).where('seq', '=', 77).execute();
      assert.deepEqual(await faultsOf(), [{ kind: 'row-changed', seq: 77 }]);
      await db.updateTable('access').set({ cases: row.cases }).where('seq', '=', 77).execute();
      assert.deepEqual(await faultsOf(), []);

      // Two rows change places.
      for (const [from, to] of [
        [10, 9_010],
        [11, 10],
        [9_010, 11],
      ] as const) {
        await db.updateTable('access').set({ seq: to }).where('seq', '=', from).execute();
      }
      assert.deepEqual(
        await faultsOf(),
        [10, 11].map((seq) => ({ kind: 'row-changed', seq })),
      );
      for (const [from, to] of [
        [10, 9_010],
        [11, 10],
        [9_010, 11],
      ] as const) {
        await db.updateTable('access').set({ seq: to }).where('seq', '=', from).execute();
      }

      // The tile is changed with the row: then it is known between which anchors.
      await db.updateTable('access').set({ purpose: 'census' }).where('seq', '=', 130).execute();
      const tile = await db.selectFrom('access_tile').selectAll().where('level', '=', 0).where('at', '=', 0).executeTakeFirstOrThrow();
      const hashes = new Uint8Array(tile.hashes);
      hashes.set(leafHashOf(rowOf(await where(130)), sha256), 130 * 32);
      await db.updateTable('access_tile').set({ hashes }).where('level', '=', 0).where('at', '=', 0).execute();
      assert.deepEqual((await faultsOf())[0], { kind: 'root-differs', from: 100, size: 200 });
      await db.updateTable('access_tile').set({ hashes: tile.hashes }).where('level', '=', 0).where('at', '=', 0).execute();
      await db.updateTable('access').set({ purpose: 'birth-certificate' }).where('seq', '=', 130).execute();

      // The end is cut off, and a row is put in its place.
      await db.deleteFrom('access').where('seq', '=', 599).execute();
      assert.deepEqual(await faultsOf(), [{ kind: 'rows-fewer', rows: 599, size: 600 }]);
      await db
        .insertInto('access')
        .values({ ...last, file: 'REG-0' })
        .execute();
      assert.deepEqual(await faultsOf(), [{ kind: 'root-differs', from: 500, size: 600 }]);
      await db.updateTable('access').set({ file: last.file }).where('seq', '=', 599).execute();
      assert.deepEqual(await faultsOf(), []);
      assert.equal(rows.length, 600);
      await end();
    });

    test('a log whose end or tiles are gone is not written on', async () => {
      const { database, options, end } = await filled(520);
      const { db } = database;
      const open = async () => (await AccessLog.open(options)).append(access(1));
      const row = await db.selectFrom('access').selectAll().where('seq', '=', 515).executeTakeFirstOrThrow();
      await db.deleteFrom('access').where('seq', '=', 515).execute();
      await assert.rejects(open(), AccessLogDamaged);
      await db.insertInto('access').values(row).execute();
      const tile = await db.selectFrom('access_tile').selectAll().where('level', '=', 0).where('at', '=', 1).executeTakeFirstOrThrow();
      await db.deleteFrom('access_tile').where('level', '=', 0).where('at', '=', 1).execute();
      await assert.rejects(open(), AccessLogDamaged);
      await db.insertInto('access_tile').values(tile).execute();
      await db.deleteFrom('access').where('seq', '>=', 500).execute();
      await assert.rejects(open(), AccessLogDamaged);
      await end();
    });

    test('a row that the database does not take is told to nobody, and the log goes on', async () => {
      const { log, database, end } = await filled(3);
      const taken = { ...(await database.db.selectFrom('access').selectAll().where('seq', '=', 2).executeTakeFirstOrThrow()), seq: 3 };
      await database.db.insertInto('access').values(taken).execute();
      await assert.rejects(log.append(access(3)));
      assert.equal((await log.append(access(4))).seq, 4);
      await end();
    });
  });
}

test('a row holds codes and handles: no name, no free text, not too many of them; a queue has an end', async () => {
  const { place, remove } = sqlitePlace();
  const database = await openVaultDatabase<AccessTables>(place);
  const log = await AccessLog.open({ database, sha256, random: (length) => new Uint8Array(length), clock: () => 1 });
  for (const wrong of [
    { cases: ['Žofia'] },
    { cases: [ANA.toUpperCase()] },
    { cases: Array.from({ length: 1_001 }, () => ANA) },
    { file: 'Žofia Nováková' },
    { officer: 'x'.repeat(257) },
    { refused: 'line\nbreak' },
  ]) {
    assert.throws(() => log.append(access(0, wrong)), RangeError);
  }
  const many = Array.from({ length: 20_001 }, () =>
    log.append(access(0)).then(
      () => true,
      (error) => error,
    ),
  );
  const answers = await Promise.all(many);
  assert.ok(answers[20_000] instanceof AccessLogBusy);
  assert.equal(answers.filter((one) => one === true).length, 20_000);
  await assert.rejects(
    log.ofCases(
      Array.from({ length: 1_001 }, () => ANA),
      { isWithheld: () => false },
    ),
    RangeError,
  );
  const leaf = accessLeaf({ ...access(0), seq: 0, time: 0 }, new Uint8Array(32), sha256);
  assert.throws(() => accessLeaf({ ...access(0), seq: 0, time: 0 }, new Uint8Array(31), sha256), RangeError);
  assert.ok(!JSON.stringify(leaf).includes(ANA));
  await log.close();
  await database.close();
  await remove();
});
