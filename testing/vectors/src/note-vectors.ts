/** Vectors of docs/spec/checkpoint.md: verifier keys, notes, checkpoints, cosignatures, proofs and witness requests as text. */
import { checkpointText, cosignLine, logLine, note, noteKey, rawLine } from './log-keys.ts';
import { countedLeaves, leafHash, mth, path } from './reference-merkle.ts';
import type { VectorFile } from './vector-file.ts';
import { sha256 } from './vector-keys.ts';

const LOG = noteKey('ledger.example/log', 1);
const WITNESS = noteKey('witness.example/w1', 4);
const HASHES = countedLeaves(11).map(leafHash);
const TEXT = checkpointText('ledger.example/log', 11, mth(HASHES));
const ROOT = mth(HASHES).toString('base64');
const TIME = 1_795_000_000;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

interface VkeyVector {
  readonly name: string;
  readonly vkey: string;
  readonly expected: { readonly name: string; readonly id: string; readonly type: number; readonly publicKey: string } | null;
}

const noVkey = (name: string, vkey: string): VkeyVector => ({ name, vkey, expected: null });

function vkeyOf(name: string, type: number, publicKey: Uint8Array, id?: string): string {
  const typed = Buffer.concat([Buffer.from([type]), publicKey]);
  return `${name}+${id ?? hex(sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).subarray(0, 4))}+${typed.toString('base64')}`;
}

export const vkeys: VectorFile<VkeyVector> = {
  description: 'Verifier keys (C2SP signed-note) of types 01 and 04, or null where the text is none of these.',
  spec: 'docs/spec/checkpoint.md',
  vectors: [
    { name: 'a log', vkey: LOG.vkey, expected: { name: LOG.name, id: hex(LOG.id), type: 1, publicKey: hex(LOG.publicKey) } },
    {
      name: 'a witness',
      vkey: WITNESS.vkey,
      expected: { name: WITNESS.name, id: hex(WITNESS.id), type: 4, publicKey: hex(WITNESS.publicKey) },
    },
    ((key) => ({
      name: 'a name beyond ASCII',
      vkey: key.vkey,
      expected: { name: key.name, id: hex(key.id), type: 1, publicKey: hex(key.publicKey) },
    }))(noteKey('rathaus-zürich.example', 1)),
    noVkey('an id that is not of this key', vkeyOf(LOG.name, 1, LOG.publicKey, '00000000')),
    noVkey(
      'an id in uppercase',
      LOG.vkey.replace(
        hex(LOG.id),
        hex(LOG.id)
          .toUpperCase()
          .replace(/^[0-9]+$/, 'ABCDEF01'),
      ),
    ),
    noVkey('the key of another name', LOG.vkey.replace('/log', '/lag')),
    noVkey('ECDSA', vkeyOf(LOG.name, 2, LOG.publicKey)),
    noVkey('an ML-DSA cosigner', vkeyOf(LOG.name, 6, Buffer.alloc(1312, 7))),
    noVkey('31 bytes', vkeyOf(LOG.name, 1, LOG.publicKey.subarray(1))),
    noVkey('33 bytes', vkeyOf(LOG.name, 1, Buffer.concat([LOG.publicKey, Buffer.alloc(1)]))),
    noVkey('no name', vkeyOf('', 1, LOG.publicKey)),
    noVkey('a space in the name', vkeyOf('a b', 1, LOG.publicKey)),
    noVkey('a no-break space in the name', vkeyOf('a\u00a0b', 1, LOG.publicKey)),
    noVkey('a newline behind', `${LOG.vkey}\n`),
    noVkey('base64url', LOG.vkey.replace(/.$/, '_')),
    noVkey('base64 padded too much', `${LOG.vkey}=`),
    noVkey('two parts', LOG.vkey.slice(0, LOG.vkey.indexOf('+', LOG.vkey.indexOf('+') + 1))),
    noVkey('nothing', ''),
  ],
};

