/** A thread that rests gives its garbage back, once, and again after it has worked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { restWhenQuiet } from './rest.ts';

test('what nobody holds any more is gone after a quiet moment, each time anew', async () => {
  const gone: string[] = [];
  const registry = new FinalizationRegistry((name: string) => void gone.push(name));
  let letGo = 0;
  const stir = restWhenQuiet(() => letGo++, 20);
  for (const name of ['first', 'second']) {
    registry.register({ name }, name);
    stir();
    while (!gone.includes(name)) await delay(5);
  }
  assert.deepEqual(gone, ['first', 'second']);
  assert.equal(letGo, 2);
});
