/** From a key that this browser keeps to what signs with it; loaded where there is one. */
import { type Signer, webCryptoSigner } from '@tabularium/sdk';
import type { DeviceKey } from './device-key.ts';
import { type PasskeyHandle, passkeySigner } from './passkey.ts';

export async function signerOf(key: DeviceKey | PasskeyHandle): Promise<Signer> {
  return key.kind === 'passkey' ? passkeySigner(key) : await webCryptoSigner(key.pair);
}
