/** What only the SQLite store has: its lock, its files, what happens when they are damaged or full, readers beside it. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import { DirectoryInUse, StorageDamaged, StorageFull } from '@tabularium/engine-port';
import { Chain } from '@tabularium/engine-port/chain';
import { auditLog } from '@tabularium/engine-port/contract';
import { formatNote, signatureLine } from '@tabularium/log';
import { makeUlid, type Transaction } from '@tabularium/protocol';
import { openLedgerReader } from './ledger-reader.ts';
import { LAYOUT } from './ledger-schema.ts';
import { openSqliteStorage, type SqliteStorage } from './sqlite-storage.ts';
import { readRun } from './state-run.ts';

const { sha256, utf8 } = nodeCrypto;
const ORIGIN = 'store.example/0123456789abcdef';
const KID = Buffer.from(sha256(Uint8Array.of(1))).toString('base64url');

// Run as a child: try the lock, say how it went, and keep it until killed.
if (process.send !== undefined && process.argv[2] === 'hold') {
  try {
    openSqliteStorage(process.argv[3]!, { sha256 });
    process.send('held');
    setInterval(() => undefined, 1_000);
  } catch (error) {
    process.send((error as Error).name);
  }
} else {
  describe('the SQLite store', tests);
}

function signed(body: string): string {
  return formatNote(body, [signatureLine({ name: ORIGIN, id: new Uint8Array(4) }, new Uint8Array(64))]);
}

let serial = 0;
/** Bytes that have a name, though they are no JWS. */
function entry(): Transaction {
  const bytes = utf8.encode(`e.${serial}.s`);
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, serial++);
  const name = Buffer.from(sha256(bytes.subarray(0, bytes.lastIndexOf(0x2e)))).toString('base64url');
  const payload = { ledger: ORIGIN, id: makeUlid(serial, random), action: 'a.b.c', exp: 2_000_000_000, body: {} };
  return { bytes, name, kid: KID, kind: 'es256', payload };
}

function write(chain: Chain, accepted: readonly Transaction[], writes: Record<string, string | null>): void {
  chain.append({ time: 1_790_000_000_000, accepted, writes: new Map(Object.entries(writes)), events: [], policy: 'quorum none\n' }, signed);
}

/** Blocks that write `keys` records each, with some replaced and removed. */
function grow(chain: Chain, blocks: number, keys: number): void {
  for (let n = 0; n < blocks; n++) {
    const base = chain.log.size;
    const writes: Record<string, string | null> = { [`a/b/${base % 7}`]: `{"n":${base}}` };
    for (let i = 0; i < keys; i++) writes[`a/c/${base}-${i}`] = `{"i":${i}}`;
    if (base > 10) writes[`a/b/${(base + 3) % 7}`] = null;
    write(chain, [entry()], writes);
  }
}

interface Given {
  readonly dir: string;
  open(options?: { runChangesMin?: number; maxBytes?: number; copyPages?: number; unordered?: readonly string[] }): {
    storage: SqliteStorage;
    chain: Chain;
  };
}

function given(run: (given: Given) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tabularium-sqlite-'));
    const opened: SqliteStorage[] = [];
    try {
      await run({
        dir,
        open: (options = {}) => {
          opened.pop()?.close();
          const storage = openSqliteStorage(dir, { sha256, ...options });
          opened.push(storage);
          return { storage, chain: Chain.open({ storage, crypto: nodeCrypto, origin: ORIGIN }) };
        },
      });
    } finally {
      opened.pop()?.close();
      rmSync(dir, { recursive: true, force: true });
    }
  };
}

/** Until the thread that writes the run file has done so. */
async function runAt(dir: string, height: number): Promise<void> {
  for (let i = 0; i < 500 && (readRun(join(dir, 'state-tree.base'))?.height ?? 0) < height; i++) await delay(10);
  await delay(20);
}

function tamper(dir: string, sql: string): void {
  const db = new DatabaseSync(join(dir, 'ledger.db'));
  assert.equal(Number(db.prepare(sql).run().changes), 1, sql);
  db.close();
}