interface NoteVector {
  readonly name: string;
  readonly note: string;
  readonly expected: {
    readonly text: string;
    readonly signatures: readonly { readonly name: string; readonly id: string; readonly signature: string }[];
  } | null;
}

interface Line {
  readonly text: string;
  readonly expected: { readonly name: string; readonly id: string; readonly signature: string };
}

/** A line whose signature says nothing: only its form matters here. */
function line(name: string, signature = Buffer.alloc(64, 9)): Line {
  const id = sha256(name).subarray(0, 4);
  return { text: rawLine({ name, id }, signature), expected: { name, id: hex(id), signature: hex(signature) } };
}

function isNote(name: string, text: string, ...lines: readonly Line[]): NoteVector {
  return { name, note: note(text, ...lines.map((each) => each.text)), expected: { text, signatures: lines.map((each) => each.expected) } };
}

const noNote = (name: string, text: string): NoteVector => ({ name, note: text, expected: null });
const A = line('a.example');
const MESSAGE = 'a message\n';

export const notes: VectorFile<NoteVector> = {
  description:
    'Signed notes (C2SP signed-note) taken apart, or null where the form is wrong. Whether signatures hold is not asked here. Ids and signatures in hex.',
  spec: 'docs/spec/checkpoint.md',
  vectors: [
    isNote('one signature', MESSAGE, A),
    isNote('16 signatures', MESSAGE, ...Array.from({ length: 16 }, (_, i) => line(`s${i}.example`))),
    isNote('64 signatures', MESSAGE, ...Array.from({ length: 64 }, (_, i) => line(`s${i}.example`))),
    isNote('two by one name', MESSAGE, A, A),
    isNote('an empty line in the text', 'one\n\ntwo\n', A),
    isNote('text that looks like a signature', `one\n\n${A.text}`, A),
    isNote('an empty text', '\n', A),
    isNote('text and a name beyond ASCII', 'Grüße\n', line('zürich.example')),
    isNote('a signature of one byte', MESSAGE, line('a.example', Buffer.from([1]))),
    isNote('a long signature of another kind', MESSAGE, line('pq.example', Buffer.alloc(2428, 5))),
    noNote('65 signatures', note(MESSAGE, ...Array.from({ length: 65 }, (_, i) => line(`s${i}.example`).text))),
    noNote('no signature', `${MESSAGE}\n`),
    noNote('no empty line', `${MESSAGE}${A.text}`),
    noNote('the last newline missing', note(MESSAGE, A.text).slice(0, -1)),
    noNote('an empty line behind', `${note(MESSAGE, A.text)}\n`),
    noNote('text behind', `${note(MESSAGE, A.text)}more\n`),
    noNote('a hyphen for the dash', note(MESSAGE, A.text.replace('\u2014', '-'))),
    noNote('an en dash', note(MESSAGE, A.text.replace('\u2014', '\u2013'))),
    noNote('no space after the dash', note(MESSAGE, A.text.replace(' ', ''))),
    noNote('a tab', note(MESSAGE, A.text.replace('example ', 'example\t'))),
    noNote('two spaces', note(MESSAGE, A.text.replace('example ', 'example  '))),
    noNote('a space behind', note(MESSAGE, A.text.replace('\n', ' \n'))),
    noNote('a carriage return', note(MESSAGE, A.text.replace('\n', '\r\n'))),
    noNote('a carriage return in the text', note('a message\r\n', A.text)),
    noNote('a NUL in the text', note('a \u0000message\n', A.text)),
    noNote('no name', note(MESSAGE, A.text.replace('a.example', ''))),
    noNote('a plus in the name', note(MESSAGE, A.text.replace('a.example', 'a+b'))),
    noNote('a no-break space in the name', note(MESSAGE, A.text.replace('a.example', 'a\u00a0b'))),
    noNote('a signature of no byte', note(MESSAGE, rawLine({ name: 'a.example', id: Buffer.alloc(4) }, Buffer.alloc(0)))),
    noNote('three bytes in all', note(MESSAGE, '\u2014 a.example AAAA\n')),
    noNote('base64 without padding', note(MESSAGE, A.text.replace(/=+\n/, '\n'))),
    noNote('base64 with bits left over', note(MESSAGE, A.text.replace(/.(=+)\n/, '9$1\n'))),
    noNote(
      'base64url',
      note(MESSAGE, rawLine({ name: 'a.example', id: Buffer.alloc(4, 0xff) }, Buffer.alloc(8, 0xff)).replaceAll('/', '_')),
    ),
    noNote('nothing', ''),
  ],
};

