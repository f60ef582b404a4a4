/** Time in one seed's hands: alarms ring at their own time and in order, and what never answers is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from './virtual-time.ts';

test('alarms ring in order, each at its time, also those set by others', async () => {
  const time = new VirtualTime(1_000);
  const rung: string[] = [];
  const ring = (name: string) => () => void rung.push(`${name} at ${time.now}`);
  time.set(ring('late'), 500);
  time.set(() => {
    ring('first')();
    time.set(ring('second'), 100);
  }, 50);
  time.clear(time.set(ring('cleared'), 60));
  await time.advance(400);
  assert.deepEqual(rung, ['first at 1050', 'second at 1150']);
  assert.equal(time.now, 1_400);
  await time.advance(100);
  assert.deepEqual(rung.at(-1), 'late at 1500');
});

test('deferred work runs while somebody waits for an answer', async () => {
  const time = new VirtualTime(0);
  const answer = new Promise<number>((resolve) => time.defer(() => time.defer(() => resolve(7))));
  assert.equal(await time.until(answer), 7);
});

test('a promise that nobody will keep is an error, not a wait', async () => {
  await assert.rejects(new VirtualTime(0).until(new Promise(() => undefined)), /nothing answers/);
});

test('after forget nothing rings', async () => {
  const time = new VirtualTime(0);
  time.set(() => assert.fail('rang'), 10);
  time.defer(() => assert.fail('ran'));
  time.forget();
  await time.advance(100);
});
