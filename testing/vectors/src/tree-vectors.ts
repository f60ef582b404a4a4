/** Vectors of docs/spec/log.md: roots, inclusion and consistency of the Merkle tree, and its tiles. */
import { consistency, countedLeaves, leafHash, mth, path } from './reference-merkle.ts';
import { stricter, type VectorFile } from './vector-file.ts';
import { sha256 } from './vector-keys.ts';

const HASHES = countedLeaves(70_000).map(leafHash);
const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
const firstOf = (size: number): Buffer[] => HASHES.slice(0, size);
const rootOf = (size: number): Buffer => mth(firstOf(size));
const COUNTED = 'Leaf i is i as four bytes, big-endian.';

interface RootVector {
  readonly name: string;
  readonly size: number;
  readonly root: string;
}

export const tree: VectorFile<RootVector> = {
  description: `Roots (RFC 9162 §2.1) of the first n leaves. ${COUNTED}`,
  spec: 'docs/spec/log.md',
  vectors: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 70_000].map((size) => ({
    name: `${size} leaves`,
    size,
    root: hex(rootOf(size)),
  })),
};

interface InclusionVector {
  readonly name: string;
  readonly index: number;
  readonly size: number;
  readonly leafHash: string;
  readonly proof: readonly string[];
  readonly root: string;
  readonly expected: boolean;
}

function included(index: number, size: number): InclusionVector {
  return {
    name: `leaf ${index} of ${size}`,
    index,
    size,
    leafHash: hex(HASHES[index]!),
    proof: path(index, firstOf(size)).map(hex),
    root: hex(rootOf(size)),
    expected: true,
  };
}

function notIncluded(name: string, change: (vector: InclusionVector) => Partial<InclusionVector>, index = 5, size = 11): InclusionVector {
  const vector = included(index, size);
  return { ...vector, ...change(vector), name, expected: false };
}

function flipped(text: string): string {
  return (text[0] === '0' ? '1' : '0') + text.slice(1);
}

export const inclusion: VectorFile<InclusionVector> = {
  description: `Inclusion paths (RFC 9162 §2.1.3) from the leaf's sibling up, and whether they hold. ${COUNTED}`,
  spec: 'docs/spec/log.md',
  vectors: [
    ...[
      [0, 1],
      [0, 2],
      [1, 2],
      [0, 3],
      [2, 3],
      [4, 5],
      [6, 7],
      [5, 11],
      [10, 11],
      [255, 256],
      [255, 257],
      [256, 257],
      [700, 1000],
      [65_535, 65_537],
      [65_536, 65_537],
      [417, 70_000],
      [69_999, 70_000],
    ].map(([index, size]) => included(index!, size!)),
    notIncluded('another index', () => ({ index: 4 })),
    { ...included(5, 11), name: 'another size of the same shape: the path does not tell them apart, the signed checkpoint does', size: 12 },
    notIncluded('a size that would need a shorter path', () => ({ size: 7 })),
    notIncluded('index equals size', ({ size }) => ({ index: size })),
    notIncluded('a negative index', () => ({ index: -1 })),
    notIncluded('an index that is not whole', () => ({ index: 5.5 })),
    notIncluded('an empty tree', () => ({ size: 0, index: 0, proof: [] })),
    notIncluded('the first hash left out', ({ proof }) => ({ proof: proof.slice(1) })),
    notIncluded('the last hash left out', ({ proof }) => ({ proof: proof.slice(0, -1) })),
    notIncluded('a hash too many', ({ proof }) => ({ proof: [...proof, proof[0]!] })),
    notIncluded('two hashes exchanged', ({ proof: [a, b, ...rest] }) => ({ proof: [b!, a!, ...rest] })),
    notIncluded('one bit of a hash flipped', ({ proof: [a, ...rest] }) => ({ proof: [flipped(a!), ...rest] })),
    notIncluded('a hash of 31 bytes', ({ proof: [a, ...rest] }) => ({ proof: [a!.slice(2), ...rest] })),
    notIncluded('another leaf', () => ({ leafHash: hex(HASHES[6]!) })),
    notIncluded('another root', () => ({ root: hex(rootOf(10)) })),
  ],
};