interface CheckpointVector {
  readonly name: string;
  readonly text: string;
  readonly expected: {
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    readonly extensions: readonly string[];
  } | null;
}

const noCheckpoint = (name: string, text: string): CheckpointVector => ({ name, text, expected: null });

export const checkpoints: VectorFile<CheckpointVector> = {
  description: 'The text of a checkpoint (C2SP tlog-checkpoint), without signatures, or null. The root in base64.',
  spec: 'docs/spec/checkpoint.md',
  vectors: [
    { name: 'usual', text: TEXT, expected: { origin: 'ledger.example/log', size: 11, root: ROOT, extensions: [] } },
    {
      name: 'an empty log',
      text: checkpointText('a', 0, sha256('')),
      expected: { origin: 'a', size: 0, root: sha256('').toString('base64'), extensions: [] },
    },
    {
      name: 'the largest size',
      text: checkpointText('a', 9007199254740991, mth(HASHES)),
      expected: { origin: 'a', size: 9007199254740991, root: ROOT, extensions: [] },
    },
    {
      name: 'extension lines of another log',
      text: `${TEXT}one\ntwo\n`,
      expected: { origin: 'ledger.example/log', size: 11, root: ROOT, extensions: ['one', 'two'] },
    },
    noCheckpoint('no origin', TEXT.replace('ledger.example/log', '')),
    noCheckpoint('no size', TEXT.replace('\n11\n', '\n\n')),
    noCheckpoint('a leading zero', TEXT.replace('\n11\n', '\n011\n')),
    noCheckpoint('a plus sign', TEXT.replace('\n11\n', '\n+11\n')),
    noCheckpoint('a negative size', TEXT.replace('\n11\n', '\n-11\n')),
    noCheckpoint('a size with a point', TEXT.replace('\n11\n', '\n11.0\n')),
    noCheckpoint('a size with an exponent', TEXT.replace('\n11\n', '\n1e1\n')),
    noCheckpoint('a size beyond exact integers', TEXT.replace('\n11\n', '\n9007199254740992\n')),
    noCheckpoint('a size in hex', TEXT.replace('\n11\n', '\n0xb\n')),
    noCheckpoint('a space before the size', TEXT.replace('\n11\n', '\n 11\n')),
    noCheckpoint('a root of 31 bytes', checkpointText('a', 1, Buffer.alloc(31))),
    noCheckpoint('a root of 33 bytes', checkpointText('a', 1, Buffer.alloc(33))),
    noCheckpoint('a root in hex', `a\n1\n${'0'.repeat(64)}\n`),
    noCheckpoint('a root with bits left over', TEXT.replace(/.=\n$/, '9=\n').replace(ROOT, '')),
    noCheckpoint('an empty extension line', `${TEXT}\n`),
    noCheckpoint('two lines', 'a\n1\n'),
    noCheckpoint('the last newline missing', TEXT.slice(0, -1)),
    noCheckpoint('nothing', ''),
  ],
};

interface CosignatureVector {
  readonly name: string;
  readonly vkey: string;
  /** The checkpoint's text. */
  readonly text: string;
  readonly line: string;
  readonly expected: { readonly valid: true; readonly time?: number } | { readonly valid: false };
}

function cosigned(name: string, cosignature: string, time?: number, text = TEXT, vkey = WITNESS.vkey): CosignatureVector {
  return { name, vkey, text, line: cosignature, expected: time === undefined ? { valid: false } : { valid: true, time } };
}

