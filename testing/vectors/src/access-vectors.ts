/** Vectors of docs/spec/access-log.md: rows with their salts as leaves, and rows shown to the person of one case. */
import { leafHash, mth, path } from './reference-merkle.ts';
import type { VectorFile } from './vector-file.ts';
import { base64url, sha256 } from './vector-keys.ts';

interface AccessVector {
  readonly name: string;
  readonly row?: Row;
  /** Hex. */
  readonly salt?: string;
  readonly shown?: object;
  /** Base64url. */
  readonly root?: string;
  /** Of a row: its leaf as text, the leaf's hash, and the salt of each case. Of what is shown: whether it holds. */
  readonly expected: { readonly leaf: string; readonly hash: string; readonly caseSalts: readonly string[] } | boolean;
}

interface Row {
  readonly agency: string;
  readonly seq: number;
  readonly time: number;
  readonly officer: string;
  readonly role: string;
  readonly office: string;
  readonly purpose: string;
  readonly file: string;
  readonly action: string;
  readonly cases: readonly string[];
  readonly refused?: string;
}

const [MINE, OTHERS] = ['0123456789abcdef'.repeat(2), 'fedcba9876543210'.repeat(2)];
const saltOf = (seq: number): Buffer => sha256(`salt ${seq}`);
const rowOf = (seq: number): Row => ({
  agency: 'vellmere',
  seq,
  time: 1_790_000_000_000 + seq,
  officer: 'ana',
  role: 'registrar',
  office: 'registry',
  purpose: 'birth-certificate',
  file: 'REG-2026/114',
  action: 'case.read',
  cases: [MINE, OTHERS],
});

function caseSalt(handle: string, salt: Buffer): Buffer {
  return sha256(Buffer.concat([Buffer.from([1]), salt, Buffer.from(handle)]));
}

/** Members in the order of their code units, written out by hand. */
function leafOf(row: Row, salt: Buffer): object {
  const { action, agency, cases, office, purpose, refused, seq, time } = row;
  const whoText = JSON.stringify({ file: row.file, officer: row.officer, role: row.role });
  const who = base64url(sha256(Buffer.concat([sha256(Buffer.concat([Buffer.from([0]), salt])), Buffer.from(whoText)])));
  const digests = cases.map((handle) => base64url(sha256(Buffer.concat([caseSalt(handle, salt), Buffer.from(handle)]))));
  return { action, agency, cases: digests.sort(), office, purpose, ...(refused === undefined ? {} : { refused }), seq, time, who };
}

function hashed(name: string, row: Row, salt = saltOf(row.seq)): AccessVector {
  const leaf = JSON.stringify(leafOf(row, salt));
  const caseSalts = row.cases.map((handle) => caseSalt(handle, salt).toString('hex'));
  return { name, row, salt: salt.toString('hex'), expected: { leaf, hash: leafHash(Buffer.from(leaf)).toString('hex'), caseSalts } };
}

const SIZE = 11;
const HASHES = Array.from({ length: SIZE }, (_, seq) => leafHash(Buffer.from(JSON.stringify(leafOf(rowOf(seq), saltOf(seq))))));
const shown = {
  leaf: leafOf(rowOf(6), saltOf(6)),
  case: MINE,
  salt: caseSalt(MINE, saltOf(6)).toString('hex'),
  size: SIZE,
  path: path(6, HASHES).map(base64url),
};

function proves(name: string, change: object, expected = false): AccessVector {
  return { name: `shown: ${name}`, shown: { ...shown, ...change }, root: base64url(mth(HASHES)), expected };
}

export const accessRows: VectorFile<AccessVector> = {
  description: 'Rows of the access log as leaves, and rows as the person of one case is shown them.',
  spec: 'docs/spec/access-log.md',
  vectors: [
    hashed('a read of two cases', rowOf(0)),
    hashed('a search that found nothing', { ...rowOf(1), action: 'search', cases: [] }),
    hashed('an attempt without right', { ...rowOf(2), refused: 'look-purpose-role' }),
    hashed('nobody knows who', { ...rowOf(3), officer: '', role: '', office: '', purpose: '', file: '', refused: 'look-key' }),
    proves('as it is', {}, true),
    proves('the case of somebody else', { case: OTHERS }),
    proves('another salt', { salt: saltOf(6).toString('hex') }),
    proves('a salt in capitals', { salt: shown.salt.toUpperCase() }),
    proves('another office', { leaf: { ...shown.leaf, office: 'police' } }),
    proves('another number', { leaf: { ...shown.leaf, seq: 7 } }),
    proves('a member more', { leaf: { ...shown.leaf, note: 'a' } }),
    proves('a shorter path', { path: shown.path.slice(1) }),
    proves('another size', { size: 7 }),
    proves('a hash that is none', { path: shown.path.map((_, at) => (at === 0 ? '!' : shown.path[at])) }),
  ],
};
