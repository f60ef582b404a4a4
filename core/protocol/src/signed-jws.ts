/**
 * What transactions and looks have in common: a compact JWS by a key of state, a plain ES256 one or a passkey, told apart by `typ`
 * (docs/spec/transaction.md, docs/spec/passkey.md). Whoever uses it says which types count and checks the payload.
 */
import { decodeBase64urlBytes, encodeBase64url } from './base64.ts';
import { checkHeader, findDots, joinCompact, makeSigningInput, readObject } from './compact-jws.ts';
import type { Crypto, EcPublicKey } from './crypto.ts';
import type { JsonObject } from './json-value.ts';
import { isDigest, jwkToPoint, type PublicJwk } from './key.ts';
import { type Malformed, malformed } from './malformed.ts';
import { signatureInRange } from './p256.ts';
import { type Assertion, assertionFault, joinAssertion, passkeyChallenge, type RelyingParty, verifyAssertion } from './passkey.ts';
import type { KeyKind } from './transaction-types.ts';

/** The `typ` of each kind of key; a key of one kind never verifies the other. */
export type SignedTypes = Readonly<Record<KeyKind, string>>;

export interface SignedJws {
  /** base64url SHA-256 of the signing input. */
  readonly name: string;
  readonly kid: string;
  readonly kind: KeyKind;
  readonly payload: JsonObject;
}

/** Reads the outside, the header, the payload as an object, and of the third part what needs no state. Total: never throws. */
export function parseSigned(
  bytes: Uint8Array,
  types: SignedTypes,
  crypto: Crypto,
): { readonly ok: true; readonly signed: SignedJws } | Malformed {
  const dots = findDots(bytes);
  if (dots === undefined) return malformed('not-compact-jws');

  const header = readObject(bytes, 0, dots.first, 'header');
  if (!header.ok) return header;
  const checked = checkHeader(header.value, [types.es256, types.passkey]);
  if (!checked.ok) return checked;
  const kind: KeyKind = checked.typ === types.es256 ? 'es256' : 'passkey';

  const object = readObject(bytes, dots.first + 1, dots.second, 'payload');
  if (!object.ok) return object;

  const signed = { name: inputDigest(bytes.subarray(0, dots.second), crypto), kid: checked.kid, kind, payload: object.value };
  return { ok: true, signed };
}

/** What is wrong with the third part whatever state says. */
export function checkThirdPart(bytes: Uint8Array, { kind, name }: Pick<SignedJws, 'kind' | 'name'>): Malformed | undefined {
  const third = decodeBase64urlBytes(bytes, bytes.lastIndexOf(DOT) + 1, bytes.length);
  if (third === undefined) return malformed('base64url-noncanonical', 'signature');
  const fault = kind === 'es256' ? signatureFault(third) : assertionFault(third, name);
  return fault === undefined ? undefined : malformed(fault);
}

const DOT = 0x2e;

function signatureFault(signature: Uint8Array): 'signature-length' | 'signature-range' | undefined {
  if (signature.length !== 64) return 'signature-length';
  return signatureInRange(signature, 0) ? undefined : 'signature-range';
}

/** base64url SHA-256 of a signing input. The signature is left out: it can be respelled (r, n−s) without the key. */
export function inputDigest(signingInput: Uint8Array, crypto: Crypto): string {
  return encodeBase64url(crypto.sha256(signingInput));
}

/** What state knows of the key that a JWS names. For a passkey, `rpId` and `origins` must be there. */
export type VerificationKey = { readonly kind: KeyKind } & Partial<RelyingParty> &
  ({ readonly point: EcPublicKey } | { readonly jwk: PublicJwk });

/**
 * Whether the key signed these bytes, which `parseSigned` took as of this kind. False, never a throw, where kinds differ, the key is malformed,
 * a passkey's relying party is missing, or the signature does not fit. That `kid` belongs to the key is the caller's look-up.
 */
export function verifySigned(bytes: Uint8Array, kind: KeyKind, key: VerificationKey, crypto: Crypto): boolean {
  if (kind !== key.kind) return false;
  const point = 'point' in key ? key.point : jwkToPoint(key.jwk);
  if (point === undefined) return false;
  const dot = bytes.lastIndexOf(DOT);
  const third = decodeBase64urlBytes(bytes, dot + 1, bytes.length);
  if (third === undefined) return false;
  if (kind === 'es256') return crypto.verifyEs256(point, bytes.subarray(0, dot), third);
  if (key.rpId === undefined || key.origins === undefined) return false;
  return verifyAssertion(third, point, { rpId: key.rpId, origins: key.origins }, crypto);
}

/** The JWS of an `es256` key. `sign` answers r‖s, 64 bytes, over the message it is given. Throws RangeError on a malformed kid. */
export function signCompact(
  typ: string,
  kid: string,
  payload: string,
  sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Uint8Array | Promise<Uint8Array> {
  const input = inputOf(typ, kid, payload);
  const signature = sign(input);
  return signature instanceof Uint8Array ? joinCompact(input, signature) : signature.then((bytes) => joinCompact(input, bytes));
}

/**
 * The JWS of a passkey. `assert` asks the authenticator, with the challenge computed here from what the person was shown, never one that a
 * server sent.
 */
export async function assertCompact(
  typ: string,
  kid: string,
  payload: string,
  assert: (challenge: Uint8Array) => Promise<Assertion>,
  crypto: Crypto,
): Promise<Uint8Array> {
  const input = inputOf(typ, kid, payload);
  return joinCompact(input, joinAssertion(await assert(passkeyChallenge(input, crypto))));
}

function inputOf(typ: string, kid: string, payload: string): Uint8Array {
  if (!isDigest(kid)) throw new RangeError(malformed('kid-malformed').detail);
  return makeSigningInput(typ, kid, payload);
}
