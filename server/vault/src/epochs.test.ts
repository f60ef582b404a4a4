/**
 * Backups forget too: what was erased is in no backup once its epoch's key is destroyed, whoever has all keys that are there. What lives goes
 * on from epoch to epoch, also where the process is killed in between.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { KeyFileInvalid, openFolderKeys } from './folder-keys.ts';
import { KeyMissing, type KeyVault } from './key-vault.ts';
import { endPostgres, sqlitePlace } from './places.test.ts';
import { VaultKeysMissing } from './vault.ts';
import { DAY_MS, filesHave, hold, holding, NOW, nameOf, newHandle, newRig, PLACES, RETENTION_MS, type Rig } from './vault-rig.test.ts';

const NOW_MS = NOW * 1_000;
let rig: Rig;
afterEach(async () => await rig.end());
after(endPostgres);

const keyFiles = (): readonly string[] => readdirSync(rig.keysDir).sort();

for (const make of PLACES) {
  describe(nameOf(make), () => {
    test('living data keys go from epoch to epoch, and an old key is destroyed one retention after its end', async () => {
      rig = await newRig(make);
      const vault = await rig.open();
      const held = Array.from({ length: 1_203 }, () => holding(newHandle(), 'Ada'));
      for (const some of [held.slice(0, 600), held.slice(600)]) await hold(rig, vault, ...some);
      const epochsNow = async (): Promise<readonly number[]> =>
        (await sql<{ epoch: number }>`SELECT DISTINCT epoch FROM holding ORDER BY epoch`.execute(vault.database.db)).rows.map(
          ({ epoch }) => epoch,
        );
      await vault.epochs.tick(NOW_MS + RETENTION_MS - 1);
      assert.deepEqual([keyFiles(), await epochsNow()], [['epoch-1.key'], [1]]);
      await vault.epochs.tick(NOW_MS + RETENTION_MS);
      assert.deepEqual([keyFiles(), await epochsNow()], [['epoch-1.key', 'epoch-2.key'], [2]]);
      await vault.epochs.tick(NOW_MS + 2 * RETENTION_MS - 1);
      assert.deepEqual(keyFiles(), ['epoch-1.key', 'epoch-2.key']);
      await vault.epochs.tick(NOW_MS + 2 * RETENTION_MS);
      assert.deepEqual([keyFiles(), await epochsNow()], [['epoch-2.key', 'epoch-3.key'], [3]]);
      // A clock that was wrong for a moment, and a node that was off for a year, lose nothing.
      await vault.epochs.tick(NOW_MS);
      await vault.close();
      const again = await rig.open({ nowMs: NOW_MS + 365 * DAY_MS });
      assert.deepEqual(keyFiles(), ['epoch-3.key', 'epoch-4.key']);
      for (const one of held.filter((_, n) => n % 100 === 0)) {
        assert.deepEqual((await again.holdings.ofCase(one.case))[0]?.disclosures, one.disclosures);
      }
    });

    test('what is erased is gone from the database, and nothing is taken under its handle any more', async () => {
      rig = await newRig(make);
      const vault = await rig.open();
      const [gone, stays] = [holding(newHandle(), 'Ada'), holding(newHandle(), 'Grace')];
      await hold(rig, vault, gone);
      await hold(rig, vault, stays);
      await Promise.all([vault.erase(gone.case), vault.erase(gone.case)]);
      await vault.erase(gone.case);
      assert.deepEqual(await vault.holdings.ofCase(gone.case), []);
      assert.equal((await vault.holdings.ofCase(stays.case)).length, 1);
      assert.deepEqual([await vault.isErased(gone.case), await vault.isErased(stays.case)], [true, false]);
      await assert.rejects(hold(rig, vault, holding(gone.case, 'again')), { code: 'case-erased' });
      await assert.rejects(hold(rig, vault, { ...gone, case: newHandle() }), { code: 'disclosure-reused' });
      const left = await sql<{ count: number }>`SELECT count(*) AS count FROM holding`.execute(vault.database.db);
      assert.equal(left.rows[0]?.count, 1);
    });

    test('a damaged row keeps no old key from being destroyed, and the others go on', async () => {
      rig = await newRig(make);
      const vault = await rig.open();
      const [bad, good] = [holding(newHandle(), 'Ada'), holding(newHandle(), 'Grace')];
      await hold(rig, vault, bad);
      await hold(rig, vault, good);
      await sql`UPDATE holding SET wrapped = ${Buffer.alloc(40)} WHERE "case" = ${bad.case}`.execute(vault.database.db);
      await vault.epochs.tick(NOW_MS + RETENTION_MS);
      await vault.epochs.tick(NOW_MS + 2 * RETENTION_MS);
      assert.deepEqual(keyFiles(), ['epoch-2.key', 'epoch-3.key']);
      assert.equal((await vault.holdings.ofCase(good.case)).length, 1);
      await assert.rejects(vault.holdings.ofCase(bad.case), KeyMissing);
    });
  });
}

test('an old backup with all keys that are there gives nothing erased, and an old database erases again before it serves', async () => {
  rig = await newRig(async () => sqlitePlace());
  const dir = 'dir' in rig.place.place ? rig.place.place.dir : '';
  const copy = mkdtempSync(join(tmpdir(), 'tabularium-copy-'));
  const vault = await rig.open();
  const [gone, stays] = [holding(newHandle(), 'Ada'), holding(newHandle(), 'Grace')];
  await hold(rig, vault, gone);
  await hold(rig, vault, stays);
  await vault.close();
  cpSync(dir, copy, { recursive: true });
  const living = await rig.open();
  await living.erase(gone.case);
  const promised = living.epochs.readableUntil(NOW_MS);
  assert.equal(promised, (Math.floor((NOW_MS + 2 * RETENTION_MS) / DAY_MS) + 1) * DAY_MS);
  assert.ok(living.epochs.readableUntil(NOW_MS + 40 * DAY_MS) > promised + 4 * DAY_MS);
  await living.close();
  // Within the retention the copy opens: what state says is erased goes first.
  const early = await rig.open({ place: { dir: copy }, erasedCases: [gone.case] });
  assert.deepEqual(await early.holdings.ofCase(gone.case), []);
  assert.equal((await early.holdings.ofCase(stays.case)).length, 1);
  await early.close();
  for (const n of [1, 2]) await (await rig.open({ nowMs: NOW_MS + n * RETENTION_MS })).close();
  cpSync(copy, dir, { recursive: true });
  await assert.rejects(rig.open({ nowMs: promised }), VaultKeysMissing);
  rmSync(copy, { recursive: true });
});

test('what was erased leaves every file, its wrapped key too', async () => {
  rig = await newRig(async () => sqlitePlace());
  const vault = await rig.open();
  const of = holding(newHandle(), 'x'.repeat(3_000));
  await hold(rig, vault, of);
  const [row] = (await sql<{ sealed: Uint8Array; wrapped: Uint8Array }>`SELECT sealed, wrapped FROM holding`.execute(vault.database.db))
    .rows;
  const { sealed, wrapped } = row!;
  await vault.epochs.tick(NOW_MS + RETENTION_MS);
  assert.equal(filesHave(rig.place, wrapped), false, 'the key as the old epoch wrapped it');
  await vault.erase(of.case);
  assert.equal(filesHave(rig.place, sealed.subarray(1_000, 1_400)), false);
});

test('a key folder that is gone, another’s, or open to others is said in one sentence', async () => {
  rig = await newRig(async () => sqlitePlace());
  const vault = await rig.open();
  await hold(rig, vault, holding(newHandle(), 'Ada'));
  await vault.close();
  const [file] = keyFiles();
  const path = join(rig.keysDir, file!);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const key = readFileSync(path);
  rmSync(rig.keysDir, { recursive: true });
  await assert.rejects(
    rig.open(),
    (error) => error instanceof VaultKeysMissing && error.message.includes('epoch 1') && error.message.includes('not there'),
  );
  await openFolderKeys(rig.keysDir).newEpoch({ number: 1, begun: NOW_MS });
  await assert.rejects(rig.open(), (error) => error instanceof VaultKeysMissing && error.message.includes('another one'));
  for (const [content, mode] of [
    ['{}', 0o600],
    ['no json', 0o600],
    [key, 0o644],
  ] as const) {
    rmSync(path);
    writeFileSync(path, content, { mode });
    assert.throws(() => openFolderKeys(rig.keysDir), KeyFileInvalid);
  }
});

test('a key that was being made or destroyed when the process ended is gone at the next opening', async () => {
  rig = await newRig(async () => sqlitePlace());
  await (await rig.open()).close();
  writeFileSync(join(rig.keysDir, 'epoch-2.key.partial'), 'half', { mode: 0o600 });
  const keys: KeyVault = openFolderKeys(rig.keysDir);
  assert.deepEqual(keyFiles(), ['epoch-1.key']);
  await assert.rejects(keys.newEpoch({ number: 1, begun: 0 }), RangeError);
  await assert.rejects(keys.wrap(1, [Buffer.alloc(31)]), RangeError);
  await keys.destroy(1);
  await keys.destroy(1);
  await assert.rejects(keys.wrap(1, [Buffer.alloc(32)]), KeyMissing);
});

test('kill −9 while keys are wrapped anew loses nothing', async () => {
  rig = await newRig(async () => sqlitePlace());
  const dir = 'dir' in rig.place.place ? rig.place.place.dir : '';
  const vault = await rig.open();
  const held = Array.from({ length: 5_000 }, () => holding(newHandle(), 'Ada'));
  await hold(rig, vault, ...held);
  await vault.close();
  for (let round = 1; round <= 4; round++) {
    const nowMs = NOW_MS + round * RETENTION_MS;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script(dir, rig.keysDir, nowMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    // Somewhere between the new key and the last portion.
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), round * 15));
    await ended;
    assert.ok(existsSync(join(rig.keysDir, `epoch-${round}.key`)));
    const again = await rig.open({ nowMs });
    for (const one of held.filter((_, n) => n % 250 === 0)) {
      assert.deepEqual((await again.holdings.ofCase(one.case))[0]?.disclosures, one.disclosures);
    }
    const old = await sql<{ count: number }>`SELECT count(*) AS count FROM holding WHERE epoch <= ${round}`.execute(again.database.db);
    assert.equal(old.rows[0]?.count, 0);
    await again.close();
  }
});

function script(dir: string, keysDir: string, nowMs: number): string {
  const from = (name: string): string => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  return `import { openVault } from ${from('./vault.ts')};
    import { openFolderKeys } from ${from('./folder-keys.ts')};
    process.stdout.write('begun');
    await openVault({ place: { dir: ${JSON.stringify(dir)} }, keys: openFolderKeys(${JSON.stringify(keysDir)}), origin: 'town.example/0123456789abcdef',
      isAccepted: () => true, erasedCases: [], retentionMs: ${RETENTION_MS}, nowMs: ${nowMs}, settledSeconds: ${NOW}, report: () => {} });
    process.exit();`;
}
