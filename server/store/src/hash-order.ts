/**
 * Many SHA-256 hashes in one array, put in order: by their first bits as numbers, which typed arrays sort natively; only neighbours that
 * agree in those bits are compared byte by byte.
 */

/** Positions 0…count in the order of the hashes that lie at `stride · position`; equal hashes keep their order. */
export function sortByHash(count: number, hashes: Uint8Array, stride: number): Uint32Array {
  const view = new DataView(hashes.buffer, hashes.byteOffset, hashes.byteLength);
  // First bits of the hash above, position below: together within the 53 bits that a float64 holds exactly.
  const positions = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
  const prefixes = 2 ** 53 / positions;
  const shift = Math.max(1, 2 ** 48 / prefixes);
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const prefix = Math.floor((view.getUint32(i * stride) * 0x10000 + view.getUint16(i * stride + 4)) / shift);
    keys[i] = prefix * positions + i;
  }
  keys.sort();
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const position = keys[i]! % positions;
    const prefix = Math.floor(keys[i]! / positions);
    let to = i;
    while (to > 0 && Math.floor(keys[to - 1]! / positions) === prefix) {
      if (compareHashes(hashes, order[to - 1]! * stride, hashes, position * stride) <= 0) break;
      order[to] = order[to - 1]!;
      to--;
    }
    order[to] = position;
  }
  return order;
}

/** Of the hashes that lie at `aAt` and `bAt`. */
export function compareHashes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): number {
  for (let i = 0; i < 32; i++) {
    const difference = a[aAt + i]! - b[bAt + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
