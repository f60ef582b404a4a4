/**
 * Kill −9 at any moment: what was acknowledged is there, no id is there twice, and everything agrees. A child process writes as fast as it
 * can and says what it was told; the parent kills it, opens the same directory, and counts. (TABULARIUM_KILLS=200 is the long form.)
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { generateNodeKeys, loadNodeKeys, nodeCrypto, saveNodeKeys } from '@tabularium/crypto';
import { auditLog, CounterClient, seeded, VirtualTime } from '@tabularium/engine-port/contract';
import { parseTransaction } from '@tabularium/protocol';
import { openSqliteStorage } from '@tabularium/store';
import { openRig } from './engine-rig.test.ts';

const KILLS = Number(process.env.TABULARIUM_KILLS ?? 6);

interface Acknowledged {
  readonly name: string;
  readonly index: number;
}

if (process.send !== undefined && process.argv[2] === 'write') await writeUntilKilled(process.argv[3]!);
else test('killed at random moments, it loses nothing that it acknowledged', killsAndCounts);

async function writeUntilKilled(dir: string): Promise<void> {
  const storage = openSqliteStorage(join(dir, 'data'), { sha256: nodeCrypto.sha256, runChangesMin: 300 });
  const time = new VirtualTime();
  time.now = Math.max(time.now, storage.head().time) + 1;
  const { engine, origin, now } = openRig({ storage, time, keys: loadNodeKeys(join(dir, 'keys')) });
  process.send!('ready');
  const run = async (writer: number): Promise<never> => {
    const client = new CounterClient(nodeCrypto, { origin, now });
    for (let n = 0; ; n++) {
      time.now += 1;
      const outcomes = await engine.submitMany([
        client.add({ counter: `w${writer}-${n % 50}` }, { signer: writer }),
        client.add({ counter: `n${time.now}-${writer}` }, { signer: writer }),
      ]);
      for (const outcome of outcomes) if (outcome.kind === 'accepted') process.send!({ name: outcome.name, index: outcome.index });
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, writer) => run(writer)));
}

async function killsAndCounts(): Promise<void> {
  const seed = 20_261_121;
  const random = seeded(seed);
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-crash-'));
  saveNodeKeys(join(dir, 'keys'), generateNodeKeys());
  const acknowledged: Acknowledged[] = [];
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const child = fork(import.meta.filename, ['write', dir], { execArgv: [] });
      let ready = false;
      child.on('message', (message) => {
        if (message === 'ready') ready = true;
        else acknowledged.push(message as Acknowledged);
      });
      const gone = once(child, 'exit');
      while (!ready && child.exitCode === null) await delay(5);
      await delay(random(250));
      assert.equal(child.exitCode, null, 'the writer ended by itself');
      child.kill('SIGKILL');
      await gone;
      const storage = openSqliteStorage(join(dir, 'data'), { sha256: nodeCrypto.sha256 });
      const { entries } = auditLog(storage, nodeCrypto);
      const ids = new Set<string>();
      for (const [index, leaf] of entries) {
        const parsed = parseTransaction(leaf, nodeCrypto);
        if (index === 0) continue;
        assert.ok(parsed.ok);
        const id = `${parsed.transaction.kid} ${parsed.transaction.payload.id}`;
        assert.ok(!ids.has(id), `id twice (seed ${seed}, kill ${kill})`);
        ids.add(id);
      }
      for (const { name, index } of acknowledged) assert.equal(storage.findName(name), index, `lost (seed ${seed}, kill ${kill})`);
      storage.close();
    }
    assert.ok(acknowledged.length > 100, `${acknowledged.length} acknowledged`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
