/** The store of the simulation keeps the same promises as every other store, and loses only what it never promised. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { StorageFull } from '@tabularium/engine-port';
import { storageContract } from '@tabularium/engine-port/contract';
import { seededRandom } from '@tabularium/scenarios';
import { MemoryStorage } from '@tabularium/store';
import { type JournalRecord, JournalStorage } from './journal-storage.ts';
import { SimulatedDisk } from './simulated-disk.ts';

const emptyImage = (): MemoryStorage => new MemoryStorage({ sha256: nodeCrypto.sha256 });

storageContract({
  name: 'a journal on a simulated disk',
  crypto: nodeCrypto,
  open: () => {
    const disk = new SimulatedDisk<JournalRecord>(seededRandom(1));
    const storage = new JournalStorage(disk, emptyImage);
    return {
      storage,
      reopen: () => {
        // An orderly end: what was still in the cache is written.
        disk.sync();
        return new JournalStorage(disk, emptyImage);
      },
      dispose: () => undefined,
    };
  },
});

const CHECKPOINT = 'a checkpoint';

test('given an unsynced checkpoint, when power is cut, then it may be lost and nothing else is', () => {
  const outcomes = new Set<string | undefined>();
  for (let seed = 1; seed < 40; seed++) {
    const disk = new SimulatedDisk<JournalRecord>(seededRandom(seed));
    new JournalStorage(disk, emptyImage).saveCheckpoint(CHECKPOINT);
    disk.cutPower();
    outcomes.add(new JournalStorage(disk, emptyImage).head().checkpoint);
  }
  assert.deepEqual(outcomes, new Set([CHECKPOINT, undefined]));
});

test('given a full disk, when something is written, then the store says so and keeps nothing of it', () => {
  const disk = new SimulatedDisk<JournalRecord>(seededRandom(1));
  const storage = new JournalStorage(disk, emptyImage);
  disk.capacity = 0;
  assert.throws(() => storage.saveCheckpoint(CHECKPOINT), StorageFull);
  assert.equal(storage.head().checkpoint, undefined);
  disk.capacity = undefined;
  storage.saveCheckpoint(CHECKPOINT);
  assert.equal(storage.head().checkpoint, CHECKPOINT);
});
