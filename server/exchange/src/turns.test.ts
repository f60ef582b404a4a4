/** Turns: never more at once, in order, and nobody waits for ever. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.ts';

test('so many at once, the others in the order in which they came', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const works = gates.map(({ promise }, i) =>
    turns.take(async () => {
      begun.push(i);
      await promise;
      return i;
    }),
  );
  assert.deepEqual(begun, [0, 1]);
  gates[1]!.resolve();
  assert.equal(await works[1], 1);
  await turnOfEvents();
  assert.deepEqual(begun, [0, 1, 2]);
  for (const { resolve } of gates) resolve();
  assert.deepEqual(await Promise.all(works), [0, 1, 2, 3, 4]);
  assert.deepEqual(begun, [0, 1, 2, 3, 4]);
});

test('work that fails gives its place on; who waits can be refused', async () => {
  const turns = new Turns(1);
  const gate = Promise.withResolvers<void>();
  const first = turns.take(() => gate.promise);
  const second = turns.take(async () => 2);
  const refused = new Error('closed');
  turns.refuseWaiting(refused);
  await assert.rejects(second, refused);
  const third = turns.take(async () => 3);
  gate.reject(new Error('failed'));
  await assert.rejects(first, /failed/);
  assert.equal(await third, 3);
  assert.equal(await turns.take(async () => 4), 4);
});

function turnOfEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