/** The bytes after the key id, changed. */
function changed(text: string, change: (bytes: Buffer) => Buffer): string {
  const [dash, name, encoded] = text.trimEnd().split(' ');
  const bytes = Buffer.from(encoded!, 'base64');
  return `${dash} ${name} ${Buffer.concat([bytes.subarray(0, 4), change(bytes.subarray(4))]).toString('base64')}\n`;
}

const GOOD = cosignLine(WITNESS, TEXT, TIME);
const withTime = (time: bigint) => (bytes: Buffer) => {
  const copy = Buffer.from(bytes);
  copy.writeBigUInt64BE(time);
  return copy;
};

export const cosignatures: VectorFile<CosignatureVector> = {
  description:
    'Signature lines of one key over the text of a checkpoint: cosignatures with their time in seconds (C2SP tlog-cosignature, type 04), and a log’s own (type 01).',
  spec: 'docs/spec/checkpoint.md',
  vectors: [
    cosigned('a cosignature', GOOD, TIME),
    cosigned('at time 0', cosignLine(WITNESS, TEXT, 0), 0),
    cosigned('at the last exact second', cosignLine(WITNESS, TEXT, 9007199254740991), 9007199254740991),
    { name: 'the log itself', vkey: LOG.vkey, text: TEXT, line: logLine(LOG, TEXT), expected: { valid: true } },
    cosigned('a time beyond exact integers', cosignLine(WITNESS, TEXT, 9007199254740992n)),
    cosigned('the time changed', changed(GOOD, withTime(BigInt(TIME + 1)))),
    cosigned('over another checkpoint', GOOD, undefined, TEXT.replace('\n11\n', '\n12\n')),
    cosigned(
      'one bit of the signature flipped',
      changed(GOOD, (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])])),
    ),
    cosigned(
      'no time',
      changed(GOOD, (bytes) => bytes.subarray(8)),
    ),
    cosigned(
      'a byte too many',
      changed(GOOD, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])),
    ),
    cosigned(
      'a plain signature in place of a cosignature',
      changed(GOOD, (bytes) =>
        Buffer.concat([bytes.subarray(0, 8), Buffer.from(logLine(WITNESS, TEXT).trimEnd().split(' ')[2]!, 'base64').subarray(4)]),
      ),
    ),
    cosigned('by another key under this name', cosignLine({ ...noteKey('x', 4), name: WITNESS.name, id: WITNESS.id }, TEXT, TIME)),
    cosigned('the log: a cosignature in place of its signature', cosignLine({ ...LOG }, TEXT, TIME), undefined, TEXT, LOG.vkey),
    cosigned('the log: over another checkpoint', logLine(LOG, TEXT.replace('\n11\n', '\n12\n')), undefined, TEXT, LOG.vkey),
  ],
};

interface ProofVector {
  readonly name: string;
  readonly text: string;
  readonly expected: {
    readonly extra?: string;
    readonly index: number;
    readonly hashes: readonly string[];
    readonly checkpoint: string;
  } | null;
}

const CHECKPOINT = note(TEXT, logLine(LOG, TEXT), GOOD);
const PATH = path(5, HASHES).map((hash) => hash.toString('base64'));
const PROOF = `c2sp.org/tlog-proof@v1\nindex 5\n${PATH.join('\n')}\n\n${CHECKPOINT}`;
const noProof = (name: string, text: string): ProofVector => ({ name, text, expected: null });

