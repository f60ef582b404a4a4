/**
 * Keys that follow from a seed, so that a seed's officers, ids and refusals are the same on every machine. Never for anything
 * but simulation: whoever knows the seed has the keys.
 */
import { createECDH, createPrivateKey } from 'node:crypto';
import { type Ed25519Key, type Es256Key, ed25519Key, es256Key, type NodeKeys } from '@tabularium/crypto';
import type { SeededRandom } from '@tabularium/scenarios';

/** A P-256 key pair from the stream. */
export function seededEs256(random: SeededRandom): Es256Key {
  const d = random.bytes(32);
  // Far below the order of the curve, and not zero.
  d[0] = 1;
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const coordinate = (from: number): string => point.subarray(from, from + 32).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', d: Buffer.from(d).toString('base64url'), x: coordinate(1), y: coordinate(33) };
  return es256Key(createPrivateKey({ key: jwk, format: 'jwk' }));
}

/** PKCS #8 of an Ed25519 key up to its 32 seed bytes (RFC 8410 §7). */
const ED25519_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An Ed25519 key pair from the stream. */
export function seededEd25519(random: SeededRandom): Ed25519Key {
  return ed25519Key(createPrivateKey({ key: Buffer.concat([ED25519_HEAD, random.bytes(32)]), format: 'der', type: 'pkcs8' }));
}

export function seededNodeKeys(random: SeededRandom): NodeKeys {
  return { log: seededEd25519(random), cosigner: seededEd25519(random), notice: seededEs256(random) };
}
