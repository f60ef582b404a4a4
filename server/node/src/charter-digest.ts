/** What founders sign: SHA-256 of leaf 0, lowercase hex. */
import { type Charter, encodeCharter } from '@tabularium/kernel';
import { type Crypto, toHex } from '@tabularium/protocol';

export function charterDigest(charter: Charter, crypto: Crypto): string {
  return toHex(crypto.sha256(encodeCharter(charter, crypto)));
}
