/** The JSON reader and writer as properties: never more lenient than JSON.parse, never another value, never a throw. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';
import { parseJson } from './json.ts';
import type { JsonValue } from './json-value.ts';

/** Values the protocol can hold; names often clash with each other and with what objects inherit. */
const names = fc.oneof(
  fc.constantFrom('a', 'b', '', '1', '10', '__proto__', 'constructor', 'toString', '\u20ac', '😀'),
  fc.string({ maxLength: 4 }),
);
const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger().map((n) => n + 0),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom<JsonValue>(null, true, false, 0),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 5 }).map((members) => JSON.parse(`{${uniqueMembers(members)}}`) as JsonValue),
  ),
}));

function uniqueMembers(members: readonly (readonly [string, JsonValue])[]): string {
  return [...new Map(members)].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',');
}

/** What JSON.parse says, undefined where it throws. */
function reference(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

describe('reading', () => {
  test('gives what JSON.parse gives for every value the protocol can hold, however it is spaced', () => {
    fc.assert(
      fc.property(values, fc.constantFrom('', ' ', '\n\t'), (value, space) => {
        const text = `${space}${JSON.stringify(value, null, space)}${space}`;
        assert.deepStrictEqual(parseJson(text), { ok: true, value: JSON.parse(text) });
      }),
      { numRuns: 2000 },
    );
  });

  test('is total, and whatever it accepts JSON.parse reads alike', () => {
    const pieces = fc.constantFrom(
      ...'{}[]:,"\\/-+.0123456789eEutrfalsn \n\u0001\ud800\udc00'.split(''),
      '"a"',
      '"a":',
      '\\u0061',
      'true',
      '{"a":1',
      '-0',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
        const text = parts.join('');
        const parsed = parseJson(text);
        if (parsed.ok) assert.deepStrictEqual(parsed.value, JSON.parse(text));
        else assert.ok(parsed.at >= 0 && parsed.at <= text.length);
      }),
      { numRuns: 20_000 },
    );
  });

  test('a text changed in one place is refused or read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.constantFrom(...'{}[]:,"\\0-.e a\u0000'), (value, where, character) => {
        const text = JSON.stringify(value);
        const at = where % text.length;
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        const parsed = parseJson(changed);
        if (parsed.ok) assert.deepStrictEqual(parsed.value, reference(changed));
        else if (parsed.code === 'json-syntax') assert.equal(reference(changed), undefined, changed);
      }),
      { numRuns: 5000 },
    );
  });

  test('a member named twice is found wherever and however it is written', () => {
    const escaped = (name: string): string => [...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 6 }), values, fc.boolean(), (name, value, inEscapes) => {
        const second = inEscapes ? `"${escaped(name)}"` : JSON.stringify(name);
        const text = `{"outer":[{${JSON.stringify(name)}:${JSON.stringify(value)},${second}:1}]}`;
        const parsed = parseJson(text);
        assert.equal(parsed.ok ? 'accepted' : parsed.code, 'json-duplicate-member', text);
      }),
    );
  });

  test('a text with half a surrogate pair is refused before anything else', () => {
    assert.deepEqual(parseJson('{"a":"\ud83d"}'), { ok: false, code: 'json-lone-surrogate', at: 6 });
    assert.deepEqual(parseJson('"\ud83d\\ude00"'), { ok: false, code: 'json-lone-surrogate', at: 1 });
  });

  test('a hundred thousand open brackets do not exhaust the stack', () => {
    for (const open of ['[', '{"a":', '[{"a":']) {
      const parsed = parseJson(open.repeat(100_000));
      assert.equal(parsed.ok ? 'accepted' : parsed.code, 'json-depth');
    }
  });

  test('60,000 members are read, and the one that repeats is found', () => {
    const members = Array.from({ length: 60_000 }, (_, i) => `"k${i}":0`);
    assert.ok(parseJson(`{${members.join(',')}}`).ok);
    const parsed = parseJson(`{${members.join(',')},"k31415":0}`);
    assert.equal(parsed.ok ? 'accepted' : parsed.code, 'json-duplicate-member');
  });

  test('__proto__ stays an own member and pollutes nothing', () => {
    const parsed = parseJson('{"__proto__":{"polluted":true}}');
    assert.ok(parsed.ok);
    assert.ok(Object.hasOwn(parsed.value as object, '__proto__'));
    assert.equal(Object.getPrototypeOf(parsed.value), Object.prototype);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });
});

describe('writing', () => {
  test('what is written is read back and stays the same when written again', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = canonicalJson(value);
        const parsed = parseJson(text);
        assert.ok(parsed.ok);
        assert.deepStrictEqual(parsed.value, JSON.parse(JSON.stringify(value)));
        assert.equal(canonicalJson(parsed.value), text);
      }),
      { numRuns: 2000 },
    );
  });

  test('members stand in order of UTF-16 code units', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }), { maxLength: 8 }), (keys) => {
        // A letter in front keeps keys out of the order that JavaScript gives to integers.
        const object = Object.fromEntries(keys.map((key) => [`k${key}`, 0]));
        const written = Object.keys(JSON.parse(canonicalJson(object)) as object);
        assert.deepEqual(written, [...written].sort());
      }),
    );
  });

  test('nothing is written that the protocol cannot hold', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const wrong: readonly unknown[] = [
      1.5,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 53,
      '\ud800',
      undefined,
      1n,
      () => 0,
      Symbol('a'),
      cyclic,
    ];
    for (const value of wrong) {
      assert.throws(() => canonicalJson(value as JsonValue), TypeError);
      assert.throws(() => canonicalJson({ a: [value as JsonValue] }), TypeError);
    }
    assert.throws(() => canonicalJson({ '\udc00': 1 }), TypeError);
  });
});
