/** Vectors of docs/spec/transaction.md that are not transactions: each hostile input with the code that answers it. */
import { HEADER, inputOf, jws, jwsOfSize, LEDGER, MINIMAL, nested, PAYLOAD, PAYLOAD_TEXT } from './transaction-vectors.ts';
import type { VectorFile } from './vector-file.ts';
import { base64url, OFFICER, ORDER, signEs256, withScalars } from './vector-keys.ts';

interface MalformedVector {
  readonly name: string;
  /** The bytes submitted as ASCII text, or as hex where they are not ASCII. */
  readonly input?: string;
  readonly inputHex?: string;
  readonly expected: { readonly code: string };
}
type Row = readonly [name: string, input: string | Uint8Array];

function rows(code: string, list: readonly Row[]): MalformedVector[] {
  return list.map(([name, input]) => ({
    name,
    ...(typeof input === 'string' ? { input } : { inputHex: Buffer.from(input).toString('hex') }),
    expected: { code },
  }));
}

/** Properly signed, so that nothing but the fault named can be the reason. */
const withHeader = (header: object | string | Uint8Array): string =>
  jws(typeof header === 'object' && !(header instanceof Uint8Array) ? JSON.stringify(header) : header, PAYLOAD_TEXT);
const withPayload = (payload: object | string | Uint8Array): string =>
  jws(HEADER, typeof payload === 'object' && !(payload instanceof Uint8Array) ? JSON.stringify(payload) : payload);
const withBody = (bodyText: string): string => withPayload(PAYLOAD_TEXT.replace(/"body":.*\}$/, `"body":${bodyText}}`));
const without = (object: object, ...names: readonly string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

const INPUT = inputOf(HEADER, PAYLOAD_TEXT);
const SIGNATURE = signEs256(OFFICER, INPUT);
const WHOLE = `${INPUT}.${base64url(SIGNATURE)}`;
const PARTS = WHOLE.split('.') as [string, string, string];

function shapes(): MalformedVector[] {
  const [header, payload, signature] = PARTS;
  return [
    ...rows('empty', [['no bytes at all', '']]),
    ...rows('too-large', [
      ['61,441 bytes', `${jwsOfSize(61_440).input}A`],
      ['65,536 bytes that are no transaction either', 'A'.repeat(65_536)],
    ]),
    ...rows('leading-brace', [
      ['a forged seal', `{"app":1,"count":1,"first":2,"height":2,"ledger":"${LEDGER}","type":"seal","v":1}`],
      ['the flattened JSON serialisation of a JWS', JSON.stringify({ protected: header, payload, signature })],
      ['a single brace', '{'],
    ]),
    ...rows('not-compact-jws', [
      ['one part', header],
      ['two parts', `${header}.${payload}`],
      ['four parts', `${WHOLE}.${signature}`],
      ['five parts, as a JWE has', `${WHOLE}.${signature}.${signature}`],
      ['empty header', `.${payload}.${signature}`],
      ['empty payload, as a detached JWS has', `${header}..${signature}`],
      ['empty signature, as an unsecured JWS has', `${header}.${payload}.`],
      ['only dots', '..'],
      ['one dot', '.'],
    ]),
  ];
}

/** Replaces the last character, whose low bits are unused, by the next one: the same bytes in another spelling. */
function respelled(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1)!) + 1];
}

/** A text of JSON white space at the end until base64url leaves `bits` unused bits. */
function spacedTo(text: string, bits: 2 | 4): string {
  let spaced = text;
  while (Buffer.byteLength(spaced) % 3 !== (bits === 4 ? 1 : 2)) spaced += ' ';
  return spaced;
}

