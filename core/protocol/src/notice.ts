/**
 * The refusal notice: an ES256 JWS by a node key that the charter names (docs/spec/refusal-notice.md). It is one agency's
 * word that on this day, under this rule, a transaction was refused, so that the person refused can prove it.
 */
import { decodeBase64urlBytes } from './base64.ts';
import { asciiText } from './bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import { checkHeader, findDots, joinCompact, makeSigningInput, readObject } from './compact-jws.ts';
import type { Crypto } from './crypto.ts';
import type { JsonObject } from './json-value.ts';
import { isDigest, jwkToPoint, type PublicJwk, thumbprint } from './key.ts';
import { signatureInRange } from './p256.ts';
import { isOrigin } from './transaction-fields.ts';
import { encodeUtf8 } from './utf8.ts';

export const NOTICE_TYPE = 'tabularium-refusal+jwt';
const MAX_NOTICE_BYTES = 8192;

/** What a node says it refused. */
export interface RefusalNotice {
  /** Origin of the ledger. */
  readonly ledger: string;
  /** Name of the transaction. */
  readonly tx: string;
  /** Full refusal code, `treasury.limit-exceeded`. */
  readonly code: string;
  /** Id of the rule. */
  readonly rule: string;
  /** Legal reference of the rule. */
  readonly basis: string;
  /** Seals written when it was refused. */
  readonly height: number;
  /** Block time, integer ms UTC. */
  readonly time: number;
}

/** Why a notice does not count. A closed list. */
export type NoticeCode = 'notice-malformed' | 'notice-key' | 'notice-signature';
export type VerifiedNotice = { readonly ok: true; readonly notice: RefusalNotice } | { readonly ok: false; readonly code: NoticeCode };

/** Signs a notice; `sign` answers r‖s, 64 bytes. Throws RangeError on a notice that `verifyRefusalNotice` would not take. */
export function makeRefusalNotice(notice: RefusalNotice, kid: string, sign: (message: Uint8Array) => Uint8Array): string {
  const { ledger, tx, code, rule, basis, height, time } = notice;
  const payload = { ledger, tx, code, rule, basis, height, time };
  if (!isNotice(payload)) throw new RangeError('A member of the notice is malformed.');
  const input = makeSigningInput(NOTICE_TYPE, kid, canonicalJson(payload));
  return asciiText(joinCompact(input, sign(input)));
}

/** Reads a notice and checks it with the key that the charter names for the node. Total: never throws. */
export function verifyRefusalNotice(text: string, jwk: PublicJwk, crypto: Crypto): VerifiedNotice {
  const refused = (code: NoticeCode): VerifiedNotice => ({ ok: false, code });
  const point = jwkToPoint(jwk);
  if (point === undefined) return refused('notice-key');
  if (text.length > MAX_NOTICE_BYTES || !text.isWellFormed()) return refused('notice-malformed');
  const bytes = encodeUtf8(text);
  const dots = findDots(bytes);
  if (dots === undefined) return refused('notice-malformed');
  const header = readObject(bytes, 0, dots.first, 'header');
  if (!header.ok) return refused('notice-malformed');
  const checked = checkHeader(header.value, [NOTICE_TYPE]);
  if (!checked.ok) return refused('notice-malformed');
  const payload = readObject(bytes, dots.first + 1, dots.second, 'payload');
  if (!payload.ok || !isNotice(payload.value)) return refused('notice-malformed');
  const signature = decodeBase64urlBytes(bytes, dots.second + 1, bytes.length);
  if (signature === undefined || signature.length !== 64 || !signatureInRange(signature, 0)) return refused('notice-malformed');
  if (checked.kid !== thumbprint(jwk, crypto)) return refused('notice-key');
  if (!crypto.verifyEs256(point, bytes.subarray(0, dots.second), signature)) return refused('notice-signature');
  return { ok: true, notice: payload.value as unknown as RefusalNotice };
}

const CODE = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;
const RULE = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/;
const MAX_BASIS_LENGTH = 1000;

function isNotice(value: JsonObject): boolean {
  const { ledger, tx, code, rule, basis, height, time } = value;
  return (
    Object.keys(value).length === 7 &&
    typeof ledger === 'string' &&
    isOrigin(ledger) &&
    typeof tx === 'string' &&
    isDigest(tx) &&
    typeof code === 'string' &&
    code.length <= 128 &&
    CODE.test(code) &&
    typeof rule === 'string' &&
    RULE.test(rule) &&
    typeof basis === 'string' &&
    basis.length <= MAX_BASIS_LENGTH &&
    isCount(height) &&
    isCount(time)
  );
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
