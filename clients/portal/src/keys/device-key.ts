/** A key that the browser keeps and hands to nobody, this page included (WebCrypto, not extractable). For demos and for trying things out. */
export interface DeviceKey {
  readonly kind: 'es256';
  readonly pair: CryptoKeyPair;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };

export async function importDeviceKey(jwk: JsonWebKey): Promise<DeviceKey> {
  const { kty, crv, x, y, d } = jwk as Required<Pick<JsonWebKey, 'kty' | 'crv' | 'x' | 'y' | 'd'>>;
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, ALGORITHM, false, ['sign']),
    crypto.subtle.importKey('jwk', { kty, crv, x, y }, ALGORITHM, true, ['verify']),
  ]);
  return { kind: 'es256', pair: { privateKey, publicKey } };
}