function base64(): MalformedVector[] {
  const [header, payload, signature] = PARTS;
  const header4 = base64url(spacedTo(HEADER, 4));
  const payload2 = base64url(spacedTo(PAYLOAD_TEXT, 2));
  const payload4 = base64url(spacedTo(PAYLOAD_TEXT, 4));
  return rows('base64url-noncanonical', [
    ['padding after the header', `${header4}==.${payload}.${signature}`],
    ['padding after the payload', `${header}.${payload2}=.${signature}`],
    ['padding after the signature', `${WHOLE}==`],
    ['unused bits set in the header', `${respelled(header4)}.${payload}.${signature}`],
    ['two unused bits set in the payload', `${header}.${respelled(payload2)}.${signature}`],
    ['four unused bits set in the payload', `${header}.${respelled(payload4)}.${signature}`],
    ['unused bits set in the signature', `${header}.${payload}.${respelled(signature)}`],
    ['plus from the other alphabet', `${header}.${payload}.+${signature.slice(1)}`],
    ['slash from the other alphabet', `${header}.${payload}./${signature.slice(1)}`],
    ['one character too many in the payload', `${header}.${base64url('{ }   ')}A.${signature}`],
    ['a line break inside', `${header}.${payload.slice(0, 40)}\n${payload.slice(40)}.${signature}`],
    ['a line break at the end', `${WHOLE}\n`],
    ['a space before', ` ${WHOLE}`],
    ['a tilde and a disclosure', `${WHOLE}~WyJhIl0~`],
    ['a byte order mark before', Buffer.from(`\ufeff${WHOLE}`)],
    ['a letter outside ASCII', Buffer.from(`${header}.${payload.slice(0, -1)}é.${signature}`)],
    [
      'bytes 128 to 255',
      Buffer.from(Array.from({ length: 128 }, (_, i) => i + 128))
        .fill(0x2e, 40, 41)
        .fill(0x2e, 90, 91),
    ],
  ]);
}

function texts(): MalformedVector[] {
  const broken = (bytes: readonly number[]): Buffer => {
    const [before, after] = PAYLOAD_TEXT.split('5f0c9a3e7b214d68') as [string, string];
    return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
  };
  const mark = Buffer.from([0xef, 0xbb, 0xbf]);
  return [
    ...rows('utf8-malformed', [
      ['a continuation byte alone', withPayload(broken([0x80]))],
      ['an overlong slash', withPayload(broken([0xc0, 0xaf]))],
      ['an overlong three-byte form', withPayload(broken([0xe0, 0x80, 0xaf]))],
      ['an overlong four-byte form', withPayload(broken([0xf0, 0x8f, 0xbf, 0xbf]))],
      ['a surrogate in UTF-8', withPayload(broken([0xed, 0xa0, 0x80]))],
      ['a pair of surrogates, as CESU-8 writes it', withPayload(broken([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]))],
      ['above 10FFFF', withPayload(broken([0xf4, 0x90, 0x80, 0x80]))],
      ['byte FF', withPayload(broken([0xff]))],
      ['Latin-1', withPayload(broken([0xfc, 0x62, 0x65, 0x72]))],
      ['cut in the middle of a character', withPayload(Buffer.concat([Buffer.from(PAYLOAD_TEXT), Buffer.from([0xe2, 0x82])]))],
      ['UTF-16', withPayload(Buffer.from(`\ufeff${PAYLOAD_TEXT}`, 'utf16le'))],
      ['malformed in the header', withHeader(Buffer.concat([Buffer.from(HEADER), Buffer.from([0xc3])]))],
    ]),
    ...rows('byte-order-mark', [
      ['before the header', withHeader(Buffer.concat([mark, Buffer.from(HEADER)]))],
      ['before the payload', withPayload(Buffer.concat([mark, Buffer.from(PAYLOAD_TEXT)]))],
    ]),
  ];
}