interface ConsistencyVector {
  readonly name: string;
  readonly from: number;
  readonly fromRoot: string;
  readonly to: number;
  readonly toRoot: string;
  readonly proof: readonly string[];
  readonly expected: boolean;
}

function consistent(from: number, to: number): ConsistencyVector {
  const proof = consistency(from, firstOf(to)).map(hex);
  return { name: `${from} to ${to}`, from, fromRoot: hex(rootOf(from)), to, toRoot: hex(rootOf(to)), proof, expected: true };
}

function notConsistent(
  name: string,
  change: (vector: ConsistencyVector) => Partial<ConsistencyVector>,
  from = 6,
  to = 11,
): ConsistencyVector {
  const vector = consistent(from, to);
  return { ...vector, ...change(vector), name, expected: false };
}

export const consistencyFile: VectorFile<ConsistencyVector> = {
  description: `Consistency proofs (RFC 9162 §2.1.4) between two sizes, and whether they hold. From 0 leaves the proof is empty; stricter: general tools may not look at the empty tree’s root. ${COUNTED}`,
  spec: 'docs/spec/log.md',
  vectors: [
    ...[
      [0, 0],
      [0, 5],
      [1, 1],
      [1, 2],
      [2, 3],
      [3, 7],
      [4, 7],
      [6, 8],
      [6, 11],
      [8, 11],
      [11, 11],
      [255, 256],
      [256, 257],
      [257, 1000],
      [512, 1000],
      [65_536, 65_537],
      [1000, 70_000],
    ].map(([from, to]) => consistent(from!, to!)),
    notConsistent('the sizes exchanged', ({ from, to, fromRoot, toRoot }) => ({ from: to, to: from, fromRoot: toRoot, toRoot: fromRoot })),
    notConsistent('another old size', () => ({ from: 5 })),
    notConsistent('another new size', () => ({ to: 17 })),
    notConsistent('another old root', () => ({ fromRoot: hex(rootOf(5)) })),
    notConsistent('another new root', () => ({ toRoot: hex(rootOf(10)) })),
    notConsistent('the first hash left out', ({ proof }) => ({ proof: proof.slice(1) })),
    notConsistent('a hash too many', ({ proof }) => ({ proof: [...proof, proof[0]!] })),
    notConsistent('one bit of a hash flipped', ({ proof: [a, ...rest] }) => ({ proof: [flipped(a!), ...rest] })),
    notConsistent('one bit of the last hash flipped', ({ proof }) => ({ proof: [...proof.slice(0, -1), flipped(proof.at(-1)!)] })),
    notConsistent('a hash of 31 bytes', ({ proof: [a, ...rest] }) => ({ proof: [a!.slice(2), ...rest] })),
    notConsistent('from nothing, with a hash', () => ({ from: 0, fromRoot: hex(rootOf(0)) })),
    stricter(notConsistent('from nothing, with a root that is not the empty tree’s', () => ({ from: 0, proof: [] }))),
    notConsistent('one size, two roots: a fork', ({ toRoot }) => ({ from: 11, proof: [], fromRoot: toRoot, toRoot: hex(rootOf(10)) })),
    notConsistent('one size, with a hash', ({ toRoot }) => ({ from: 11, fromRoot: toRoot })),
  ],
};

interface TilePathVector {
  readonly name: string;
  readonly path: string;
  readonly expected: { readonly level: number | 'entries'; readonly index: number; readonly width: number } | null;
}

const tilePath = (path: string, level: number | 'entries', index: number, width = 256): TilePathVector => ({
  name: path,
  path,
  expected: { level, index, width },
});
const noPath = (name: string, path: string): TilePathVector => ({ name, path, expected: null });

