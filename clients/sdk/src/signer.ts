/**
 * Whatever can sign a transaction, behind one door: a key that signs bytes, or a passkey, whose authenticator signs its own words about a
 * challenge (docs/spec/passkey.md). The challenge is computed here, from the transaction itself; no server ever sends one.
 */
import { type Assertion, encodePasskeyTransaction, encodeTransaction, type TransactionPayload } from '@tabularium/protocol';
import type { Es256Signer } from './es256-signer.ts';
import { nobleCrypto } from './noble-crypto.ts';

export interface PasskeySigner {
  /** RFC 7638 thumbprint of the passkey's public key. */
  readonly kid: string;
  /** Asks the authenticator to sign a challenge, 32 bytes; whoever holds it confirms with finger, face or PIN. */
  assert(challenge: Uint8Array): Promise<Assertion>;
}

export type Signer = Es256Signer | PasskeySigner;

/** Exact bytes of the signed transaction. Throws RangeError where the payload is not what a transaction may be. */
export function signPayload(payload: TransactionPayload, signer: Signer): Promise<Uint8Array> {
  return 'assert' in signer
    ? encodePasskeyTransaction(payload, signer.kid, (challenge) => signer.assert(challenge), nobleCrypto)
    : encodeTransaction(payload, signer.kid, async (message) => signer.sign(message));
}