export const proofs: VectorFile<ProofVector> = {
  description:
    'Proofs of inclusion as text (C2SP tlog-proof) taken apart, or null. Extra data in hex, hashes in base64. Whether the proof holds is not asked here.',
  spec: 'docs/spec/receipt.md',
  vectors: [
    { name: 'usual', text: PROOF, expected: { index: 5, hashes: PATH, checkpoint: CHECKPOINT } },
    {
      name: 'with extra data',
      text: PROOF.replace('index', 'extra ZXh0cmE=\nindex'),
      expected: { extra: hex(Buffer.from('extra')), index: 5, hashes: PATH, checkpoint: CHECKPOINT },
    },
    {
      name: 'no hashes',
      text: `c2sp.org/tlog-proof@v1\nindex 0\n\n${CHECKPOINT}`,
      expected: { index: 0, hashes: [], checkpoint: CHECKPOINT },
    },
    {
      name: '63 hashes',
      text: `c2sp.org/tlog-proof@v1\nindex 0\n${`${PATH[0]}\n`.repeat(63)}\n${CHECKPOINT}`,
      expected: { index: 0, hashes: Array<string>(63).fill(PATH[0]!), checkpoint: CHECKPOINT },
    },
    noProof('64 hashes', `c2sp.org/tlog-proof@v1\nindex 0\n${`${PATH[0]}\n`.repeat(64)}\n${CHECKPOINT}`),
    noProof('another version', PROOF.replace('@v1', '@v2')),
    noProof('a space behind the header', PROOF.replace('@v1', '@v1 ')),
    noProof('no header', PROOF.slice(PROOF.indexOf('\n') + 1)),
    noProof('a newline in front', `\n${PROOF}`),
    noProof('no index', PROOF.replace('index 5\n', '')),
    noProof('an index with a leading zero', PROOF.replace('index 5', 'index 05')),
    noProof('a negative index', PROOF.replace('index 5', 'index -5')),
    noProof('an index beyond exact integers', PROOF.replace('index 5', 'index 9007199254740992')),
    noProof('two spaces', PROOF.replace('index 5', 'index  5')),
    noProof('extra data after the index', PROOF.replace('index 5', 'index 5\nextra ZXh0cmE=')),
    noProof('extra data twice', PROOF.replace('index', 'extra ZXh0cmE=\nextra ZXh0cmE=\nindex')),
    noProof('extra data without padding', PROOF.replace('index', 'extra ZXh0cmE\nindex')),
    noProof('extra data with bits left over', PROOF.replace('index', 'extra ZXh0cmF=\nindex')),
    noProof('extra data in base64url', PROOF.replace('index', 'extra __8=\nindex')),
    noProof('a hash of 31 bytes', PROOF.replace(PATH[0]!, Buffer.alloc(31).toString('base64'))),
    noProof('a hash with a space behind', PROOF.replace(PATH[0]!, `${PATH[0]} `)),
    noProof('a carriage return', PROOF.replace('index 5\n', 'index 5\r\n')),
    noProof('no empty line', PROOF.slice(0, PROOF.indexOf('\n\n') + 1)),
    noProof('nothing', ''),
  ],
};

interface RequestVector {
  readonly name: string;
  readonly body: string;
  readonly expected: { readonly oldSize: number; readonly proof: readonly string[]; readonly checkpoint: string } | null;
}

const noRequest = (name: string, body: string): RequestVector => ({ name, body, expected: null });
const REQUEST = `old 5\n${PATH.join('\n')}\n\n${CHECKPOINT}`;

export const witnessRequests: VectorFile<RequestVector> = {
  description: 'Bodies of a witness’s add-checkpoint (C2SP tlog-witness) taken apart, or null. Whether they hold is not asked here.',
  spec: 'docs/spec/checkpoint.md',
  vectors: [
    { name: 'usual', body: REQUEST, expected: { oldSize: 5, proof: PATH, checkpoint: CHECKPOINT } },
    { name: 'the first', body: `old 0\n\n${CHECKPOINT}`, expected: { oldSize: 0, proof: [], checkpoint: CHECKPOINT } },
    noRequest('64 hashes', `old 5\n${`${PATH[0]}\n`.repeat(64)}\n${CHECKPOINT}`),
    noRequest('no old size', REQUEST.slice(6)),
    noRequest('a leading zero', REQUEST.replace('old 5', 'old 05')),
    noRequest('another word', REQUEST.replace('old 5', 'new 5')),
    noRequest('a hash of 33 bytes', REQUEST.replace(PATH[0]!, Buffer.alloc(33).toString('base64'))),
    noRequest('no empty line', 'old 0\n'),
    noRequest('nothing', ''),
  ],
};