export const tilePaths: VectorFile<TilePathVector> = {
  description: 'Paths of tiles and entry bundles below the log’s prefix (C2SP tlog-tiles), or null where the spelling is none.',
  spec: 'docs/spec/log.md',
  vectors: [
    tilePath('tile/0/000', 0, 0),
    tilePath('tile/0/000.p/1', 0, 0, 1),
    tilePath('tile/0/273.p/112', 0, 273, 112),
    tilePath('tile/1/999', 1, 999),
    tilePath('tile/0/x001/000', 0, 1000),
    tilePath('tile/0/x001/x234/067', 0, 1_234_067),
    tilePath('tile/63/x009/x007/x199/x254/x740/991', 63, 9_007_199_254_740_991),
    tilePath('tile/entries/x001/x234/067.p/255', 'entries', 1_234_067, 255),
    noPath('level 64', 'tile/64/000'),
    noPath('a level with a leading zero', 'tile/00/000'),
    noPath('a negative level', 'tile/-1/000'),
    noPath('two digits', 'tile/0/00'),
    noPath('four digits', 'tile/0/0000'),
    noPath('a group without x', 'tile/0/001/000'),
    noPath('x in the last group', 'tile/0/x001/x000'),
    noPath('a leading group of zeros', 'tile/0/x000/001'),
    noPath('width 0', 'tile/0/000.p/0'),
    noPath('width 256 written as partial', 'tile/0/000.p/256'),
    noPath('a width with a leading zero', 'tile/0/000.p/01'),
    noPath('no width', 'tile/0/000.p/'),
    noPath('an index beyond exact integers', 'tile/0/x009/x007/x199/x254/x740/992'),
    noPath('a path upwards', 'tile/0/../checkpoint'),
    noPath('a slash in front', '/tile/0/000'),
    noPath('a slash behind', 'tile/0/000/'),
    noPath('another kind', 'tile/names/000'),
    noPath('digits that are not ASCII', 'tile/0/٠٠٠'),
    noPath('a newline behind', 'tile/0/000\n'),
    noPath('nothing', ''),
  ],
};

interface TileVector {
  readonly name: string;
  readonly size: number;
  readonly path: string;
  /** SHA-256 of the tile's bytes. */
  readonly sha256: string;
}

function tileOf(level: number, index: number, width: number): TileVector {
  const span = 256 ** level;
  const start = index * 256 * span;
  const row = Array.from({ length: width }, (_, i) => mth(HASHES.slice(start + i * span, start + (i + 1) * span)));
  const suffix = width === 256 ? '' : `.p/${width}`;
  const path = `tile/${level}/${String(index).padStart(3, '0')}${suffix}`;
  return { name: path, size: 70_000, path, sha256: hex(sha256(Buffer.concat(row))) };
}

export const tiles: VectorFile<TileVector> = {
  description: `Tiles (C2SP tlog-tiles) of the tree of 70,000 leaves, by the SHA-256 of their bytes. ${COUNTED}`,
  spec: 'docs/spec/log.md',
  vectors: [
    tileOf(0, 0, 256),
    tileOf(0, 272, 256),
    tileOf(0, 273, 112),
    tileOf(0, 273, 1),
    tileOf(1, 0, 256),
    tileOf(1, 1, 17),
    tileOf(1, 1, 16),
    tileOf(2, 0, 1),
  ],
};

interface BundleVector {
  readonly name: string;
  readonly bundle: string;
  readonly expected: readonly string[] | null;
}

const entry = (leaf: string, length = leaf.length / 2): string => length.toString(16).padStart(4, '0') + leaf;

export const entryBundles: VectorFile<BundleVector> = {
  description:
    'Entry bundles (C2SP tlog-tiles): leaves, each after its length in two bytes, big-endian; null where the lengths do not come out even. All in hex.',
  spec: 'docs/spec/log.md',
  vectors: [
    { name: 'no leaf', bundle: '', expected: [] },
    { name: 'one leaf', bundle: entry('616263'), expected: ['616263'] },
    { name: 'an empty leaf', bundle: entry(''), expected: [''] },
    { name: 'three leaves', bundle: entry('61') + entry('') + entry('6263'), expected: ['61', '', '6263'] },
    { name: 'a leaf of 300 bytes', bundle: entry('7a'.repeat(300)), expected: ['7a'.repeat(300)] },
    { name: '256 leaves', bundle: entry('61').repeat(256), expected: Array<string>(256).fill('61') },
    { name: '257 leaves', bundle: entry('61').repeat(257), expected: null },
    { name: 'half a length', bundle: `${entry('61')}00`, expected: null },
    { name: 'a length without its leaf', bundle: '0003', expected: null },
    { name: 'a leaf cut short', bundle: entry('6162', 3), expected: null },
  ],
};
