/**
 * The closed list of reasons why bytes are not a transaction (docs/spec/transaction.md). They answer HTTP 400, carry no
 * notice and change nothing. A code says which rule failed and never repeats what was sent.
 */
import type { JsonCode } from './json.ts';

export const MALFORMED_CODES = {
  empty: 'There are no bytes.',
  'too-large': 'A transaction has at most 61,440 bytes.',
  'leading-brace': 'Bytes that start with { are kept for system leaves.',
  'not-compact-jws': 'A transaction has three parts, none empty, with a dot between.',
  'base64url-noncanonical': 'A part is not base64url without padding and with zero trailing bits.',
  'utf8-malformed': 'A part is not well-formed UTF-8.',
  'byte-order-mark': 'A part starts with a byte order mark.',
  'json-syntax': 'A part is not JSON.',
  'json-duplicate-member': 'An object names a member twice.',
  'json-float': 'Numbers are integers without fraction, exponent or negative zero.',
  'json-unsafe-integer': 'Integers lie within ±(2^53−1).',
  'json-lone-surrogate': 'A string holds half a surrogate pair.',
  'json-depth': 'Objects and arrays are nested at most 32 deep.',
  'header-not-object': 'The header is a JSON object.',
  'alg-none': 'An unsigned token is not a transaction.',
  'alg-symmetric': 'A symmetric algorithm proves nothing to others.',
  'alg-unsupported': 'The algorithm is ES256.',
  'header-crit': 'No critical extension is understood.',
  'header-b64': 'The payload is always base64url.',
  'header-key': 'A key is found by kid, never taken from the header.',
  'header-member-unknown': 'The header has the members alg, kid and typ.',
  'header-member-missing': 'The header has the members alg, kid and typ.',
  'typ-unknown': 'The typ is tabularium-tx+jwt or tabularium-tx+webauthn.',
  'kid-malformed': 'The kid is an RFC 7638 thumbprint, 32 bytes in base64url.',
  'payload-not-object': 'The payload is a JSON object.',
  'payload-member-unknown': 'The payload has the members ledger, id, action, as, for, exp, on and body.',
  'payload-member-missing': 'The payload needs ledger, id, action, exp and body.',
  'ledger-malformed': 'The ledger is an origin: a name, a slash and 16 hex digits.',
  'id-malformed': 'The id is a ULID in uppercase.',
  'action-malformed': 'The action is module.subject.verb in lowercase, with @2 or more for a later form.',
  'as-malformed': 'The member as is role@office.',
  'for-malformed': 'The member for is the id of a mandate.',
  'exp-malformed': 'The exp is a whole number of seconds since 1970, before the year 10000.',
  'on-malformed': 'The member on maps state keys to revisions, whole numbers from 0, at most 1,000 of them.',
  'body-malformed': 'The body is a JSON object.',
  'signature-length': 'The signature is r‖s, 64 bytes.',
  'signature-range': 'Both r and s lie in 1…n−1.',
  'passkey-length': 'The third part is 37 bytes of authenticator data, 64 of signature and 1 to 1,024 of client data.',
  'passkey-flags':
    'User presence and user verification are set, attested data and extensions are not, and backup state implies eligibility.',
  'passkey-client-data': 'The client data is JSON as WebAuthn serialises it.',
  'passkey-type': 'The client data is of type webauthn.get.',
  'passkey-challenge': 'The challenge is the SHA-256 of the signing input.',
  'passkey-cross-origin': 'An assertion made in another site’s frame is not taken.',
} as const satisfies Record<JsonCode, string> & Record<string, string>;

export type MalformedCode = keyof typeof MALFORMED_CODES;

/** `detail` is the code's sentence, with the part it speaks of where there are several. */
export interface Malformed {
  readonly ok: false;
  readonly code: MalformedCode;
  readonly detail: string;
}

export function malformed(code: MalformedCode, part?: 'header' | 'payload' | 'signature'): Malformed {
  return { ok: false, code, detail: part === undefined ? MALFORMED_CODES[code] : `${MALFORMED_CODES[code]} (${part})` };
}
