/**
 * Style that matters, as a test: file names, file and function length, opening comments, and what may never be written in
 * core and modules because two machines could answer differently (DESIGN §3, §7). Biome and the compiler catch what they can;
 * this catches the rest. Function length is a ratchet: `LONG_FUNCTIONS` may only shrink.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf } from './source-text.ts';
import { filesUnder, isPure, readText, type SourceFile, sources, WINGS } from './source-tree.ts';

const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 80;

/** `path name` → lines allowed today. An entry that is longer than the function, or no longer needed, is itself a fault. */
const LONG_FUNCTIONS: Readonly<Record<string, number>> = {};

/** Names that say nothing about what a file holds. */
const EMPTY_NAMES = new Set(['utils', 'util', 'common', 'commons', 'misc', 'helper', 'helpers', 'shared', 'stuff', 'lib']);

/** Never in core or modules: clock, randomness, locale, environment, floats. Each with what to use instead. */
const BANNED: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bDate\b/g, 'block time is the only time: act.time, charter.date()'],
  [
    /\bMath\.(?!min\b|max\b|floor\b|ceil\b|trunc\b|abs\b|imul\b|clz32\b|sign\b)\w+/g,
    'only exact integer functions of Math are alike everywhere',
  ],
  [/\bIntl\b/g, 'locale tables differ between machines'],
  [/\blocaleCompare\b/g, 'compare code units: a < b'],
  [/\btoLocale\w+/g, 'locale tables differ between machines'],
  [/\bglobalThis\b/g, 'authority enters as an argument'],
  [/\bprocess\./g, 'authority enters as an argument'],
  [/\bBuffer\b/g, 'Uint8Array and the codecs of protocol'],
  [/\b(?:TextEncoder|TextDecoder)\b/g, 'the utf8 of the Crypto argument'],
  [/\b(?:performance|queueMicrotask|setTimeout|setInterval|setImmediate)\b/g, 'no clock and no timers'],
  [/\bWeakRef\b|\bFinalizationRegistry\b/g, 'garbage collection is not deterministic'],
  [/\bparseFloat\b|\btoFixed\b|\btoPrecision\b|\btoExponential\b/g, 'money is bigint minor units'],
  [/(?<![\w.$])\d[\d_]*\.\d/g, 'no floats'],
  [/(?<![\w.$])\d[\d_]*e-?\d/gi, 'no floats'],
];

function none(faults: readonly string[]): void {
  assert.deepEqual(faults, []);
}

test('every source file opens with a comment that gives its reason', () => {
  none(sources.filter((file) => !/^(?:#!.*\n)?\s*\/[*/]/.test(file.text.raw)).map((file) => file.path));
  none(
    filesUnder('tools')
      .filter((path) => path.endsWith('.sh'))
      .filter((path) => !/^(?:#!.*\n)?# \S/.test(readText(path))),
  );
});

test('file names are kebab-case and say what they hold', () => {
  const paths = [...WINGS, 'tools'].flatMap(filesUnder).filter((path) => /\.(?:ts|tsx|sh|py|css|sql)$/.test(path));
  none(
    paths.filter((path) => {
      const stem = path
        .split('/')
        .at(-1)!
        .replace(/(?:\.test)?\.\w+$/, '');
      return !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(stem) || EMPTY_NAMES.has(stem);
    }),
  );
  none(paths.filter((path) => path.split('/').some((part) => EMPTY_NAMES.has(part))));
});

test(`files stay within ${FILE_LINES_MAX} lines, tests and data excepted`, () => {
  none(
    sources
      .filter((file) => !file.isTest && !file.path.includes('/data/'))
      .map((file) => ({ file, lines: file.text.raw.split('\n').length - 1 }))
      .filter(({ lines }) => lines > FILE_LINES_MAX)
      .map(({ file, lines }) => `${file.path}: ${lines} lines`),
  );
});

/** Functions by the formatter's own layout: the opening line ends in `{`, the closing one has the same indentation. */
function longFunctions(file: SourceFile): { name: string; lines: number }[] {
  const lines = file.text.code.split('\n');
  const found: { name: string; lines: number }[] = [];
  lines.forEach((line, at) => {
    const start =
      /^(\s*)(?:export )?(?:async )?function\*?\s+(\w+)/.exec(line) ??
      /^(\s*)(?:export )?const (\w+)\b.*(?:=>|\($|= (?:async )?\()/.exec(line) ??
      /^(\s+)(?:private |protected |public |static |override |async |get |set |\*|#)*(?!if\b|for\b|while\b|switch\b|catch\b|return\b|function\b)(\w+)\(/.exec(
        line,
      );
    if (start === null) return;
    const indent = start[1]!;
    let end = at;
    // The head may span lines; the body ends at the first line that closes a brace at the head's own indentation.
    while (end < lines.length - 1 && !(end > at && new RegExp(`^${indent}\\}[;,)]*\\s*$`).test(lines[end]!))) {
      if (end > at && lines[end]!.trim() !== '' && /^\s*/.exec(lines[end]!)![0].length < indent.length) return;
      if (end > at && new RegExp(`^${indent}[\\w@]`).test(lines[end]!)) return;
      end++;
    }
    const length = end - at + 1;
    if (length > FUNCTION_LINES_MAX) found.push({ name: start[2]!, lines: length });
  });
  return found;
}

test(`functions stay within ${FUNCTION_LINES_MAX} lines (a ratchet)`, () => {
  const seen = new Map<string, number>();
  for (const file of sources) {
    // A contract test is a test, though engines and stores import it.
    if (file.isTest || file.path.endsWith('-contract.ts') || file.path.includes('/data/')) continue;
    for (const { name, lines } of longFunctions(file)) seen.set(`${file.path} ${name}`, lines);
  }
  none(
    [...seen].filter(([key, lines]) => lines > (LONG_FUNCTIONS[key] ?? FUNCTION_LINES_MAX)).map(([key, lines]) => `${key}: ${lines} lines`),
  );
  none(
    Object.entries(LONG_FUNCTIONS)
      .filter(([key, allowed]) => (seen.get(key) ?? 0) < allowed)
      .map(([key]) => `${key} got shorter: lower its entry in LONG_FUNCTIONS`),
  );
});

test('core and modules read no clock, no randomness, no locale, no environment and hold no float', () => {
  none(
    sources
      .filter(isPure)
      .flatMap((file) =>
        BANNED.flatMap(([pattern, instead]) =>
          [...file.text.code.matchAll(pattern)].map(
            (match) => `${file.path}:${lineOf(file.text.raw, match.index)} ${match[0]}: ${instead}`,
          ),
        ),
      ),
  );
});

test('no test is skipped, left to do, or run alone', () => {
  const pattern = /\.(?:skip|only|todo)\s*\(|\b(?:skip|only|todo)\s*:/g;
  none(
    sources
      .filter((file) => file.isTest)
      .flatMap((file) =>
        [...file.text.code.matchAll(pattern)].map((match) => `${file.path}:${lineOf(file.text.raw, match.index)} ${match[0]}`),
      ),
  );
});

test('nothing is left for later in a comment', () => {
  const word = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK'].join('|')})\\b`);
  none(sources.filter((file) => word.test(file.text.raw)).map((file) => file.path));
});
