/** The portal and the plain pages say many things alike, each in its own room: in no language do they say them differently. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const words = (path: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')) as Record<string, string>;

test('in Spanish, a sentence of a plain page is the portal’s where the portal says it in English', () => {
  const [english, spanish, pages] = [
    words('clients/portal/src/words/en.json'),
    words('clients/portal/src/words/es.json'),
    words('server/pages/words/es.json'),
  ];
  const said = Map.groupBy(Object.keys(english), (id) => english[id]!);
  const shared = Object.keys(pages).filter((text) => said.has(text));
  assert.ok(shared.length > 20, `${shared.length} sentences are shared`);
  assert.deepEqual(
    shared.filter((text) => !said.get(text)!.some((id) => spanish[id] === pages[text])),
    [],
  );
});
