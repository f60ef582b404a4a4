/** The numbers of NIST P-256 (SP 800-186 §3.2.1.3), once, for the range checks that make all implementations agree. */
import { fromHex, toHex } from './bytes.ts';
import type { EcPublicKey } from './crypto.ts';

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const ORDER = fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/**
 * Whether the point lies on the curve with coordinates of 32 bytes, each below the field's prime. Checked when a key is
 * enrolled (DESIGN §4); the group has prime order, so no further check of the point is needed.
 */
export function onCurve(point: EcPublicKey): boolean {
  if (point.x.length !== 32 || point.y.length !== 32) return false;
  const x = BigInt(`0x${toHex(point.x)}`);
  const y = BigInt(`0x${toHex(point.y)}`);
  if (x >= P || y >= P) return false;
  return (y * y - x * x * x + 3n * x - B) % P === 0n;
}

/** Whether r and s of a 64-byte signature (the first 64 bytes from `start`) both lie in 1…n−1 (FIPS 186-5 §6.4.2). */
export function signatureInRange(bytes: Uint8Array, start: number): boolean {
  return scalarInRange(bytes, start) && scalarInRange(bytes, start + 32);
}

function scalarInRange(bytes: Uint8Array, start: number): boolean {
  let seen = 0;
  for (let i = 0; i < 32; i++) seen |= bytes[start + i] as number;
  if (seen === 0) return false;
  for (let i = 0; i < 32; i++) {
    const byte = bytes[start + i] as number;
    const limit = ORDER[i] as number;
    if (byte !== limit) return byte < limit;
  }
  return false;
}
