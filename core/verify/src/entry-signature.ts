/**
 * Who signed an entry, as far as a receipt alone can tell.
 *
 * For a plain ES256 key that is the whole check. For a passkey, the relying party (rpId and origins) is state, which a
 * receipt does not carry: here the challenge and the flags (by the parser) and the signature are checked, and the
 * ledger's own check of the relying party is vouched for by inclusion, since only accepted transactions are entries.
 */
import {
  asciiText,
  type Crypto,
  concatBytes,
  decodeBase64url,
  jwkToPoint,
  type PublicJwk,
  type Transaction,
  verifyTransaction,
} from '@tabularium/protocol';

/** WebAuthn §6.1: authenticator data without attested key and extensions. */
const AUTHENTICATOR_DATA_BYTES = 37;
const SIGNATURE_END = AUTHENTICATOR_DATA_BYTES + 64;

/** True if this key signed the (parsed) transaction. That the key is the one named by `kid` is the caller's to check. */
export function isSignedBy(transaction: Transaction, jwk: PublicJwk, crypto: Crypto): boolean {
  if (transaction.kind === 'es256') return verifyTransaction(transaction, { kind: 'es256', jwk }, crypto);
  const point = jwkToPoint(jwk);
  const third = decodeBase64url(asciiText(transaction.bytes.subarray(transaction.bytes.lastIndexOf(0x2e) + 1)));
  if (point === undefined || third === undefined) return false;
  const message = concatBytes(third.subarray(0, AUTHENTICATOR_DATA_BYTES), crypto.sha256(third.subarray(SIGNATURE_END)));
  return crypto.verifyEs256(point, message, third.subarray(AUTHENTICATOR_DATA_BYTES, SIGNATURE_END));
}
