/**
 * How a snapshot of a ledger lies in chunks, byte for byte alike on every node, so that one node can fetch it from all of them
 * (docs/spec names what is hashed; this is a matter between nodes of one version).
 *
 * First the newest leaves, whole blocks from leaf `first` on: all that is needed to know which ids may not be used again, and to open the
 * log. Then all records of state by the bytes of their keys. A chunk is a row of byte strings, each after its length (uint32, big-endian);
 * what belongs together is never torn: a leaf, or a record's key and value. No compression: its output would differ between versions.
 *
 * The metadata is canonical JSON. `edge` is the log's right edge at `first`: the hashes of the rightmost tile of each level, from level 0
 * up. With them and the leaves after them the root can be computed, and each full tile below is one hash in the tile above it.
 */
import { HASH_LENGTH, TILE_WIDTH } from '@tabularium/log';
import { asciiBytes, asciiText, canonicalJson, decodeBase64, encodeBase64, type JsonObject, parseJson } from '@tabularium/protocol';

/** `format` of a snapshot, in CometBFT's sense. */
export const SNAPSHOT_FORMAT = 1;
/** A chunk ends before it would become longer; one leaf or record alone may be. */
const CHUNK_BYTES = 1024 * 1024;
/** What CometBFT carries in one message, with some room: 16 MB for a chunk, 4 MB for what is said of a snapshot. */
const MAX_CHUNK_BYTES = 15_000_000;
const MAX_CHUNKS = 80_000;
const VERSION = 1;

export interface SnapshotMetadata {
  /** Of the ledger's newest block. */
  readonly height: number;
  /** Leaves of the log. */
  readonly size: number;
  /** The first leaf within; it begins a block. */
  readonly first: number;
  /** The rightmost tile of each level of the log's first `first` leaves, from level 0 up; the hashes end to end. */
  readonly edge: readonly Uint8Array[];
  /** Chunks of leaves; all others are of records. */
  readonly leafChunks: number;
  /** SHA-256 of each chunk. */
  readonly chunks: readonly Uint8Array[];
}

export function encodeMetadata({ height, size, first, edge, leafChunks, chunks }: SnapshotMetadata): Uint8Array {
  if (chunks.length > MAX_CHUNKS) throw new RangeError(`a snapshot of ${chunks.length} chunks is more than CometBFT carries`);
  const hashes = { chunks: encodeBase64(Buffer.concat(chunks)), edge: encodeBase64(Buffer.concat(edge)) };
  return asciiBytes(canonicalJson({ ...hashes, first, height, leafChunks, size, v: VERSION }));
}

/** What `encodeMetadata` wrote; nothing where it is anything else, or cannot be true. */
export function decodeMetadata(bytes: Uint8Array): SnapshotMetadata | undefined {
  if (bytes.some((byte) => byte > 0x7f)) return undefined;
  const text = asciiText(bytes);
  const parsed = parseJson(text);
  if (!parsed.ok || parsed.value === null || typeof parsed.value !== 'object' || Array.isArray(parsed.value)) return undefined;
  const { chunks: chunksText, edge: edgeText, first, height, leafChunks, size, v } = parsed.value as JsonObject;
  if (typeof chunksText !== 'string' || typeof edgeText !== 'string' || v !== VERSION) return undefined;
  if (!isCount(first) || !isCount(height) || !isCount(leafChunks) || !isCount(size)) return undefined;
  const chunks = hashesOf(decodeBase64(chunksText));
  const edge = edgeOf(decodeBase64(edgeText), first);
  if (chunks === undefined || edge === undefined || chunks.length > MAX_CHUNKS) return undefined;
  if (height === 0 || first > size - (size % TILE_WIDTH) || first === size || leafChunks === 0 || leafChunks > chunks.length)
    return undefined;
  const metadata = { height, size, first, edge, leafChunks, chunks };
  return Buffer.compare(encodeMetadata(metadata), bytes) === 0 ? metadata : undefined;
}

/** Leaves that a hash in a tile of this level stands for. */
export function spanOf(level: number): number {
  return TILE_WIDTH ** level;
}

/** Levels of tiles in a log of so many leaves, at least one. */
export function levelsOf(size: number): number {
  let levels = 1;
  while (spanOf(levels) <= size) levels++;
  return levels;
}

/** Hashes in the rightmost tile of a level, 0…255. */
export function edgeWidth(size: number, level: number): number {
  return Math.floor(size / spanOf(level)) % TILE_WIDTH;
}

/** Chunks of byte strings; those of one group stay together. */
export function* cutChunks(groups: Iterable<readonly Uint8Array[]>): Iterable<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for (const group of groups) {
    const more = group.reduce((sum, part) => sum + 4 + part.length, 0);
    if (more > MAX_CHUNK_BYTES) throw new RangeError(`${more} bytes are more than a snapshot carries in one piece`);
    if (length > 0 && length + more > CHUNK_BYTES) {
      yield joinParts(parts, length);
      parts = [];
      length = 0;
    }
    parts.push(...group);
    length += more;
  }
  if (length > 0) yield joinParts(parts, length);
}

/** The byte strings of a chunk; nothing where the lengths do not come out even. */
export function splitChunk(chunk: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < chunk.length; ) {
    if (at + 4 > chunk.length) return undefined;
    const end = at + 4 + view.getUint32(at);
    if (end > chunk.length) return undefined;
    parts.push(chunk.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

function joinParts(parts: readonly Uint8Array[], length: number): Uint8Array {
  const chunk = new Uint8Array(length);
  const view = new DataView(chunk.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    chunk.set(part, at + 4);
    at += 4 + part.length;
  }
  return chunk;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function hashesOf(bytes: Uint8Array | undefined): Uint8Array[] | undefined {
  if (bytes === undefined || bytes.length % HASH_LENGTH !== 0) return undefined;
  return Array.from({ length: bytes.length / HASH_LENGTH }, (_, i) => bytes.subarray(i * HASH_LENGTH, (i + 1) * HASH_LENGTH));
}

function edgeOf(bytes: Uint8Array | undefined, first: number): Uint8Array[] | undefined {
  const edge: Uint8Array[] = [];
  let at = 0;
  for (let level = 0; level < levelsOf(first); level++) {
    const end = at + edgeWidth(first, level) * HASH_LENGTH;
    edge.push(bytes?.subarray(at, end) ?? new Uint8Array(0));
    at = end;
  }
  return bytes?.length === at ? edge : undefined;
}
