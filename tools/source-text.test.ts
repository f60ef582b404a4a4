/** The scanner the tidy tests rest on: a rule that cannot see code, or sees prose as code, guards nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf, lineOf, scanSource } from './source-text.ts';

test('comments and strings are blanked, code and line breaks stay', () => {
  const { code } = scanSource("const a = 'Date'; // Date\n/* Date\n Date */ const b = \"it's\"; Date;");
  assert.equal(code.match(/Date/g)?.length, 1);
  assert.equal(code.split('\n').length, 3);
});

test('template literals blank their text and keep their code, nested ones too', () => {
  const open = '$' + '{';
  const { code } = scanSource(`const t = \`Date ${open}Math.sin(\`Date ${open} { a: Date }.a }\`)} Date\`; next();`);
  assert.equal(code.match(/Date/g)?.length, 1);
  assert.ok(code.includes('Math.sin(') && code.includes('next();'));
});

test('regular expressions are blanked; division is not mistaken for one', () => {
  const { code } = scanSource('const r = /["\'`/[/"]*]/g; const d = total / count / Date; f(/Date/);');
  assert.equal(code.match(/Date/g)?.length, 1);
  assert.ok(code.includes('const d = total / count / Date'));
});

test('imports are found in every form, and only there', () => {
  const source = scanSource(
    [
      "import { a } from 'a';",
      "import type {\n  B,\n} from '@x/b';",
      "import 'c';",
      "export { d } from './d.ts';",
      "export * from './e.ts';",
      "const f = await import('f');",
      "// import 'g'",
      'const h = "import \'h\'";',
      "export const i = 'i';",
      "export function from(x: 'j') {}",
    ].join('\n'),
  );
  assert.deepEqual(
    importsOf(source).map(({ specifier }) => specifier),
    ['a', '@x/b', 'c', './d.ts', './e.ts', 'f'],
  );
  assert.equal(importsOf(source)[1]?.line, 2);
});

test('lines count from one', () => {
  assert.equal(lineOf('a\nb\nc', 0), 1);
  assert.equal(lineOf('a\nb\nc', 2), 2);
  assert.equal(lineOf('a\nb\nc', 4), 3);
});