function json(): MalformedVector[] {
  const twice = (member: string): string => `${PAYLOAD_TEXT.slice(0, -1)},${member}}`;
  return [
    ...rows('json-duplicate-member', [
      ['alg twice in the header', withHeader(HEADER.replace('{', '{"alg":"none",'))],
      ['kid twice in the header, the same', withHeader(HEADER.replace('{', `{"kid":"${OFFICER.kid}",`))],
      ['typ twice in the header, once escaped', withHeader(HEADER.replace('{', '{"\\u0074yp":"JWT",'))],
      ['action twice in the payload', withPayload(twice('"action":"treasury.payment.void"'))],
      ['exp twice in the payload, once escaped', withPayload(twice('"\\u0065xp":1900000000'))],
      ['body twice in the payload', withPayload(twice('"body":{}'))],
      ['amount twice in the body, nested', withBody('{"amount":{"amount":"1","currency":"EUR","amount":"999"}}')],
      ['twice in an object in an array', withBody('{"items":[{"n":1},{"n":1,"n":2}]}')],
      ['twice in the body, both escaped', withBody('{"\\u0061":1,"\\u0061":2}')],
      ['the empty name twice', withBody('{"":1,"":2}')],
      ['__proto__ twice', withBody('{"__proto__":1,"__proto__":2}')],
      ['a surrogate pair twice, once escaped', withBody('{"😀":1,"\\ud83d\\ude00":2}')],
      ['a state key twice', withPayload(PAYLOAD_TEXT.replace('"on":{', '"on":{"treasury/payable/5f0c9a3e7b214d68":2,'))],
    ]),
    ...rows('json-float', [
      ['a fraction', withBody('{"n":1.5}')],
      ['a fraction of zero', withBody('{"n":1.0}')],
      ['an exponent', withBody('{"n":1e3}')],
      ['an exponent in capitals', withBody('{"n":1E+3}')],
      ['an exponent of zero', withBody('{"n":1e0}')],
      ['minus zero', withBody('{"n":-0}')],
      ['minus zero with a fraction', withBody('{"n":-0.0}')],
      ['exp with an exponent', withPayload(PAYLOAD_TEXT.replace('1800000000', '18e8'))],
      ['exp with a fraction', withPayload(PAYLOAD_TEXT.replace('1800000000', '1800000000.0'))],
      ['too large for any float', withBody('{"n":1e400}')],
    ]),
    ...rows('json-unsafe-integer', [
      ['2^53', withBody('{"n":9007199254740992}')],
      ['minus 2^53', withBody('{"n":-9007199254740992}')],
      ['2^63', withBody('{"n":9223372036854775808}')],
      ['400 digits', withBody(`{"n":${'9'.repeat(400)}}`)],
      ['a revision of 2^53', withPayload(PAYLOAD_TEXT.replace(':3}', ':9007199254740992}'))],
    ]),
    ...rows('json-lone-surrogate', [
      ['a high surrogate', withBody('{"s":"\\ud83d"}')],
      ['a low surrogate', withBody('{"s":"\\ude00"}')],
      ['a pair the wrong way round', withBody('{"s":"\\ude00\\ud83d"}')],
      ['two high surrogates', withBody('{"s":"\\ud83d\\ud83d\\ude00"}')],
      ['in a name', withBody('{"\\udfff":1}')],
    ]),
    ...rows('json-depth', [
      ['33 levels', withPayload(nested(33))],
      ['20,000 levels', withBody(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)],
      ['33 levels of objects', withBody(`${'{"a":'.repeat(32)}1${'}'.repeat(32)}`)],
      ['40 levels in the header', withHeader(`${'['.repeat(40)}${']'.repeat(40)}`)],
    ]),
    ...rows('json-syntax', syntaxFaults()),
  ];
}

function syntaxFaults(): Row[] {
  return [
    ['a comma at the end', withBody('{"a":1,}')],
    ['a comma at the end of an array', withBody('{"a":[1,]}')],
    ['a comma missing', withBody('{"a":1 "b":2}')],
    ['a comment', withBody('{/* note */}')],
    ['single quotes', withBody("{'a':1}")],
    ['a name without quotes', withBody('{a:1}')],
    ['NaN', withBody('{"a":NaN}')],
    ['Infinity', withBody('{"a":Infinity}')],
    ['undefined', withBody('{"a":undefined}')],
    ['True', withBody('{"a":True}')],
    ['a leading zero', withBody('{"a":01}')],
    ['a plus sign', withBody('{"a":+1}')],
    ['a minus sign alone', withBody('{"a":-}')],
    ['hexadecimal', withBody('{"a":0x10}')],
    ['a control character in a string', withBody('{"a":"\u0007"}')],
    ['a line break in a string', withBody('{"a":"b\nc"}')],
    ['an unknown escape', withBody('{"a":"\\x41"}')],
    ['three hex digits', withBody('{"a":"\\u004"}')],
    ['a string that does not end', withPayload(`${PAYLOAD_TEXT.slice(0, -1)},"a":"b`)],
    ['an object that does not end', withPayload(PAYLOAD_TEXT.slice(0, -1))],
    ['text after the object', withPayload(`${PAYLOAD_TEXT}{}`)],
    ['a zero byte after the object', withPayload(`${PAYLOAD_TEXT}\u0000`)],
    ['a no-break space', withPayload(`\u00a0${PAYLOAD_TEXT}`)],
    ['nothing but white space', withPayload('   ')],
    ['header is not JSON', withHeader('alg=ES256')],
  ];
}

