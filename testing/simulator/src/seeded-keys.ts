/**
 * Keys that follow from a seed, so that a seed's officers, ids and refusals are the same on every machine. Never for anything
 * but simulation: whoever knows the seed has the keys. Signatures themselves stay random (OpenSSL's ECDSA), which changes
 * leaves and roots between runs of one seed, but no name, id, decision or fault.
 */
import { createECDH, createPrivateKey } from 'node:crypto';
import { type Es256Key, es256Key } from '@tabularium/crypto';
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
