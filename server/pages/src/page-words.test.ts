/** What plain pages say is there in every language, and nothing in another language is said by nobody. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import es from '../words/es.json' with { type: 'json' };
import { Tongue } from './tongue.ts';

const sources = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'));

/** Sentences as `say('…')` and `count(n, '…')` name them, and whatever else begins like one in a table of words. */
const said = new Set(
  sources.flatMap((source) => [
    ...[...source.matchAll(/\bsay\(\s*'([^']+)'/g)].map(([, text]) => text!),
    ...[...source.matchAll(/\bcount\([^'`;]*?'([a-z ]+)'\)/g)].flatMap(([, one]) => [one!, `${one}s`]),
    ...[...source.matchAll(/(?:: |label: |', |tongue\.text\()'([A-Z][^'/{}]*[a-z.])'/g)].map(([, text]) => text!),
  ]),
);

test('in Spanish there is every sentence that pages say', () => {
  const spanish = Tongue.asked('es');
  assert.ok(said.size > 150, `${said.size} sentences found`);
  // The same in both.
  const alike = new Set(['Id', 'No']);
  assert.deepEqual(
    [...said].filter((text) => !alike.has(text) && spanish.text(text) === text),
    [],
  );
});

test('nothing is written into a page past its words', () => {
  const past =
    /<(?:h\d|p|dt|dd|th|td|a|button|strong|span|li|summary|label|small|title)(?: [^<>]*)?>\s*[A-Za-z]{2,}[^<]*|(?:aria-label|placeholder|alt)="[A-Za-z][^"]*"/g;
  assert.deepEqual(
    sources.flatMap((source) => [...source.matchAll(past)].map(([found]) => found)),
    [],
  );
});

test('gaps are the same in every language, so that nothing is left out', () => {
  const gaps = (text: string): readonly string[] => [...text.matchAll(/\{[a-z]+\}/g)].map(([gap]) => gap).sort();
  for (const [english, spanish] of Object.entries(es)) assert.deepEqual(gaps(spanish), gaps(english), english);
});

test('no sentence is kept that nobody says', () => {
  const everything = [...sources, readFileSync(join(import.meta.dirname, '../../api/src/data-routes.ts'), 'utf8')].join('\n');
  assert.deepEqual(
    Object.keys(es).filter((text) => !everything.includes(`'${text}'`) && !said.has(text)),
    [],
  );
});
