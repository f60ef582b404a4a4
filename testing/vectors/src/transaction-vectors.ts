/** Vectors of docs/spec/transaction.md that are transactions: well-formed ones, and whether their signature verifies. */
import type { VectorFile } from './vector-file.ts';
import { base64url, OFFICER, ORDER, OTHER, sha256, signEs256, type VectorKey, withScalars } from './vector-keys.ts';

export const LEDGER = 'town.example/0123456789abcdef';
export const HEADER = `{"alg":"ES256","kid":"${OFFICER.kid}","typ":"tabularium-tx+jwt"}`;
/** A usual payload, in the order of the specification. */
export const PAYLOAD = {
  ledger: LEDGER,
  id: '01JD0RNSS0ABCDEFGHJKMNPQRS',
  action: 'treasury.payment.order',
  as: 'treasurer@finance',
  exp: 1_800_000_000,
  on: { 'treasury/payable/5f0c9a3e7b214d68': 3 },
  body: { payable: '5f0c9a3e7b214d68', amount: { amount: '125000', currency: 'EUR' } },
};
export const PAYLOAD_TEXT = JSON.stringify(PAYLOAD);
export const MINIMAL = { ledger: LEDGER, id: PAYLOAD.id, action: 'kernel.propose', exp: 1_800_000_000, body: {} };

/** `header.payload` of two JSON texts, or of bytes that only claim to be JSON. */
export function inputOf(header: Uint8Array | string, payload: Uint8Array | string): string {
  return `${base64url(header)}.${base64url(payload)}`;
}

/** A compact JWS, signed by the officer unless a third part is given. */
export function jws(header: Uint8Array | string, payload: Uint8Array | string, third?: Uint8Array): string {
  const input = inputOf(header, payload);
  return `${input}.${base64url(third ?? signEs256(OFFICER, input))}`;
}

interface ValidVector {
  readonly name: string;
  /** The bytes submitted, ASCII. */
  readonly input: string;
  /** The key that the `kid` names in state. */
  readonly key: { readonly kind: 'es256'; readonly jwk: VectorKey['jwk'] };
  readonly expected: {
    readonly name: string;
    readonly kid: string;
    readonly kind: 'es256';
    readonly payload: unknown;
    readonly verified: boolean;
  };
}

function valid(name: string, input: string, payload: unknown, verified = true, key = OFFICER): ValidVector {
  const signed = input.slice(0, input.lastIndexOf('.'));
  return {
    name,
    input,
    key: { kind: 'es256', jwk: key.jwk },
    expected: { name: base64url(sha256(signed)), kid: OFFICER.kid, kind: 'es256', payload, verified },
  };
}

function signed(name: string, payload: object): ValidVector {
  return valid(name, jws(HEADER, JSON.stringify(payload)), payload);
}

/** A payload whose transaction has exactly `size` bytes: padded in the body, and by one space where base64url needs it. */
function ofSize(size: number): { readonly text: string; readonly payload: object } {
  const fixed = base64url(HEADER).length + 2 + 86;
  const bytes = Math.floor(((size - fixed) * 3) / 4);
  const empty = JSON.stringify({ ...MINIMAL, body: { padding: '' } });
  const payload = { ...MINIMAL, body: { padding: 'A'.repeat(bytes - empty.length) } };
  return { text: JSON.stringify(payload), payload };
}

/** A JWS of exactly `size` bytes that is well-formed otherwise. `size` must leave no remainder of 1 in base64url. */
export function jwsOfSize(size: number): { readonly input: string; readonly payload: object } {
  const { text, payload } = ofSize(size);
  const input = jws(HEADER, text);
  if (input.length !== size) throw new Error(`${input.length} bytes instead of ${size}.`);
  return { input, payload };
}

/** Arrays nested so that the innermost lies `depth` levels deep in the payload; the payload is level 1, its body level 2. */
export function nested(depth: number): object {
  let value: unknown = [];
  for (let level = depth; level > 3; level--) value = [value];
  return { ...MINIMAL, body: { nested: value } };
}

