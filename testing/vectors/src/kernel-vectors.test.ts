/** The committed vectors are what the generator makes, byte for byte: nobody edits one without the other. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { kernelVectorFiles } from './kernel-vector-files.ts';
import { formatVectorFile } from './vector-file.ts';

for (const [name, file] of kernelVectorFiles) {
  test(`${name}.json is as generated`, () => {
    const committed = readFileSync(new URL(`../data/${name}.json`, import.meta.url), 'utf8');
    assert.ok(committed === formatVectorFile(file), 'run: npm run make -w @tabularium/vectors');
  });
}
