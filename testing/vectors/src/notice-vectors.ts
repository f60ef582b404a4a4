/** Vectors of docs/spec/refusal-notice.md: notices of a node key, and what does not count as one. */
import { LEDGER } from './transaction-vectors.ts';
import type { VectorFile } from './vector-file.ts';
import { base64url, NODE, ORDER, OTHER, sha256, signEs256, type VectorKey, withScalars } from './vector-keys.ts';

interface NoticeVector {
  readonly name: string;
  readonly input: string;
  readonly jwk: VectorKey['jwk'];
  readonly expected: { readonly notice: unknown } | { readonly code: string };
}

const HEADER = { alg: 'ES256', kid: NODE.kid, typ: 'tabularium-refusal+jwt' };
const NOTICE = {
  ledger: LEDGER,
  tx: base64url(sha256('a transaction')),
  code: 'treasury.limit-exceeded',
  rule: 'treasury.appropriation.limit',
  basis: 'Budget Act art. 12',
  height: 41,
  time: 1_790_000_000_123,
};

function sign(header: unknown, payload: unknown, signer = NODE): string {
  const input = `${base64url(JSON.stringify(header))}.${base64url(typeof payload === 'string' ? payload : JSON.stringify(payload))}`;
  return `${input}.${base64url(signEs256(signer, input))}`;
}

const good = (name: string, change: object): NoticeVector => ({
  name,
  input: sign(HEADER, { ...NOTICE, ...change }),
  jwk: NODE.jwk,
  expected: { notice: { ...NOTICE, ...change } },
});
const bad = (code: string, name: string, input: string, jwk = NODE.jwk): NoticeVector => ({
  name: `${code}: ${name}`,
  input,
  jwk,
  expected: { code },
});

function vectors(): NoticeVector[] {
  const [header, payload, signature] = sign(HEADER, NOTICE).split('.') as [string, string, string];
  const wrong = (name: string, change: object): NoticeVector => bad('notice-malformed', name, sign(HEADER, { ...NOTICE, ...change }));
  const { basis: _, ...withoutBasis } = NOTICE;
  const zero = withScalars(0n, Buffer.from(signature, 'base64url').subarray(32));
  const order = withScalars(ORDER, Buffer.from(signature, 'base64url').subarray(32));
  return [
    good('usual', {}),
    good('a basis in another script', { basis: '予算法第12条' }),
    good('a rule by order of a court', { rule: 'order:2026-114' }),
    good('before the first seal', { height: 0, time: 0 }),
    bad(
      'notice-signature',
      'one word changed',
      `${header}.${base64url(JSON.stringify({ ...NOTICE, code: 'treasury.year-closed' }))}.${signature}`,
    ),
    bad('notice-signature', 'signed by another key under this kid', sign(HEADER, NOTICE, OTHER)),
    bad('notice-key', 'the kid of another key', sign({ ...HEADER, kid: OTHER.kid }, NOTICE)),
    bad('notice-key', 'checked with another key', sign(HEADER, NOTICE), OTHER.jwk),
    bad('notice-malformed', 'the typ of a transaction', sign({ ...HEADER, typ: 'tabularium-tx+jwt' }, NOTICE)),
    bad('notice-malformed', 'alg none', sign({ ...HEADER, alg: 'none' }, NOTICE)),
    bad('notice-malformed', 'alg HS256', sign({ ...HEADER, alg: 'HS256' }, NOTICE)),
    bad('notice-malformed', 'a key in the header', sign({ ...HEADER, jwk: NODE.jwk }, NOTICE)),
    bad('notice-malformed', 'crit', sign({ ...HEADER, crit: ['exp'] }, NOTICE)),
    bad('notice-malformed', 'a member twice', sign(HEADER, `${JSON.stringify(NOTICE).slice(0, -1)},"code":"treasury.year-closed"}`)),
    bad('notice-malformed', 'no basis', sign(HEADER, withoutBasis)),
    bad('notice-malformed', 'two parts', `${header}.${payload}`),
    bad('notice-malformed', 'padding', `${header}.${payload}.${signature}==`),
    bad('notice-malformed', 'r is 0', `${header}.${payload}.${base64url(zero)}`),
    bad('notice-malformed', 'r is n', `${header}.${payload}.${base64url(order)}`),
    bad('notice-malformed', '63 bytes', `${header}.${payload}.${base64url(Buffer.from(signature, 'base64url').subarray(1))}`),
    bad('notice-malformed', 'empty', ''),
    bad('notice-malformed', 'not ASCII', 'é.é.é'),
    bad('notice-malformed', '8,193 characters', `${header}.${payload}.${'A'.repeat(8193)}`),
    wrong('a member more', { officer: 'a' }),
    wrong('a code without module', { code: 'limit-exceeded' }),
    wrong('a rule with a space', { rule: 'the limit' }),
    wrong('the transaction is no digest', { tx: 'a' }),
    wrong('the ledger is no origin', { ledger: 'town.example' }),
    wrong('a negative height', { height: -1 }),
    wrong('time as text', { time: '1790000000123' }),
    wrong('a basis of 1,001 characters', { basis: 'x'.repeat(1001) }),
  ];
}

export const notice: VectorFile<NoticeVector> = {
  description: 'Refusal notices checked with the key that the charter names for the node.',
  spec: 'docs/spec/refusal-notice.md',
  vectors: vectors(),
};
