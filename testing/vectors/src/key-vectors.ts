/** Vectors of docs/spec/transaction.md §Keys: public keys as they must be to be enrolled, and their thumbprints. */
import type { VectorFile } from './vector-file.ts';
import { base64url, OFFICER, OTHER, sha256 } from './vector-keys.ts';

interface KeyVector {
  readonly name: string;
  readonly input: unknown;
  /** The RFC 7638 thumbprint, or null where the key may not be enrolled. */
  readonly expected: { readonly kid: string } | null;
}

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const thumbprintOf = ({ x, y }: { readonly x: string; readonly y: string }): string =>
  base64url(sha256(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`));
const number = (value: bigint): string => base64url(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
const integer = (text: string): bigint => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);

function vectors(): KeyVector[] {
  const { jwk } = OFFICER;
  // RFC 7515, appendix A.3.
  const published = {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  };
  const reversed = { y: jwk.y, x: jwk.x, crv: jwk.crv, kty: jwk.kty };
  const good = (name: string, input: { readonly x: string; readonly y: string }): KeyVector => ({
    name,
    input,
    expected: { kid: thumbprintOf(input) },
  });
  const bad = (name: string, input: unknown): KeyVector => ({ name, input, expected: null });
  return [
    good('usual', jwk),
    good('the key of RFC 7515 A.3', published),
    good('members in another order', reversed),
    good('the mirrored point', { ...jwk, y: number(P - integer(jwk.y)) } as typeof jwk),
    bad('not on the curve', { ...jwk, y: OTHER.jwk.y }),
    bad('coordinates exchanged', { ...jwk, x: jwk.y, y: jwk.x }),
    bad('the origin', { ...jwk, x: number(0n), y: number(0n) }),
    bad('x is the prime, which is 0', { ...jwk, x: number(P) }),
    bad('x above the prime', { ...jwk, x: number(2n ** 256n - 1n) }),
    bad('y above the prime', { ...jwk, y: number(P + 1n) }),
    bad('31 bytes', { ...jwk, x: base64url(Buffer.from(jwk.x, 'base64url').subarray(1)) }),
    bad('33 bytes, a zero before', { ...jwk, x: base64url(Buffer.concat([Buffer.alloc(1), Buffer.from(jwk.x, 'base64url')])) }),
    bad('padding', { ...jwk, x: `${jwk.x}=` }),
    bad('unused bits set', { ...jwk, x: `${jwk.x.slice(0, -1)}${jwk.x.at(-1) === 'B' ? 'C' : 'B'}` }),
    bad('the other alphabet', { ...jwk, x: `+${jwk.x.slice(1)}` }),
    bad('a private part', { ...jwk, d: base64url(OFFICER.secret) }),
    bad('a member more', { ...jwk, alg: 'ES256' }),
    bad('no y', { kty: jwk.kty, crv: jwk.crv, x: jwk.x }),
    bad('another curve', { ...jwk, crv: 'secp256k1' }),
    bad('another type', { ...jwk, kty: 'OKP' }),
    bad('x is a number', { ...jwk, x: 1 }),
    bad('a list', [jwk]),
    bad('null', null),
    bad('text', JSON.stringify(jwk)),
  ];
}

export const key: VectorFile<KeyVector> = {
  description: 'Public keys as they must be to be enrolled, with their RFC 7638 thumbprint (refused: null).',
  spec: 'docs/spec/transaction.md',
  vectors: vectors(),
};
