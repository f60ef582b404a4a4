/** The committed vectors are what the generator makes, byte for byte: nobody edits one without the other. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { protocolVectorFiles } from './protocol-vector-files.ts';

for (const [name, text] of protocolVectorFiles()) {
  test(`${name} is as generated`, () => {
    assert.ok(readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8') === text, `run: npm run make -w @tabularium/vectors`);
  });
}
