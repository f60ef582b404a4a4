/** An application that dies between FinalizeBlock and Commit has nothing of the block, and makes the same of it when it is replayed. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import type { Outcome } from '@tabularium/engine-port';
import { auditLog, CounterClient, settled } from '@tabularium/engine-port/contract';
import { openSqliteStorage } from '@tabularium/store';
import { openCometRig } from './comet-rig.test.ts';

test('killed between FinalizeBlock and Commit, it replays the block and answers for it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-replay-'));
  let storage = openSqliteStorage(dir, { sha256: nodeCrypto.sha256 });
  const reopen = () => {
    storage.close();
    storage = openSqliteStorage(dir, { sha256: nodeCrypto.sha256 });
    return storage;
  };
  const rig = await openCometRig({ storage, reopen });
  const client = new CounterClient(nodeCrypto, rig);
  assert.equal((await rig.engine.submit(client.add({ amount: 3 }))).kind, 'accepted');
  // The block that confirms it is done, too.
  await rig.consensus.idle();
  const { height, size } = rig.storage.head();
  const bytes = client.add({ amount: 4 });
  rig.consensus.cutBeforeCommit = true;
  let answer: Outcome | undefined;
  void rig.engine.submit(bytes).then((outcome) => {
    answer = outcome;
  });
  for (let tries = 0; rig.consensus.cutBeforeCommit && tries < 200; tries++) await settled();
  await rig.consensus.idle();
  assert.deepEqual([answer, rig.storage.head().height, rig.storage.head().size], [undefined, height, size]);
  // Who waits for a consensus that is gone is told to ask again; the node does not wait for ever to close.
  const closed = rig.engine.close();
  await rig.advance(10_000);
  await closed;
  assert.deepEqual(answer, { kind: 'busy', reason: 'halted', retryAfterSeconds: 1 });

  const again = await rig.crash!();
  assert.deepEqual([again.storage.head().height, again.storage.head().size], [height + 1, size + 2]);
  const outcome = await again.engine.submit(bytes);
  assert.ok(outcome.kind === 'repeated' && outcome.index === size && outcome.height === height + 1);
  auditLog(again.storage, nodeCrypto);
  await again.dispose();
  storage.close();
  rmSync(dir, { recursive: true, force: true });
});
