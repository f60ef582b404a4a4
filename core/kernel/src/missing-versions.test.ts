/** What a node would stop at, told beforehand: versions in force now or later that its catalogue lacks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingVersions } from './missing-versions.ts';

const catalogue = [
  { name: 'kernel', version: 1 },
  { name: 'permit', version: 2 },
];

test('what is in force at the height, and what comes later; never what is over', () => {
  const permit = [
    { version: 1, from: 0 },
    { version: 2, from: 10 },
    { version: 3, from: 20 },
  ];
  const modules = { kernel: [{ version: 1, from: 0 }], permit };
  const at = (height: number) => missingVersions(modules, catalogue, height).map(({ version, from }) => [version, from]);
  assert.deepEqual(at(9), [
    [1, 0],
    [3, 20],
  ]);
  assert.deepEqual(at(10), [[3, 20]]);
  assert.deepEqual(at(25), [[3, 20]]);
  assert.deepEqual(missingVersions({ ghost: [{ version: 1, from: 7 }] }, catalogue, 1), [{ module: 'ghost', version: 1, from: 7 }]);
  assert.deepEqual(missingVersions({}, catalogue, 1), []);
});
