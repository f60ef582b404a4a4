/** CometBFT's program is found, or what is missing is named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeFault } from '../node-fault.ts';
import { cometProgram } from './comet-program.ts';

test('a program that an operator names must be there; the error says what to install', () => {
  assert.equal(cometProgram(process.execPath), process.execPath);
  assert.throws(
    () => cometProgram('/nowhere/cometbft'),
    (error) => {
      assert.ok(error instanceof NodeFault);
      assert.deepEqual([error.code, error.exitCode], ['cometbft-missing', 15]);
      assert.match(`${error.message} ${error.next}`, /nowhere.*install Go/);
      return true;
    },
  );
});