function encodings(): ValidVector[] {
  const spaced = `{ "typ" : "tabularium-tx+jwt",\n\t"kid":"${OFFICER.kid}", "alg":"ES256" }`;
  const reordered = `\r\n{"body":{},"exp":1800000000, "action":"kernel.propose","id":"${PAYLOAD.id}","ledger":"${LEDGER}"}\n`;
  const escaped = JSON.stringify(MINIMAL).replace('"id"', '"\\u0069d"').replace('kernel', '\\u006bernel').replace('/', '\\/');
  const integers = { least: -9007199254740991, most: 9007199254740991, zero: 0, minus: -1 };
  const texts = { accents: 'Zürich', separators: '\u2028\u2029', emoji: '🏛️', quote: '"\\/\b\f\n\r\t\u0001', nul: '\u0000' };
  const proto = `${JSON.stringify(MINIMAL).slice(0, -3)}{"__proto__":{"polluted":true},"constructor":1}}`;
  const limit = jwsOfSize(61_440);
  return [
    valid('members in another order, with white space', jws(spaced, reordered), MINIMAL),
    valid('escapes in names and values', jws(HEADER, escaped), MINIMAL),
    signed('integers up to ±(2^53−1)', { ...MINIMAL, body: integers }),
    signed('text beyond ASCII', { ...MINIMAL, body: texts }),
    valid('a member named __proto__ is a member', jws(HEADER, proto), JSON.parse(proto)),
    signed('32 levels deep', nested(32)),
    valid('exactly 61,440 bytes', limit.input, limit.payload),
  ];
}

function payloads(): ValidVector[] {
  const keys = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`treasury/payable/${i}`, i]));
  return [
    signed('usual', PAYLOAD),
    signed('only the required members', MINIMAL),
    signed('a later form of an action', { ...MINIMAL, action: 'treasury.payment.order@2' }),
    signed('an action of five words', { ...MINIMAL, action: 'kernel.order.execute.by-court.now' }),
    signed('under a mandate', { ...MINIMAL, as: 'clerk@registry.north', for: 'mandate:0f~1@a.b_c-D' }),
    signed('the last second that can be said', { ...MINIMAL, exp: 253_402_300_799 }),
    signed('1,000 keys relied on', { ...MINIMAL, on: keys }),
    signed('absence relied on', { ...MINIMAL, on: { 'kernel/officer/a': 0 } }),
    signed('a ledger with slashes in its name', { ...MINIMAL, ledger: 'ledger.example/town/finance-2/00000000deadbeef' }),
  ];
}

function signatures(): ValidVector[] {
  const input = inputOf(HEADER, PAYLOAD_TEXT);
  const low = signEs256(OFFICER, input, 'low');
  const flipped = Buffer.from(low);
  flipped[63] = flipped[63]! ^ 1;
  const changed = inputOf(HEADER, PAYLOAD_TEXT.replace('125000', '925000'));
  const third = (signature: Uint8Array): string => `${input}.${base64url(signature)}`;
  return [
    valid('low s', third(low), PAYLOAD),
    valid('high s is valid as well', third(signEs256(OFFICER, input, 'high')), PAYLOAD),
    valid('one bit of the signature flipped', third(flipped), PAYLOAD, false),
    valid('one digit of the amount changed', `${changed}.${base64url(low)}`, JSON.parse(PAYLOAD_TEXT.replace('125000', '925000')), false),
    valid('signed by another key than the kid names', third(signEs256(OTHER, input)), PAYLOAD, false),
    valid('state holds another key', third(low), PAYLOAD, false, OTHER),
    valid('r and s at the end of their range', third(withScalars(ORDER - 1n, ORDER - 1n)), PAYLOAD, false),
    valid('r and s at the start of their range', third(withScalars(1n, 1n)), PAYLOAD, false),
  ];
}

export const transactionValid: VectorFile<ValidVector> = {
  description: 'Well-formed transactions of es256 keys: what is read from them, and whether the signature fits the key in state.',
  spec: 'docs/spec/transaction.md',
  vectors: [...payloads(), ...encodings(), ...signatures()],
};
