/** Sealed documents: the vectors, and whatever is done to one is noticed, at the latest before its last piece is given. */
import assert from 'node:assert/strict';
import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  DocumentDamaged,
  type DocumentSeal,
  HEAD_BYTES,
  lastPiece,
  openDocument,
  PIECE_BYTES,
  piecePosition,
  SEAL_BYTES,
  sealPiece,
} from './sealed-document.ts';

interface Vector {
  readonly name: string;
  readonly origin: string;
  readonly case: string;
  readonly id: string;
  readonly key: string;
  readonly salt: string;
  readonly document: { readonly hex: string; readonly times: number };
  readonly nonces: readonly string[];
  readonly digest: string;
  readonly sealed?: string;
  readonly sealedSha256: string;
  readonly opens: boolean;
}

const file = new URL('../../../../testing/vectors/data/sealed-document.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] };

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function sealAll(seal: DocumentSeal, salt: Buffer, document: Buffer, nonceOf: (number: number) => Uint8Array): Buffer[] {
  const pieces = [Buffer.concat(sealPiece(seal, 0, salt, nonceOf(0)))];
  for (let number = 1; number <= lastPiece(seal.size); number++) {
    const plain = document.subarray((number - 1) * PIECE_BYTES, number * PIECE_BYTES);
    pieces.push(Buffer.concat(sealPiece(seal, number, plain, nonceOf(number))));
  }
  return pieces;
}

/** What is given before the end, and whether there was one. Bytes come in runs that fit no piece. */
async function opened(sealed: Buffer, seal: DocumentSeal, digest: string): Promise<{ readonly given: Buffer; readonly whole: boolean }> {
  async function* source(): AsyncGenerator<Buffer> {
    for (let at = 0; at < sealed.length; at += 50_001) yield sealed.subarray(at, at + 50_001);
  }
  const given: Buffer[] = [];
  try {
    for await (const piece of openDocument(source(), seal, digest)) given.push(piece);
    return { given: Buffer.concat(given.slice(1)), whole: true };
  } catch (error) {
    assert.ok(error instanceof DocumentDamaged);
    return { given: Buffer.concat(given.slice(1)), whole: false };
  }
}

for (const vector of vectors) {
  test(`vector: ${vector.name}`, async () => {
    const document = Buffer.from(vector.document.hex.repeat(vector.document.times), 'hex');
    const salt = Buffer.from(vector.salt, 'hex');
    const seal = { key: createSecretKey(Buffer.from(vector.key, 'hex')), as: vector, size: document.length };
    const nonceOf = (number: number): Buffer => Buffer.from(vector.nonces[number]!, 'hex');
    const made = Buffer.concat(sealAll(seal, salt, document, nonceOf));
    assert.equal(made.length, HEAD_BYTES + document.length + SEAL_BYTES * lastPiece(document.length));
    assert.equal(sha256(Buffer.concat([salt, document])).toString('base64url'), vector.digest);
    const sealed = vector.sealed === undefined ? made : Buffer.from(vector.sealed, 'hex');
    assert.equal(sha256(sealed).toString('hex'), vector.sealedSha256);
    assert.equal(made.equals(sealed), vector.opens);
    const { given, whole } = await opened(sealed, seal, vector.digest);
    assert.equal(whole, vector.opens);
    assert.ok(vector.opens ? given.equals(document) : given.length < document.length || vector.name === 'a byte added');
  });
}

test('pieces that are left out, doubled, exchanged or of another document are noticed before the end', async () => {
  const document = randomBytes(3 * PIECE_BYTES + 100);
  const salt = randomBytes(32);
  const as = { origin: 'a.example/0123456789abcdef', case: '1'.repeat(32), id: '2'.repeat(32) };
  const seal = { key: createSecretKey(randomBytes(32)), as, size: document.length };
  const digest = sha256(Buffer.concat([salt, document])).toString('base64url');
  const pieces = sealAll(seal, salt, document, () => randomBytes(12));
  const [head, one, two, three, four] = pieces as [Buffer, Buffer, Buffer, Buffer, Buffer];
  const other = sealAll({ ...seal, as: { ...as, id: '3'.repeat(32) } }, salt, document, () => randomBytes(12));
  assert.deepEqual(
    pieces.map((_, number) => piecePosition(seal.size, number)),
    pieces.map((_, number) => Buffer.concat(pieces.slice(0, number)).length),
  );
  assert.deepEqual(await opened(Buffer.concat(pieces), seal, digest), { given: document, whole: true });
  const wrong: Readonly<Record<string, readonly Buffer[]>> = {
    'left out': [head, one, three, four],
    'the last left out': [head, one, two, three],
    doubled: [head, one, one, two, three, four],
    exchanged: [head, two, one, three, four],
    'without its salt': [one, two, three, four],
    'of another document': [head, one, other[2]!, three, four],
    'cut within a piece': [head, one, two.subarray(0, 100)],
    nothing: [],
  };
  for (const [name, sealed] of Object.entries(wrong)) {
    const { given, whole } = await opened(Buffer.concat(sealed), seal, digest);
    assert.equal(whole, false, name);
    assert.ok(given.equals(document.subarray(0, given.length)) && given.length < document.length, name);
  }
  const notIt = await opened(Buffer.concat(pieces), seal, sha256(document).toString('base64url'));
  assert.deepEqual([notIt.whole, notIt.given.length], [false, 3 * PIECE_BYTES]);
});