function tests(): void {
  test(
    'a directory has one owner at a time, in this process and in any other',
    given(async ({ dir, open }) => {
      const { storage } = open();
      assert.throws(() => openSqliteStorage(dir, { sha256 }), DirectoryInUse);
      const refused = fork(import.meta.filename, ['hold', dir], { execArgv: [] });
      assert.deepEqual((await once(refused, 'message'))[0], 'DirectoryInUse');
      storage.close();
      const holder = fork(import.meta.filename, ['hold', dir], { execArgv: [] });
      assert.deepEqual((await once(holder, 'message'))[0], 'held');
      assert.throws(() => openSqliteStorage(dir, { sha256 }), DirectoryInUse);
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      openSqliteStorage(dir, { sha256 }).close();
    }),
  );

  test(
    'what is no ledger, or of another layout, is not opened',
    given(({ dir, open }) => {
      open().storage.close();
      tamper(dir, "INSERT INTO meta VALUES ('x', 1)");
      const db = new DatabaseSync(join(dir, 'ledger.db'));
      db.exec(`PRAGMA user_version = ${LAYOUT + 1}`);
      db.close();
      assert.throws(() => openSqliteStorage(dir, { sha256 }), /layout/);
      assert.throws(() => openLedgerReader(join(dir, 'ledger.db')), StorageDamaged);
      const other = new DatabaseSync(join(dir, 'other.db'));
      other.exec('CREATE TABLE t (a)');
      other.close();
      assert.throws(() => openLedgerReader(join(dir, 'other.db')), StorageDamaged);
    }),
  );

  test(
    'the run file is written beside the work, its rows go, and the tree opens from it',
    given(async ({ dir, open }) => {
      const first = open({ runChangesMin: 50 });
      grow(first.chain, 40, 4);
      await runAt(dir, 1);
      const height = readRun(join(dir, 'state-tree.base'))!.height;
      assert.ok(height > 0);
      grow(first.chain, 20, 4);
      const db = new DatabaseSync(join(dir, 'ledger.db'), { readOnly: true });
      assert.equal(db.prepare('SELECT count(*) AS n FROM state_delta WHERE height <= ?').get(height)?.n, 0);
      db.close();
      const { root } = first.chain.state;
      const again = open({ runChangesMin: 50 });
      assert.deepEqual(again.chain.state.root, root);
      grow(again.chain, 5, 4);
      auditLog(again.storage, nodeCrypto);
    }),
  );

  test(
    'a run file that is missing, damaged, too old or too new is made again from the records',
    given(async ({ dir, open }) => {
      const path = join(dir, 'state-tree.base');
      const first = open({ runChangesMin: 50 });
      grow(first.chain, 20, 4);
      await runAt(dir, 1);
      copyFileSync(path, `${path}.old`);
      grow(first.chain, 100, 4);
      await runAt(dir, 30);
      grow(first.chain, 70, 1);
      const { root } = first.chain.state;
      first.storage.close();
      const spoil: (() => void)[] = [
        () => rmSync(path),
        () => writeFileSync(path, 'no run'),
        () => copyFileSync(`${path}.old`, path),
        () => tamper(dir, 'DELETE FROM state_delta WHERE height = (SELECT max(height) FROM state_delta)'),
      ];
      for (const spoilIt of spoil) {
        spoilIt();
        const { storage, chain } = open();
        assert.deepEqual(chain.state.root, root);
        storage.close();
        assert.ok(existsSync(path));
        const quick = open();
        assert.deepEqual(quick.chain.state.root, root);
        // Leave a row behind for the next case to lose.
        write(quick.chain, [], { 'z/z/z': String(root.length) });
        write(quick.chain, [], { 'z/z/z': null });
        quick.storage.close();
      }
    }),
  );

  test(
    'records, seals and leaves that were touched are found at open, with the height',
    given(({ open, dir }) => {
      const first = open();
      grow(first.chain, 10, 2);
      const { height } = first.storage.head();
      first.storage.close();
      const keep = join(dir, 'keep.db');
      copyFileSync(join(dir, 'ledger.db'), keep);
      const cases: [sql: string, message: RegExp][] = [
        [`UPDATE state SET value = '{"i":9}' WHERE key = 'a/c/0-1'`, /height 10/],
        [`DELETE FROM state WHERE key = 'a/c/0-1'`, /height 10/],
        [`UPDATE block SET leaves = zeroblob(length(leaves)) WHERE height = ${height}`, /block 10/],
        [`UPDATE block SET leaves = CAST(replace(leaves, 'e.', 'f.') AS BLOB) WHERE height = 3`, /height 10/],
        [`DELETE FROM block WHERE height = ${height}`, /height 9/],
      ];
      for (const [sql, message] of cases) {
        tamper(dir, sql);
        // The deltas still fit the seal: only whoever reads the records sees that one was touched.
        rmSync(join(dir, 'state-tree.base'), { force: true });
        const cleared = new DatabaseSync(join(dir, 'ledger.db'));
        cleared.exec('DELETE FROM state_delta');
        cleared.close();
        assert.throws(() => open(), { name: 'StorageDamaged', message }, sql);
        copyFileSync(keep, join(dir, 'ledger.db'));
      }
    }),
  );

  test(
    'a full disk refuses the block whole, and the same block fits when there is room again',
    given(({ open }) => {
      const { storage, chain } = open();
      grow(chain, 5, 2);
      const before = storage.head();
      const root = chain.log.root();
      const state = chain.state.root;
      storage.limit(1);
      const big = { 'a/b/1': `"${'x'.repeat(50_000)}"`, 'a/b/2': null, 'a/d/1': '{}' };
      const accepted = [entry(), entry()];
      for (let i = 0; i < 3; i++) {
        assert.throws(() => write(chain, accepted, big), StorageFull);
        assert.deepEqual([storage.head(), chain.log.root(), chain.state.root], [before, root, state]);
        assert.deepEqual([storage.findName(accepted[0]!.name), storage.get('a/d/1')], [undefined, undefined]);
      }
      storage.limit(1_000_000_000);
      write(chain, accepted, big);
      assert.equal(storage.findName(accepted[1]!.name), before.size + 1);
      const again = open();
      assert.deepEqual(again.chain.state.root, chain.state.root);
      auditLog(again.storage, nodeCrypto);
    }),
  );

  test(
    'others read the ledger while it is written: whole blocks, and every name',
    given(({ dir, open }) => {
      const { chain, storage } = open();
      grow(chain, 3, 2);
      const reader = openLedgerReader(join(dir, 'ledger.db'));
      assert.equal(reader.head().height, 3);
      grow(chain, 2, 2);
      assert.deepEqual(reader.head(), { ...storage.head() });
      assert.deepEqual(reader.leaves(0, 100), storage.leaves(0, 100));
      assert.equal(reader.get('a/b/1'), storage.get('a/b/1'));
      const late = entry();
      write(chain, [late], {});
      assert.equal(openLedgerReader(join(dir, 'ledger.db')).findName(late.name), storage.findName(late.name));
      reader.close();
    }),
  );

  test(
    'collections without an order: found by the tree, listed and searched all the same, also when a later version orders them otherwise',
    given(({ dir, open }) => {
      const all = (storage: Pick<SqliteStorage, 'scan'>) => storage.scan('', '~', 10_000);
      const written = () => new DatabaseSync(join(dir, 'ledger.db'), { readOnly: true });
      const ordered = () => {
        const db = written();
        const keys = db.prepare('SELECT key FROM state_order ORDER BY key').all();
        db.close();
        return keys.map(({ key }) => String(key));
      };
      const { storage, chain } = open({ unordered: ['a/c/'] });
      grow(chain, 12, 3);
      write(chain, [entry()], { 'a/c/gone': '{}', 'a/cc/1': '{}', 'a/c': '{}' });
      write(chain, [entry()], { 'a/c/gone': null });
      const records = all(storage);
      assert.deepEqual(
        records.map(([key]) => key),
        [...records.map(([key]) => key)].sort(),
      );
      assert.ok(records.length > 30);
      assert.deepEqual(
        ordered(),
        records.map(([key]) => key).filter((key) => !key.startsWith('a/c/')),
      );
      for (const [key, value] of records) {
        assert.equal(chain.records.get(key), value);
        assert.equal(storage.get(key), value);
      }
      for (const key of ['a/c/gone', 'a/c/none', 'a/none']) assert.equal(chain.records.get(key), undefined);
      assert.throws(() => storage.get('a/c/none', () => 1), StorageDamaged);
      assert.deepEqual(storage.scan('a/c/', 'a/c0', 9), records.filter(([key]) => key.startsWith('a/c/')).slice(0, 9));
      assert.deepEqual(storage.scan('a/cc/', 'a/cc0', 9), [['a/cc/1', '{}']]);
      for (const unordered of [[], ['a/b/', 'a/cc/'], ['a/c/']]) {
        const later = open({ unordered });
        assert.deepEqual(all(later.storage), records);
        const reader = openLedgerReader(join(dir, 'ledger.db'));
        assert.deepEqual([all(reader), [...reader.records()].sort(), reader.isOrderWhole()], [records, records, true]);
        reader.close();
        assert.deepEqual(
          ordered(),
          records.map(([key]) => key).filter((key) => !unordered.some((prefix) => key.startsWith(prefix))),
        );
        later.storage.close();
      }
    }),
  );

  test(
    'names are found before, while and after they go to the index, also after reopening in between',
    given(({ dir, open }) => {
      let { chain, storage } = open();
      const all: { readonly name: string; readonly index: number }[] = [];
      const fill = (blocks: number): void => {
        for (let n = 0; n < blocks; n++) {
          const accepted = Array.from({ length: 1_000 }, entry);
          const first = chain.log.size;
          write(chain, accepted, {});
          accepted.forEach(({ name }, i) => {
            if (i % 250 === 0) all.push({ name, index: first + i });
          });
        }
      };
      for (const blocks of [20, 20, 15, 30]) {
        fill(blocks);
        for (const { name, index } of all) assert.equal(storage.findName(name), index);
        ({ chain, storage } = open());
        for (const { name, index } of all) assert.equal(storage.findName(name), index);
      }
      const db = new DatabaseSync(join(dir, 'ledger.db'), { readOnly: true });
      assert.ok(Number(db.prepare('SELECT count(*) AS n FROM name').get()?.n) > 32_000);
      db.close();
    }),
  );

  test(
    'ids whose time is over are forgotten, those that still count are kept',
    given(({ dir, open }) => {
      const { chain, storage } = open();
      const now = 1_790_000_000;
      const ids = Array.from({ length: 3_000 }, (_, i) => {
        const one = entry();
        return { ...one, payload: { ...one.payload, exp: i % 3 === 0 ? now + 1_000 : now } };
      });
      for (let i = 0; i < ids.length; i += 100) write(chain, ids.slice(i, i + 100), {});
      for (let n = 0; n < 30; n++) write(chain, Array.from({ length: 300 }, entry), {});
      for (const { kid, payload } of ids) {
        assert.equal(storage.findId(kid, payload.id, now) !== undefined, payload.exp > now);
      }
      const db = new DatabaseSync(join(dir, 'ledger.db'), { readOnly: true });
      assert.equal(db.prepare('SELECT count(*) AS n FROM id WHERE exp <= ?').get(now)?.n, 0);
      db.close();
    }),
  );

  test(
    'the closed directory is whole in its main files',
    given(({ dir, open }) => {
      const { storage, chain } = open();
      grow(chain, 3, 2);
      storage.close();
      assert.equal(existsSync(join(dir, 'ledger.db-wal')) ? statSync(join(dir, 'ledger.db-wal')).size : 0, 0);
      assert.equal(statSync(join(dir, 'ledger.db')).mode & 0o077, 0);
    }),
  );

  test(
    'the write-ahead log is copied back beside the commits and does not grow with them; a closed store is one file',
    given(async ({ dir, open }) => {
      const { storage, chain } = open({ copyPages: 100 });
      const sizeOf = (name: string): number => (existsSync(join(dir, name)) ? statSync(join(dir, name)).size : 0);
      for (let round = 0; round < 60; round++) {
        grow(chain, 10, 20);
        // The thread has its turn, as it has between two requests.
        await delay(5);
      }
      assert.ok(sizeOf('ledger.db') > 500_000, `${sizeOf('ledger.db')} bytes are in the file`);
      assert.ok(sizeOf('ledger.db-wal') < 8_000_000, `the log has ${sizeOf('ledger.db-wal')} bytes`);
      storage.letGo();
      grow(chain, 30, 20);
      storage.close();
      assert.equal(sizeOf('ledger.db-wal'), 0);
      auditLog(open().storage, nodeCrypto);
    }),
  );

  test(
    'where the thread that copies dies, commits go on and lose nothing',
    given(async ({ dir, open }) => {
      const warnings: Error[] = [];
      const warned = (warning: Error): void => void warnings.push(warning);
      process.on('warning', warned);
      const { storage, chain } = open({ copyPages: 100 });
      // Something else at the ledger's place: the thread cannot open it, the connections that are open go on.
      renameSync(join(dir, 'ledger.db'), join(dir, 'moved.db'));
      mkdirSync(join(dir, 'ledger.db'));
      grow(chain, 40, 20);
      for (let tries = 0; warnings.length === 0 && tries < 500; tries++) await delay(10);
      rmdirSync(join(dir, 'ledger.db'));
      renameSync(join(dir, 'moved.db'), join(dir, 'ledger.db'));
      process.off('warning', warned);
      assert.match(String(warnings[0]), /unable to open database file/);
      grow(chain, 40, 20);
      await delay(50);
      storage.close();
      const again = open().storage;
      assert.equal(again.head().height, 80);
      auditLog(again, nodeCrypto);
    }),
  );
}
