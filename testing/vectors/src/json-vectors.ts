/** Vectors of docs/spec/json.md: texts with their canonical form, or with the code and place of their first fault. */
import type { VectorFile } from './vector-file.ts';

interface JsonVector {
  readonly name: string;
  /** A JSON text. */
  readonly input: string;
  /** `at` counts UTF-16 code units. */
  readonly expected: { readonly canonical: string } | { readonly code: string; readonly at: number };
}

function canonical(name: string, input: string, text: string): JsonVector {
  return { name, input, expected: { canonical: text } };
}

function fault(code: string, at: number, name: string, input: string): JsonVector {
  return { name: `${code}: ${name}`, input, expected: { code, at } };
}

const nest = (levels: number, inner = ''): string => '['.repeat(levels) + inner + ']'.repeat(levels);

function written(): JsonVector[] {
  return [
    canonical('an empty object', ' { } ', '{}'),
    canonical('an empty array', '[\n]', '[]'),
    canonical('a value that is no object', '"a"', '"a"'),
    canonical('the three words', '[true,false,null]', '[true,false,null]'),
    canonical('integers', '[0,-1,10,9007199254740991,-9007199254740991]', '[0,-1,10,9007199254740991,-9007199254740991]'),
    canonical(
      'members are sorted, objects within too',
      '{"b":{"z":1,"a":2},"a":[{"y":1,"x":2}]}',
      '{"a":[{"x":2,"y":1}],"b":{"a":2,"z":1}}',
    ),
    canonical('arrays keep their order', '[3,1,2]', '[3,1,2]'),
    canonical('all white space goes', ' \t\r\n{ "a" : [ 1 , 2 ] } ', '{"a":[1,2]}'),
    canonical(
      'capitals before small letters, digits before both',
      '{"a":1,"A":2,"1":3,"10":4,"2":5,"_":6,"":7}',
      '{"":7,"1":3,"10":4,"2":5,"A":2,"_":6,"a":1}',
    ),
    canonical(
      'order of UTF-16 code units: a surrogate pair before U+FB33 (RFC 8785 §3.2.3)',
      '{"\\ufb33":"Hebrew","\\ud83d\\ude00":"Emoji","\\u20ac":"Euro","\\r":"CR","1":"One","\\u0080":"Control","\\u00f6":"O"}',
      '{"\\r":"CR","1":"One","\u0080":"Control","ö":"O","€":"Euro","😀":"Emoji","\ufb33":"Hebrew"}',
    ),
    canonical('the shortest escapes', '"\\u0008\\u0009\\u000a\\u000c\\u000d\\u0022\\u005c"', '"\\b\\t\\n\\f\\r\\"\\\\"'),
    canonical('other controls as lowercase \\u00xx', '"\\u0000\\u001F\\u007f"', '"\\u0000\\u001f\u007f"'),
    canonical('a slash needs no escape', '"\\/"', '"/"'),
    canonical('letters need no escape', '"\\u0041\\u00e9\\u2028"', '"Aé\u2028"'),
    canonical('a pair from two escapes', '"\\ud83c\\udfdb"', '"🏛"'),
    canonical('__proto__ is a member like others', '{"__proto__":{"a":1},"b":2}', '{"__proto__":{"a":1},"b":2}'),
    canonical('32 levels', nest(32), nest(32)),
    canonical('a byte order mark inside a string', '"\ufeff"', '"\ufeff"'),
  ];
}

function faults(): JsonVector[] {
  return [
    fault('json-syntax', 0, 'nothing', ''),
    fault('json-syntax', 2, 'white space only', '  '),
    fault('json-syntax', 3, 'a second value', '{} {}'),
    fault('json-syntax', 7, 'a comma at the end', '{"a":1,}'),
    fault('json-syntax', 3, 'a comma at the end of an array', '[1,]'),
    fault('json-syntax', 1, 'a comma first', '[,1]'),
    fault('json-syntax', 3, 'no comma', '[1 2]'),
    fault('json-syntax', 5, 'no colon', '{"a" 1}'),
    fault('json-syntax', 1, 'a number as name', '{1:2}'),
    fault('json-syntax', 0, 'a word cut off', 'tru'),
    fault('json-syntax', 4, 'a word too long', 'truer'),
    fault('json-syntax', 0, 'a byte order mark', '\ufeff{}'),
    fault('json-syntax', 0, 'a vertical tab', '\u000b{}'),
    fault('json-syntax', 0, 'a no-break space', '\u00a0{}'),
    fault('json-syntax', 0, 'a leading zero', '01'),
    fault('json-syntax', 0, 'a leading zero after the sign', '-01'),
    fault('json-syntax', 0, 'a plus sign', '+1'),
    fault('json-syntax', 0, 'a point first', '.5'),
    fault('json-syntax', 0, 'a sign alone', '-'),
    fault('json-syntax', 1, 'hexadecimal', '0x1'),
    fault('json-syntax', 2, 'a control character', '"a\u001f"'),
    fault('json-syntax', 2, 'a string that does not end', '"a'),
    fault('json-syntax', 3, 'a string that ends in a backslash', '"ab\\'),
    fault('json-syntax', 1, 'an unknown escape', '"\\a"'),
    fault('json-syntax', 1, 'an escape cut off', '"\\u12'),
    fault('json-syntax', 1, 'an escape with a sign', '"\\u+123"'),
    fault('json-syntax', 1, 'single quotes', "['a']"),
    fault('json-float', 0, 'a fraction', '1.5'),
    fault('json-float', 0, 'a fraction of zero', '1.0'),
    fault('json-float', 5, 'an exponent', '{"a":1e2}'),
    fault('json-float', 0, 'an exponent in capitals', '1E2'),
    fault('json-float', 0, 'minus zero', '-0'),
    fault('json-float', 0, 'a large number with an exponent', '99999999999999999999e1'),
    fault('json-unsafe-integer', 0, '2^53', '9007199254740992'),
    fault('json-unsafe-integer', 0, 'minus 2^53', '-9007199254740992'),
    fault('json-unsafe-integer', 1, '400 digits', `[${'1'.repeat(400)}]`),
    fault('json-duplicate-member', 7, 'twice', '{"a":1,"a":2}'),
    fault('json-duplicate-member', 7, 'once escaped', '{"a":1,"\\u0061":2}'),
    fault('json-duplicate-member', 13, 'nested', '{"b":[{"a":1,"a":1}]}'),
    fault('json-duplicate-member', 15, '__proto__', '{"__proto__":1,"__proto__":1}'),
    fault('json-lone-surrogate', 0, 'a high half', '"\\ud800"'),
    fault('json-lone-surrogate', 1, 'a low half in an array', '["\\udc00"]'),
    fault('json-lone-surrogate', 0, 'the wrong way round', '"\\udc00\\ud800"'),
    fault('json-lone-surrogate', 1, 'in a name', '{"\\ud800":1}'),
    fault('json-depth', 32, '33 levels', nest(33)),
    fault('json-depth', 32, 'very deep and never closed', '['.repeat(5000)),
  ];
}

export const json: VectorFile<JsonVector> = {
  description:
    'JSON as the protocol allows it: each text with its canonical form (RFC 8785), or with the code and place of its first fault.',
  spec: 'docs/spec/json.md',
  vectors: [...written(), ...faults()],
};
