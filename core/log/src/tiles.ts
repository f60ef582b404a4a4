/**
 * Paths and entry bundles of a tiled log (C2SP tlog-tiles): how tiles and leaves are named and laid out on the wire.
 */
import { parseDecimal } from './decimal.ts';
import { TILE_WIDTH } from './tile-nodes.ts';

/** A hash tile of a level, or a bundle of entries. */
export interface TileName {
  readonly level: number | 'entries';
  readonly index: number;
  /** 256 for a full one, otherwise 1…255. */
  readonly width: number;
}

/** A leaf's length is written in 16 bits. */
export const MAX_LEAF_BYTES = 65_535;
const MAX_LEVEL = 63;

/** `tile/<L>/<N>[.p/<W>]`, relative to the log's prefix; N in groups of three digits, all but the last with an `x`. */
export function tilePath(level: number | 'entries', index: number, width: number = TILE_WIDTH): string {
  if (level !== 'entries' && !(Number.isInteger(level) && level >= 0 && level <= MAX_LEVEL)) throw new RangeError(`tile level ${level}`);
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`tile index ${index}`);
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH) throw new RangeError(`tile width ${width}`);
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Reads a path as `tilePath` writes it; nothing for any other spelling. */
export function parseTilePath(path: string): TileName | undefined {
  const parts = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  if (parts === null) return undefined;
  const level = parts[1] === 'entries' ? 'entries' : parseDecimal(parts[1]!);
  const index = Number(parts[2]!.replace(/[x/]/g, ''));
  const width = parts[3] === undefined ? TILE_WIDTH : parseDecimal(parts[3]);
  if (level === undefined || width === undefined || !Number.isSafeInteger(index) || width < 1 || width > TILE_WIDTH) return undefined;
  if (level !== 'entries' && level > MAX_LEVEL) return undefined;
  return tilePath(level, index, width) === path ? { level, index, width } : undefined;
}

/** Leaves one after the other, each after its length in two bytes, big-endian. Throws on a leaf above 65,535 bytes. */
export function encodeEntryBundle(leaves: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const leaf of leaves) {
    if (leaf.length > MAX_LEAF_BYTES) throw new RangeError(`a leaf of ${leaf.length} bytes`);
    length += 2 + leaf.length;
  }
  const bundle = new Uint8Array(length);
  let at = 0;
  for (const leaf of leaves) {
    bundle[at] = leaf.length >> 8;
    bundle[at + 1] = leaf.length & 0xff;
    bundle.set(leaf, at + 2);
    at += 2 + leaf.length;
  }
  return bundle;
}

/** The leaves of a bundle (at most 256); nothing where the lengths do not come out even. */
export function decodeEntryBundle(bundle: Uint8Array): Uint8Array[] | undefined {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < bundle.length; ) {
    if (at + 2 > bundle.length || leaves.length === TILE_WIDTH) return undefined;
    const end = at + 2 + bundle[at]! * 256 + bundle[at + 1]!;
    if (end > bundle.length) return undefined;
    leaves.push(bundle.slice(at + 2, end));
    at = end;
  }
  return leaves;
}
