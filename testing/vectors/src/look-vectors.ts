/** Vectors of docs/spec/look.md: looks of a plain key and of a passkey, and what does not count as one. */
import { LEDGER } from './transaction-vectors.ts';
import type { VectorFile } from './vector-file.ts';
import { base64url, OFFICER, OTHER, PASSKEY, sha256, signEs256, type VectorKey, withScalars } from './vector-keys.ts';

interface LookVector {
  readonly name: string;
  readonly input: string;
  readonly key: { readonly kind: string; readonly jwk: VectorKey['jwk']; readonly rpId?: string; readonly origins?: readonly string[] };
  /** Null where it is no look. */
  readonly expected: { readonly payload: unknown; readonly verified: boolean } | null;
}

const HEADER = { alg: 'ES256', kid: OFFICER.kid, typ: 'tabularium-look+jwt' };
const PASSKEY_HEADER = { alg: 'ES256', kid: PASSKEY.kid, typ: 'tabularium-look+webauthn' };
const LOOK = {
  ledger: LEDGER,
  id: '01JD0RNSS0ABCDEFGHJKMNPQRS',
  as: 'registrar@registry',
  purpose: 'birth-certificate',
  case: 'REG-2026/114',
  exp: 1_800_000_000,
};
const PLAIN = { kind: 'es256', jwk: OFFICER.jwk } as const;
const PASS = { kind: 'passkey', jwk: PASSKEY.jwk, rpId: 'ledger.example', origins: ['https://ledger.example'] } as const;

function inputOf(header: unknown, payload: unknown): string {
  return `${base64url(JSON.stringify(header))}.${base64url(typeof payload === 'string' ? payload : JSON.stringify(payload))}`;
}

function sign(header: unknown, payload: unknown, signer = OFFICER): string {
  const input = inputOf(header, payload);
  return `${input}.${base64url(signEs256(signer, input))}`;
}

function assertion(payload: unknown, challengeOf = payload): string {
  const challenge = base64url(sha256(inputOf(PASSKEY_HEADER, challengeOf)));
  const client = Buffer.from(`{"type":"webauthn.get","challenge":"${challenge}","origin":"https://ledger.example","crossOrigin":false}`);
  const authenticator = Buffer.concat([sha256('ledger.example'), Buffer.from([0x05, 0, 0, 0, 9])]);
  const signature = signEs256(PASSKEY, Buffer.concat([authenticator, sha256(client)]));
  return `${inputOf(PASSKEY_HEADER, payload)}.${base64url(Buffer.concat([authenticator, signature, client]))}`;
}

const good = (name: string, change: object): LookVector => ({
  name,
  input: sign(HEADER, { ...LOOK, ...change }),
  key: PLAIN,
  expected: { payload: { ...LOOK, ...change }, verified: true },
});
const unsigned = (name: string, input: string, key: LookVector['key']): LookVector => ({
  name,
  input,
  key,
  expected: { payload: LOOK, verified: false },
});
const bad = (name: string, input: string): LookVector => ({ name: `no look: ${name}`, input, key: PLAIN, expected: null });

function vectors(): LookVector[] {
  const [header, payload, signature] = sign(HEADER, LOOK).split('.') as [string, string, string];
  const wrong = (name: string, change: object): LookVector => bad(name, sign(HEADER, { ...LOOK, ...change }));
  const { case: _, ...withoutCase } = LOOK;
  const { ledger, id, exp } = LOOK;
  const plain = { ledger, id, exp };
  return [
    good('usual', {}),
    good('a file of one character', { case: '7' }),
    { name: 'of what is one’s own: no purpose', input: sign(HEADER, plain), key: PLAIN, expected: { payload: plain, verified: true } },
    { name: 'by a passkey', input: assertion(LOOK), key: PASS, expected: { payload: LOOK, verified: true } },
    unsigned('signed by another key under this kid', sign(HEADER, LOOK, OTHER), PLAIN),
    unsigned('checked with another key', sign(HEADER, LOOK), { ...PLAIN, jwk: OTHER.jwk }),
    unsigned('a plain look under a passkey: kinds never mix', sign(HEADER, LOOK), { ...PASS, jwk: OFFICER.jwk }),
    unsigned('a passkey of another site', assertion(LOOK), { ...PASS, origins: ['https://evil.example'] }),
    bad('an assertion over another look', assertion(LOOK, { ...LOOK, case: 'REG-2026/115' })),
    bad('the typ of a transaction', sign({ ...HEADER, typ: 'tabularium-tx+jwt' }, LOOK)),
    bad('the typ of a notice', sign({ ...HEADER, typ: 'tabularium-refusal+jwt' }, LOOK)),
    bad('alg none', sign({ ...HEADER, alg: 'none' }, LOOK)),
    bad('a key in the header', sign({ ...HEADER, jwk: OFFICER.jwk }, LOOK)),
    bad('a member twice', sign(HEADER, `${JSON.stringify(LOOK).slice(0, -1)},"case":"another"}`)),
    bad('no file', sign(HEADER, withoutCase)),
    bad('a purpose alone', sign(HEADER, { ...plain, purpose: LOOK.purpose })),
    bad('two parts', `${header}.${payload}`),
    bad('padding', `${header}.${payload}.${signature}==`),
    bad('r is 0', `${header}.${payload}.${base64url(withScalars(0n, Buffer.from(signature, 'base64url').subarray(32)))}`),
    bad('empty', ''),
    bad('not ASCII', 'é.é.é'),
    bad('4,097 characters', `${header}.${payload}.${'A'.repeat(4097 - header.length - payload.length - 2)}`),
    wrong('a member more', { officer: 'a' }),
    wrong('a role without office', { as: 'registrar' }),
    wrong('the ledger is no origin', { ledger: 'town.example' }),
    wrong('the id is no ULID', { id: 'a' }),
    wrong('a purpose in words', { purpose: 'Because I want to' }),
    wrong('an empty file', { case: '' }),
    wrong('a file that ends in a space', { case: 'REG-1 ' }),
    wrong('a file of 129 characters', { case: 'x'.repeat(129) }),
    wrong('exp as text', { exp: '1800000000' }),
    wrong('exp in milliseconds', { exp: 1_800_000_000_000 }),
  ];
}

export const look: VectorFile<LookVector> = {
  description: 'Looks: the payload and whether the signature fits the key, or null for what is no look.',
  spec: 'docs/spec/look.md',
  vectors: vectors(),
};
