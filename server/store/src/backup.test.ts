/** A backup of a ledger at work: whole, of one moment, without the keys, never half made. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import { Chain } from '@tabularium/engine-port/chain';
import { auditLog } from '@tabularium/engine-port/contract';
import { formatNote, signatureLine } from '@tabularium/log';
import { type BackupReport, backupLedger } from './backup.ts';
import { openSqliteStorage } from './sqlite-storage.ts';

const { sha256 } = nodeCrypto;
const ORIGIN = 'backup.example/0123456789abcdef';

// Run as a child: another process makes the backup.
if (process.send !== undefined && process.argv[2] === 'backup') {
  process.send(await backupLedger({ from: process.argv[3]!, to: process.argv[4]! }));
} else {
  describe('a backup', tests);
}

function write(chain: Chain, n: number): void {
  const sign = (body: string): string => formatNote(body, [signatureLine({ name: ORIGIN, id: new Uint8Array(4) }, new Uint8Array(64))]);
  const writes = new Map(Array.from({ length: 20 }, (_, i) => [`a/b/${n}-${i}`, `"${'x'.repeat(400)}"`]));
  chain.append({ time: 1_790_000_000_000 + n, accepted: [], writes, events: [], policy: 'quorum none\n' }, sign);
}

async function given(run: (dir: string, chain: Chain) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-backup-'));
  const data = join(dir, 'data');
  const storage = openSqliteStorage(data, { sha256 });
  try {
    writeFileSync(join(data, 'charter.json'), '{"name":"backup.example"}');
    mkdirSync(join(data, 'keys'));
    writeFileSync(join(data, 'keys', 'log.pem'), 'secret');
    const texts = new DatabaseSync(join(data, 'texts.db'));
    texts.exec("PRAGMA journal_mode = WAL; CREATE TABLE text (a); INSERT INTO text VALUES ('published')");
    const chain = Chain.open({ storage, crypto: nodeCrypto, origin: ORIGIN });
    for (let n = 0; n < 50; n++) write(chain, n);
    await run(dir, chain);
    texts.close();
  } finally {
    storage.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function check(to: string, report: BackupReport, atLeast: number): void {
  assert.ok(report.height >= atLeast);
  assert.deepEqual(JSON.parse(readFileSync(join(to, 'backup.json'), 'utf8')), report);
  const copy = openSqliteStorage(to, { sha256 });
  try {
    assert.deepEqual([copy.head().height, copy.head().size], [report.height, report.size]);
    auditLog(copy, nodeCrypto);
    write(Chain.open({ storage: copy, crypto: nodeCrypto, origin: ORIGIN }), 1_000);
    auditLog(copy, nodeCrypto);
  } finally {
    copy.close();
  }
}

function tests(): void {
  test('made by the owner while it writes is whole and of one moment', () =>
    given(async (dir, chain) => {
      const to = join(dir, 'copy');
      let pages = 0;
      let done = false;
      const saved = backupLedger({ from: join(dir, 'data'), to, databases: ['texts.db', 'missing.db'], onProgress: () => pages++ });
      const finished = saved.then(() => {
        done = true;
      });
      let n = 50;
      for (; !done; n++) {
        write(chain, n);
        await turn();
      }
      await finished;
      const report = await saved;
      assert.ok(n > 50 && pages > 0);
      assert.deepEqual(report.files, ['charter.json', 'ledger.db', 'texts.db']);
      assert.equal(
        report.bytes,
        report.files.reduce((sum, name) => sum + statSync(join(to, name)).size, 0),
      );
      const texts = new DatabaseSync(join(to, 'texts.db'));
      assert.equal(texts.prepare('SELECT a FROM text').get()?.a, 'published');
      texts.close();
      check(to, report, 50);
    }));

  test('made by another process is as good', () =>
    given(async (dir) => {
      const to = join(dir, 'copy');
      const child = fork(import.meta.filename, ['backup', join(dir, 'data'), to], { execArgv: [] });
      const [report] = (await once(child, 'message')) as [BackupReport];
      await once(child, 'exit');
      check(to, { ...report }, 50);
    }));

  test('holds the keys only when asked for them', () =>
    given(async (dir) => {
      const from = join(dir, 'data');
      await backupLedger({ from, to: join(dir, 'without') });
      assert.ok(!existsSync(join(dir, 'without', 'keys')));
      await backupLedger({ from, to: join(dir, 'with'), keys: true });
      assert.equal(readFileSync(join(dir, 'with', 'keys', 'log.pem'), 'utf8'), 'secret');
      assert.equal(statSync(join(dir, 'with', 'keys', 'log.pem')).mode & 0o777, 0o600);
    }));

  test('is refused where something lies already, and leaves nothing behind when it fails', () =>
    given(async (dir) => {
      const to = join(dir, 'copy');
      mkdirSync(to);
      await assert.rejects(backupLedger({ from: join(dir, 'data'), to }), { code: 'EEXIST' });
      assert.deepEqual(readdirSync(to), []);
      await assert.rejects(backupLedger({ from: join(dir, 'nowhere'), to: join(dir, 'other') }));
      assert.deepEqual(readdirSync(dir).sort(), ['copy', 'data']);
    }));
}