function headers(): MalformedVector[] {
  const header = { alg: 'ES256', kid: OFFICER.kid, typ: 'tabularium-tx+jwt' };
  const alg = (name: string, value: unknown): Row => [name, withHeader({ ...header, alg: value })];
  const extra = (name: string, members: object): Row => [name, withHeader({ ...header, ...members })];
  const { jwk } = OFFICER;
  return [
    ...rows('header-not-object', [
      ['header is an array', withHeader('["ES256"]')],
      ['header is null', withHeader('null')],
      ['header is a string', withHeader('"ES256"')],
    ]),
    ...rows('alg-none', [alg('none', 'none'), alg('None', 'None'), alg('NONE', 'NONE'), alg('nOnE', 'nOnE')]),
    ...rows('alg-symmetric', [alg('HS256', 'HS256'), alg('HS384', 'HS384'), alg('HS512', 'HS512'), alg('hs256', 'hs256')]),
    ...rows('alg-unsupported', [
      alg('RS256', 'RS256'),
      alg('PS256', 'PS256'),
      alg('ES384', 'ES384'),
      alg('ES256K', 'ES256K'),
      alg('EdDSA', 'EdDSA'),
      alg('lowercase es256', 'es256'),
      alg('a space after the algorithm', 'ES256 '),
      alg('the COSE number', -7),
      alg('a list of algorithms', ['ES256']),
      alg('null as algorithm', null),
    ]),
    ...rows('header-crit', [
      extra('crit', { crit: ['exp'] }),
      extra('empty crit', { crit: [] }),
      extra('crit with b64', { crit: ['b64'], b64: false }),
    ]),
    ...rows('header-b64', [extra('b64 false', { b64: false }), extra('b64 true', { b64: true })]),
    ...rows('header-key', [
      extra('jwk', { jwk }),
      extra('jku', { jku: 'https://keys.example/set' }),
      extra('x5c', { x5c: ['MIIB'] }),
      extra('x5u', { x5u: 'https://keys.example/chain' }),
      extra('x5t', { x5t: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
      extra('x5t#S256', { 'x5t#S256': OFFICER.kid }),
      ['jwk instead of kid', withHeader({ alg: 'ES256', jwk, typ: 'tabularium-tx+jwt' })],
    ]),
    ...rows('header-member-unknown', [
      extra('cty', { cty: 'json' }),
      extra('zip', { zip: 'DEF' }),
      extra('iat', { iat: 1_700_000_000 }),
      extra('a member with an empty name', { '': 1 }),
      ['__proto__ in the header', withHeader(HEADER.replace('{', '{"__proto__":{},'))],
    ]),
    ...rows('header-member-missing', [
      ['no alg', withHeader(without(header, 'alg'))],
      ['no kid', withHeader(without(header, 'kid'))],
      ['no typ', withHeader(without(header, 'typ'))],
      ['an empty header', withHeader({})],
    ]),
    ...rows('typ-unknown', [
      extra('typ JWT', { typ: 'JWT' }),
      extra('typ in capitals', { typ: 'TABULARIUM-TX+JWT' }),
      extra('typ with application/', { typ: 'application/tabularium-tx+jwt' }),
      extra('typ of a refusal notice', { typ: 'tabularium-refusal+jwt' }),
      extra('typ is a number', { typ: 1 }),
      extra('typ is null', { typ: null }),
    ]),
    ...rows('kid-malformed', [
      extra('kid of 42 characters', { kid: OFFICER.kid.slice(1) }),
      extra('kid of 44 characters', { kid: `${OFFICER.kid}A` }),
      extra('kid with padding', { kid: `${OFFICER.kid}=` }),
      extra('kid with unused bits set', { kid: `${OFFICER.kid.slice(0, -1)}B` }),
      extra('kid in the other alphabet', { kid: `+${OFFICER.kid.slice(1)}` }),
      extra('kid is empty', { kid: '' }),
      extra('kid is a name', { kid: 'treasurer-key-1' }),
      extra('kid is a number', { kid: 1 }),
      extra('kid is null', { kid: null }),
    ]),
  ];
}

function members(): MalformedVector[] {
  const set = (name: string, change: object): Row => [name, withPayload({ ...MINIMAL, ...change })];
  return [
    ...rows('payload-not-object', [
      ['payload is an array', withPayload('[]')],
      ['payload is null', withPayload('null')],
      ['payload is a string', withPayload('"kernel.propose"')],
      ['payload is a number', withPayload('1')],
    ]),
    ...rows('payload-member-unknown', [
      set('iss', { iss: 'me' }),
      set('iat', { iat: 1_700_000_000 }),
      set('nbf', { nbf: 1_700_000_000 }),
      set('jti', { jti: 'a' }),
      set('Action in capitals', { Action: 'kernel.approve' }),
      set('a member with an empty name in the payload', { '': 1 }),
      ['__proto__ in the payload', withPayload(JSON.stringify(MINIMAL).replace('{', '{"__proto__":{"as":"mayor@town"},'))],
    ]),
    ...rows('payload-member-missing', [
      ...['ledger', 'id', 'action', 'exp', 'body'].map((name): Row => [`no ${name}`, withPayload(without(PAYLOAD, name))]),
      ['an empty payload', withPayload({})],
    ]),
    ...rows('ledger-malformed', [
      set('ledger without digest', { ledger: 'town.example' }),
      set('ledger with digest in capitals', { ledger: 'town.example/0123456789ABCDEF' }),
      set('ledger with 15 digits', { ledger: 'town.example/0123456789abcde' }),
      set('ledger with 17 digits', { ledger: 'town.example/0123456789abcdef0' }),
      set('ledger without name', { ledger: '/0123456789abcdef' }),
      set('ledger with a space', { ledger: 'town example/0123456789abcdef' }),
      set('ledger with a line break', { ledger: `${LEDGER}\n` }),
      set('ledger with capitals', { ledger: 'Town.example/0123456789abcdef' }),
      set('ledger is a number', { ledger: 1 }),
      set('ledger is null', { ledger: null }),
    ]),
    ...rows('id-malformed', [
      set('id in lower case', { id: PAYLOAD.id.toLowerCase() }),
      set('id with I', { id: '01JD0RNSS0ABCDEFGHIJKMNPQR' }),
      set('id with U', { id: '01JD0RNSS0ABCDEFGHJKMNPQRU' }),
      set('id of 25 characters', { id: PAYLOAD.id.slice(1) }),
      set('id of 27 characters', { id: `${PAYLOAD.id}0` }),
      set('id above 128 bits', { id: `8${PAYLOAD.id.slice(1)}` }),
      set('id is a UUID', { id: '01936a2e-7b1c-7def-8123-456789abcdef' }),
      set('id with a line break', { id: `${PAYLOAD.id}\n` }),
      set('id is a number', { id: 1 }),
    ]),
    ...rows(
      'action-malformed',
      actions().map(([name, action]) => set(name, { action })),
    ),
    ...fields(set),
  ];
}

function actions(): readonly (readonly [name: string, action: unknown])[] {
  return [
    ['action of one word', 'propose'],
    ['action of six words', 'a.b.c.d.e.f'],
    ['action in capitals', 'Treasury.payment.order'],
    ['action with an empty word', 'treasury..order'],
    ['action with a dot at the end', 'treasury.payment.'],
    ['action with a word that starts with a digit', 'treasury.2payment'],
    ['action with an underscore', 'treasury.payment_order'],
    ['action with a space', 'treasury.payment order'],
    ['action with a letter outside ASCII', 'treasury.zahlung.auslösen'],
    ['action with form 1', 'treasury.payment.order@1'],
    ['action with form 02', 'treasury.payment.order@02'],
    ['action with an empty form', 'treasury.payment.order@'],
    ['action with a line break', 'treasury.payment.order\n'],
    ['action of 129 characters', `treasury.${'a'.repeat(120)}`],
    ['action is empty', ''],
    ['action is a list', ['kernel.propose']],
  ];
}

function fields(set: (name: string, change: object) => Row): MalformedVector[] {
  const keys = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`treasury/payable/${i}`, i]));
  const on = (name: string, key: string, revision: unknown = 1): Row => set(name, { on: { [key]: revision } });
  return [
    ...rows('as-malformed', [
      set('as without office', { as: 'treasurer' }),
      set('as with an empty office', { as: 'treasurer@' }),
      set('as with an empty role', { as: '@finance' }),
      set('as with two signs', { as: 'treasurer@finance@town' }),
      set('as in capitals', { as: 'Treasurer@finance' }),
      set('as with a space', { as: 'treasurer @finance' }),
      set('as is null', { as: null }),
      set('as is a list', { as: ['treasurer@finance'] }),
    ]),
    ...rows('for-malformed', [
      set('for is empty', { for: '' }),
      set('for with a slash', { for: 'kernel/mandate/1' }),
      set('for with a space', { for: 'mandate 1' }),
      set('for of 129 characters', { for: 'a'.repeat(129) }),
      set('for is null', { for: null }),
    ]),
    ...rows('exp-malformed', [
      set('exp is zero', { exp: 0 }),
      set('exp is negative', { exp: -1 }),
      set('exp in milliseconds', { exp: 1_800_000_000_000 }),
      set('exp in the year 10000', { exp: 253_402_300_800 }),
      set('exp is a string', { exp: '1800000000' }),
      set('exp is null', { exp: null }),
      set('exp is true', { exp: true }),
    ]),
    ...rows('on-malformed', [
      set('on is a list', { on: ['treasury/payable/1'] }),
      set('on is null', { on: null }),
      set('on with 1,001 keys', { on: keys }),
      on('on with a key of two parts', 'treasury/payable'),
      on('on with a key of four parts', 'treasury/payable/1/2'),
      on('on with an empty id', 'treasury/payable/'),
      on('on with capitals in the module', 'Treasury/payable/1'),
      on('on with a space in the id', 'treasury/payable/a b'),
      on('on with an id of 129 characters', `treasury/payable/${'a'.repeat(129)}`),
      on('on with __proto__', '__proto__/a/b'),
      on('on with a negative revision', 'treasury/payable/1', -1),
      on('on with a revision as text', 'treasury/payable/1', '1'),
      on('on with no revision', 'treasury/payable/1', null),
    ]),
    ...rows('body-malformed', [
      set('body is a list', { body: [] }),
      set('body is null', { body: null }),
      set('body is a string', { body: '{}' }),
      set('body is a number', { body: 0 }),
    ]),
  ];
}

