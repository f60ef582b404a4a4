/** A training ledger is known by its name, offline and by everybody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTrainingOrigin } from './charter-origin.ts';

const HASH = '0011223344556677';

test('only a name whose host ends in .test is one for training', () => {
  for (const name of ['vellmere.test', 'ledger.vellmere.example.test', 'test', 'vellmere.test/school']) {
    assert.equal(isTrainingOrigin(`${name}/${HASH}`), true, name);
    assert.equal(isTrainingOrigin(name), true, name);
  }
  for (const name of ['vellmere.example', 'contest', 'vellmere.test.example', 'vellmere-test', 'example.org/test', 'latest/test']) {
    assert.equal(isTrainingOrigin(`${name}/${HASH}`), false, name);
  }
});
