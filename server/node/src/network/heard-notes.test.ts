/** What a node remembers of the others' checkpoints: through disks that are full or lost power, and no longer than their keys are theirs. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { HeardNotes } from './heard-notes.ts';

const note = (size: number): string =>
  `town.example/0123456789abcdef\n${size}\n${Buffer.alloc(32).toString('base64')}\n\n— x ${Buffer.alloc(68).toString('base64')}\n`;

function given(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-heard-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'heard.json');
  const reports: unknown[] = [];
  const open = (): HeardNotes => new HeardNotes(path, (error) => void reports.push(error));
  return { path, reports, open };
}

test('the largest is kept, over a new start too', (t) => {
  const { open } = given(t);
  const heard = open();
  for (const size of [3, 7, 5]) heard.add('a', note(size));
  t.mock.timers.tick(1_000);
  assert.deepEqual([open().of('a'), open().largest], [note(7), 7]);
});

test('a disk that takes nothing is reported, and no more', (t) => {
  const { path, reports, open } = given(t);
  mkdirSync(`${path}.partial`);
  const heard = open();
  heard.add('a', note(3));
  t.mock.timers.tick(1_000);
  assert.equal(reports.length, 1);
  rmSync(`${path}.partial`, { recursive: true });
  heard.add('a', note(4));
  heard.close();
  assert.equal(open().largest, 4);
});

test('a file that a power cut left empty is reported, and begun anew', (t) => {
  const { path, reports, open } = given(t);
  writeFileSync(path, '');
  const heard = open();
  assert.deepEqual([heard.largest, reports.length], [0, 1]);
  heard.add('a', note(3));
  heard.close();
  assert.ok(readFileSync(path, 'utf8').startsWith('{"a":'));
});

test('nothing is written once it is closed: the folder may be another process\u2019s', (t) => {
  const { path, open } = given(t);
  const heard = open();
  heard.close();
  heard.add('a', note(3));
  t.mock.timers.tick(10_000);
  assert.deepEqual([existsSync(path), heard.largest], [false, 3]);
});

test('what is not right any more is forgotten, however large: smaller ones count again', (t) => {
  const { open } = given(t);
  const heard = open();
  heard.add('a', note(Number.MAX_SAFE_INTEGER));
  heard.add('b', note(2));
  heard.keep((node) => node !== 'a');
  assert.equal(heard.largest, 2);
  heard.add('a', note(3));
  assert.deepEqual([heard.of('a'), heard.of('b')], [note(3), note(2)]);
});