function signatures(): MalformedVector[] {
  const third = (name: string, bytes: Uint8Array): Row => [name, `${INPUT}.${base64url(bytes)}`];
  const [r, s] = [SIGNATURE.subarray(0, 32), SIGNATURE.subarray(32)];
  const der = Buffer.concat([Buffer.from([0x30, 70, 0x02, 33, 0]), r, Buffer.from([0x02, 33, 0]), s]);
  const webauthn = HEADER.replace('tx+jwt', 'tx+webauthn');
  return [
    ...rows('signature-length', [
      third('63 bytes', SIGNATURE.subarray(0, 63)),
      third('65 bytes', Buffer.concat([SIGNATURE, Buffer.alloc(1)])),
      third('one byte', Buffer.alloc(1, 1)),
      third('96 bytes, as ES384 has', Buffer.alloc(96, 1)),
      third('DER instead of r‖s', der),
    ]),
    ...rows('signature-range', [
      third('r is 0', withScalars(0n, s)),
      third('s is 0', withScalars(r, 0n)),
      third('r and s are 0', withScalars(0n, 0n)),
      third('r is n', withScalars(ORDER, s)),
      third('s is n', withScalars(r, ORDER)),
      third('s is n + 1', withScalars(r, ORDER + 1n)),
      third('r is 2^256 − 1', withScalars(2n ** 256n - 1n, s)),
      third('s is 2^256 − 1', withScalars(r, 2n ** 256n - 1n)),
    ]),
    ...rows('passkey-length', [['a plain signature under the typ of a passkey', jws(webauthn, PAYLOAD_TEXT)]]),
  ];
}

export const transactionMalformed: VectorFile<MalformedVector> = {
  description: 'Bytes that are no transaction, each with the code of the first rule it breaks. Signed properly wherever that is possible.',
  spec: 'docs/spec/transaction.md',
  vectors: [...shapes(), ...base64(), ...texts(), ...json(), ...headers(), ...members(), ...signatures()].map((vector) => ({
    ...vector,
    name: `${vector.expected.code}: ${vector.name}`,
  })),
};
