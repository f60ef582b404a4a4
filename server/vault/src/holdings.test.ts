/** Holdings: durable before ordering, live by the entry, shredded when refused; encrypted, and bound to their place. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { HoldingDamaged, VaultBusy } from './holdings.ts';
import { endPostgres, sqlitePlace } from './places.test.ts';
import { disclose, filesHave, hold, holding, NOW, nameOf, newHandle, newRig, newTx, ORIGIN, PLACES, type Rig } from './vault-rig.test.ts';

let rig: Rig;
afterEach(async () => await rig.end());
after(endPostgres);

for (const make of PLACES) {
  describe(nameOf(make), () => {
    test('a holding is pending until its entry is in the ledger, and its case shows it then', async () => {
      rig = await newRig(make);
      const vault = await rig.open();
      const handle = newHandle();
      const [a, b] = [holding(handle, 'Ada', '1815'), { ...holding(handle, 'London'), path: '/items/1' }];
      const tx = newTx();
      await vault.holdings.putPending({ tx, exp: NOW + 60, holdings: [a, b] });
      assert.deepEqual(await vault.holdings.ofCase(handle), []);
      rig.accepted.add(tx);
      vault.holdings.activate(tx);
      assert.deepEqual(await vault.holdings.ofCase(handle), [
        { tx, ...a },
        { tx, ...b },
      ]);
      assert.deepEqual(await vault.holdings.ofCase(newHandle()), []);
      await vault.close();
      // What the ledger does not know any more stays live: it was asked before.
      rig.accepted.clear();
      const again = await rig.open();
      assert.equal((await again.holdings.ofCase(handle)).length, 2);
      assert.deepEqual(again.holdings.counts(), { live: 2, pending: 0 });
    });

    test('a refused one is shredded, unless it is under way elsewhere, and may come again', async () => {
      rig = await newRig(make);
      const vault = await rig.open();
      const of = holding(newHandle(), 'Ada');
      const [tx, later] = [newTx(), newTx()];
      const pending = { tx, exp: NOW + 60, holdings: [of] };
      await Promise.all([vault.holdings.putPending(pending), vault.holdings.putPending(pending)]);
      await vault.holdings.drop(tx);
      await vault.holdings.sweep(NOW);
      assert.deepEqual(vault.holdings.counts(), { live: 0, pending: 1 });
      await vault.holdings.drop(tx);
      await vault.holdings.sweep(NOW);
      assert.deepEqual(vault.holdings.counts(), { live: 0, pending: 0 });
      await vault.holdings.putPending({ ...pending, tx: later });
      vault.holdings.activate(later);
      rig.accepted.add(later);
      // A repetition of what is live changes nothing.
      await vault.holdings.putPending({ ...pending, tx: later });
      await vault.holdings.drop(later);
      assert.equal((await vault.holdings.ofCase(of.case)).length, 1);
    });

    test('a disclosure that another transaction brought is refused; an old one handed in again may bring it', async () => {
      rig = await newRig(make);
      const vault = await rig.open();
      const of = holding(newHandle(), 'Ada');
      await hold(rig, vault, of);
      const others = { ...holding(newHandle(), 'Grace'), path: '/items/1' };
      const reused = { tx: newTx(), exp: NOW + 60, holdings: [others, of] };
      await assert.rejects(vault.holdings.putPending(reused), { name: 'HoldingRefused', code: 'disclosure-reused' });
      // Nothing of a refused submission is held, also where others of the same turn are.
      const [fine, bad, twin] = await Promise.allSettled([
        vault.holdings.putPending({ tx: newTx(), exp: NOW + 60, holdings: [holding(newHandle(), 'Mary')] }),
        vault.holdings.putPending(reused),
        vault.holdings.putPending({ ...reused, tx: newTx(), holdings: [others] }),
      ]);
      assert.deepEqual([fine.status, bad.status, twin.status], ['fulfilled', 'rejected', 'fulfilled']);
      const third = vault.holdings.putPending({ tx: newTx(), exp: NOW + 60, holdings: [others] });
      await assert.rejects(third, { code: 'disclosure-reused' });
      await vault.holdings.putPending({ ...reused, tx: newTx(), holdings: [of], isReadmitted: true });
      await vault.holdings.sweep(NOW);
      assert.deepEqual(vault.holdings.counts(), { live: 1, pending: 3 });
    });

    test('the same transaction sent again with more of its disclosures is held with all of them', async () => {
      rig = await newRig(make);
      const vault = await rig.open();
      const all = holding(newHandle(), 'Ada', 'Lovelace', '1815');
      const some = { ...all, disclosures: all.disclosures.slice(0, 1) };
      const tx = await hold(rig, vault, some);
      for (const holdings of [[all], [some], [all]]) {
        await vault.holdings.putPending({ tx, exp: NOW + 60, holdings });
        vault.holdings.activate(tx);
      }
      const [held, ...more] = await vault.holdings.ofCase(all.case);
      assert.deepEqual([held?.disclosures, more], [all.disclosures, []]);
      await vault.holdings.sweep(NOW);
      assert.equal(vault.holdings.counts().live, 2);
    });

    test('at the start the ledger decides: entries live, expired shredded, open ones kept', async () => {
      rig = await newRig(make);
      const vault = await rig.open();
      const names = { accepted: newTx(), open: newTx(), expired: newTx() };
      for (const [name, tx] of Object.entries(names)) {
        const exp = name === 'expired' ? NOW - 86_400 : NOW + 60;
        await vault.holdings.putPending({ tx, exp, holdings: [holding(newHandle(), name)] });
        vault.holdings.release(tx);
      }
      await vault.close();
      rig.accepted.add(names.accepted);
      const again = await rig.open();
      assert.deepEqual(again.holdings.counts(), { live: 1, pending: 1 });
      await again.holdings.sweep(NOW + 60 + 301);
      assert.deepEqual(again.holdings.counts(), { live: 1, pending: 0 });
    });

    test('a changed byte, a row in another’s place and a changed place do not open', async () => {
      rig = await newRig(make);
      const vault = await rig.open();
      const [a, b] = [holding(newHandle(), 'Ada'), holding(newHandle(), 'Grace')];
      await hold(rig, vault, a);
      await hold(rig, vault, b);
      const rows = await sql<{
        id: number;
        sealed: Uint8Array;
        wrapped: Uint8Array;
      }>`SELECT id, sealed, wrapped FROM holding ORDER BY id`.execute(vault.database.db);
      const [first, second] = rows.rows;
      assert.ok(first !== undefined && second !== undefined);
      const flipped = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes.map((byte, n) => (n === bytes.length >> 1 ? byte ^ 1 : byte)));
      const set = async (column: string, value: unknown): Promise<void> => {
        await sql`UPDATE holding SET ${sql.ref(column)} = ${value} WHERE id = ${first.id}`.execute(vault.database.db);
      };
      const spoils: readonly (readonly [string, unknown, unknown])[] = [
        ['sealed', flipped(first.sealed), first.sealed],
        ['sealed', second.sealed, first.sealed],
        ['sealed', first.sealed.subarray(0, 20), first.sealed],
        ['wrapped', flipped(first.wrapped), first.wrapped],
        ['wrapped', second.wrapped, first.wrapped],
        ['wrapped', first.wrapped.subarray(0, 39), first.wrapped],
        ['path', '/items/1', '/items/0'],
        ['origin', 'other.example/0123456789abcdef', 'town.example/0123456789abcdef'],
      ];
      for (const [column, spoilt, right] of spoils) {
        await set(column, spoilt);
        await assert.rejects(vault.holdings.ofCase(a.case), HoldingDamaged, column);
        await set(column, right);
        assert.equal((await vault.holdings.ofCase(a.case)).length, 1, column);
      }
      // Ciphertext and key of another row together: the place tells.
      await set('sealed', second.sealed);
      await set('wrapped', second.wrapped);
      await assert.rejects(vault.holdings.ofCase(a.case), HoldingDamaged);
      await set('case', b.case);
      await assert.rejects(vault.holdings.ofCase(b.case), HoldingDamaged);
    });
  });
}

test('no file has what is held in clear, and none its ciphertext once it was refused', async () => {
  rig = await newRig(async () => sqlitePlace());
  const vault = await rig.open();
  const of = holding(newHandle(), `MARKER-${'x'.repeat(3_000)}`);
  const tx = newTx();
  await vault.holdings.putPending({ tx, exp: NOW + 60, holdings: [of] });
  const [row] = (await sql<{ sealed: Uint8Array; wrapped: Uint8Array }>`SELECT sealed, wrapped FROM holding`.execute(vault.database.db))
    .rows;
  const { sealed, wrapped } = row!;
  assert.ok(filesHave(rig.place, sealed.subarray(1_000, 1_400)) && filesHave(rig.place, wrapped));
  assert.equal(filesHave(rig.place, of.disclosures[0]!.slice(40, 200)), false);
  await vault.holdings.drop(tx);
  assert.equal(filesHave(rig.place, sealed.subarray(1_000, 1_400)), false);
  assert.equal(filesHave(rig.place, wrapped), false);
});

test('calls of one turn share one commit, and a closed vault says that it is busy', async () => {
  rig = await newRig(async () => sqlitePlace());
  const vault = await rig.open();
  const { place } = rig.place;
  const wal = (): Buffer => readFileSync(join('dir' in place ? place.dir : '', 'vault.db-wal'));
  const before = commitFrames(wal());
  const all = Array.from({ length: 200 }, () => ({ tx: newTx(), exp: NOW + 60, holdings: [holding(newHandle(), 'a', 'b')] }));
  await Promise.all(all.map((one) => vault.holdings.putPending(one)));
  assert.equal(commitFrames(wal()) - before, 1);
  for (const { tx } of all) vault.holdings.activate(tx);
  await wait(1_100);
  assert.equal(commitFrames(wal()) - before, 2);
  await vault.close();
  await assert.rejects(vault.holdings.putPending(all[0]!), VaultBusy);
  assert.ok(existsSync(join('dir' in place ? place.dir : '', 'vault.db')));
});

test('what was promised survives kill −9', async () => {
  rig = await newRig(async () => sqlitePlace());
  const { place } = rig.place;
  const from = (name: string): string => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const script = `import { openVault } from ${from('./vault.ts')};
    import { openFolderKeys } from ${from('./folder-keys.ts')};
    const vault = await openVault({ place: ${JSON.stringify(place)}, keys: openFolderKeys(${JSON.stringify(rig.keysDir)}), origin: ${JSON.stringify(ORIGIN)},
      isAccepted: () => false, erasedCases: [], retentionMs: 1e10, nowMs: ${NOW}000, settledSeconds: ${NOW}, report: () => {} });
    for (let n = 0; ; n++) {
      const tx = String(n).padStart(43, 'A');
      await vault.holdings.putPending({ tx, exp: ${NOW + 600}, holdings: [{ path: '', case: '${'c'.repeat(32)}', disclosures: ['number-' + n] }] });
      process.stdout.write(tx + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString();
      if (told.split('\n').length > 50) child.kill('SIGKILL');
    });
    child.once('close', () => resolve());
  });
  const promised = told.split('\n').filter((line) => line.length === 43);
  assert.ok(promised.length >= 50);
  for (const tx of promised) rig.accepted.add(tx);
  const vault = await rig.open();
  const held = new Set((await vault.holdings.ofCase('c'.repeat(32))).map(({ tx }) => tx));
  assert.deepEqual(
    promised.filter((tx) => !held.has(tx)),
    [],
  );
});

test('a disclosure of the greatest length, and of many fields, comes back', async () => {
  rig = await newRig(async () => sqlitePlace());
  const vault = await rig.open();
  const of = {
    path: '',
    case: newHandle(),
    disclosures: [disclose('x'.repeat(49_000)), ...Array.from({ length: 700 }, (_, n) => disclose(`${n}`))],
  };
  await hold(rig, vault, of);
  assert.deepEqual((await vault.holdings.ofCase(of.case))[0]?.disclosures, of.disclosures);
});

/** Frames of a SQLite write-ahead file (fileformat2 §4.1) that end a transaction: their second word is not zero. */
function commitFrames(wal: Buffer): number {
  if (wal.length === 0) return 0;
  const [page, salt] = [wal.readUInt32BE(8), wal.readUInt32BE(16)];
  let commits = 0;
  for (let at = 32; at + 24 + page <= wal.length; at += 24 + page) {
    if (wal.readUInt32BE(at + 8) === salt && wal.readUInt32BE(at + 4) !== 0) commits++;
  }
  return commits;
}
