/** The disk keeps exactly one promise: what was synced survives. Everything else it breaks, sooner or later, in every way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@tabularium/scenarios';
import { DiskFull, PowerLoss, SimulatedDisk } from './simulated-disk.ts';

const numbers = (disk: SimulatedDisk<number>): readonly number[] => disk.restart().map(({ record }) => record);

test('given synced records, when power is cut, then they are there, whole and in order', () => {
  const disk = new SimulatedDisk<number>(seededRandom(1));
  for (let n = 0; n < 100; n++) disk.write(n);
  disk.sync();
  disk.cutPower();
  assert.throws(() => disk.write(100), PowerLoss);
  const found = disk.restart();
  assert.deepEqual(
    found,
    Array.from({ length: 100 }, (_, record) => ({ record, torn: false })),
  );
});

test('given unsynced records, when power is cut, then some are whole, some torn, some lost', () => {
  const seen = { whole: 0, torn: 0, lost: 0 };
  for (let seed = 0; seed < 40; seed++) {
    const disk = new SimulatedDisk<number>(seededRandom(seed));
    for (let n = 0; n < 10; n++) disk.write(n);
    disk.cutPower();
    const found = disk.restart();
    seen.torn += found.filter(({ torn }) => torn).length;
    seen.whole += found.filter(({ torn }) => !torn).length;
    seen.lost += 10 - found.length;
  }
  assert.ok(seen.whole > 0 && seen.torn > 0 && seen.lost > 0, JSON.stringify(seen));
});

test('power can fail during any write and during the sync, and only then', () => {
  for (let at = 1; at <= 6; at++) {
    const disk = new SimulatedDisk<number>(seededRandom(at));
    disk.armPowerLoss(at);
    let done = 0;
    const operate = (): void => {
      for (let n = 0; n < 5; n++) {
        disk.write(n);
        done++;
      }
      disk.sync();
      done++;
    };
    assert.throws(operate, PowerLoss);
    assert.equal(done, at - 1);
    assert.ok(disk.isOff);
    disk.restart();
    operate();
  }
});

test('a sync during which power failed may or may not have happened', () => {
  const outcomes = new Set<number>();
  for (let seed = 0; seed < 60; seed++) {
    const disk = new SimulatedDisk<number>(seededRandom(seed));
    disk.write(1);
    disk.write(2);
    disk.armPowerLoss(1);
    assert.throws(() => disk.sync(), PowerLoss);
    outcomes.add(numbers(disk).length);
  }
  assert.deepEqual([...outcomes].sort(), [0, 1, 2]);
});

test('a full disk refuses the record, keeps the others, and takes records again when there is room', () => {
  const disk = new SimulatedDisk<number>(seededRandom(1));
  disk.capacity = 2;
  disk.write(0);
  disk.write(1);
  assert.throws(() => disk.write(2), DiskFull);
  disk.truncate(1);
  disk.write(3);
  disk.sync();
  assert.deepEqual(numbers(disk), [0, 3]);
  assert.throws(() => disk.truncate(1), RangeError);
});
