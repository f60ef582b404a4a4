/**
 * What a browser's answers say of a passkey (Web Authentication Level 3): the public key of a new one, an assertion in the shape in which the
 * ledger takes it, and, since an assertion does not say which key made it, the few keys that can have (SEC 1 §4.1.6).
 */
import { p256 } from '@noble/curves/nist.js';
import { type Assertion, concatBytes, ecdsaFromDer, type PublicJwk, pointToJwk, thumbprint } from '@tabularium/protocol';
import { nobleCrypto } from './noble-crypto.ts';

/** SubjectPublicKeyInfo of a P-256 key up to the point's coordinates (RFC 5480): always these bytes. */
const SPKI_START = Uint8Array.of(
  ...[0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  ...[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04],
);
const COORDINATE_BYTES = 32;

/** The key in a new passkey's `getPublicKey()`; undefined where it is not one of P-256. */
export function jwkOfSpki(spki: Uint8Array): PublicJwk | undefined {
  if (spki.length !== SPKI_START.length + 2 * COORDINATE_BYTES || !SPKI_START.every((byte, at) => spki[at] === byte)) return undefined;
  return jwkOfPoint(spki.slice(SPKI_START.length - 1));
}

/** What `navigator.credentials.get` answered, its signature out of DER. Throws RangeError where it is no signature of P-256. */
export function assertionOf(authenticatorData: Uint8Array, der: Uint8Array, clientDataJson: Uint8Array): Assertion {
  const signature = ecdsaFromDer(der);
  if (signature === undefined) throw new RangeError('the authenticator answered with no signature of P-256');
  return { authenticatorData, signature, clientDataJson };
}

/** Thumbprints of the keys, four at most, that can have made an assertion. One of them did: the ledger says which of them it knows. */
export function kidsThatSigned({ authenticatorData, signature, clientDataJson }: Assertion): readonly string[] {
  const message = concatBytes(authenticatorData, nobleCrypto.sha256(clientDataJson));
  return [0, 1, 2, 3].flatMap((recovery) => {
    try {
      const point = p256.recoverPublicKey(concatBytes(Uint8Array.of(recovery), signature), message, { prehash: true });
      const jwk = jwkOfPoint(p256.Point.fromBytes(point).toBytes(false));
      return jwk === undefined ? [] : [thumbprint(jwk, nobleCrypto)];
    } catch {
      // No point of the curve lies there.
      return [];
    }
  });
}

/** `point`: uncompressed, 65 bytes. */
function jwkOfPoint(point: Uint8Array): PublicJwk | undefined {
  return p256.utils.isValidPublicKey(point, false) ? pointToJwk({ x: point.slice(1, 33), y: point.slice(33) }) : undefined;
}
