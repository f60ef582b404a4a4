/** Vectors of docs/spec/sealed-document.md: documents of one piece and of more, and sealed ones that were meddled with. */
import { createCipheriv } from 'node:crypto';
import type { VectorFile } from './vector-file.ts';
import { sha256 } from './vector-keys.ts';

interface Place {
  readonly origin: string;
  readonly case: string;
  readonly id: string;
}

interface SealedVector extends Place {
  readonly name: string;
  readonly key: string;
  readonly salt: string;
  /** The document is `hex`, so many times. */
  readonly document: { readonly hex: string; readonly times: number };
  /** Of each sealed piece, in order. */
  readonly nonces: readonly string[];
  readonly digest: string;
  /** Hex; of a large one, its SHA-256 alone. */
  readonly sealed?: string;
  readonly sealedSha256: string;
  readonly opens: boolean;
}

const KEY = Buffer.from('00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef', 'hex');
const SALT = Buffer.from('a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf', 'hex');
const PLACE: Place = {
  origin: 'vellmere.example/0123456789abcdef',
  case: '5f0c1d2e3b4a5968778695a4b3c2d1e0',
  id: '00ff11ee22dd33cc44bb55aa66997788',
};
const PIECE = 65_536;

function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(12, 0xee);
  nonce.writeUInt32BE(number, 8);
  return nonce;
}

function sealedPieces(document: Buffer, { origin, case: handle, id }: Place): Buffer[] {
  const pieces: Buffer[] = [SALT];
  for (let at = 0; at < document.length; at += PIECE) pieces.push(document.subarray(at, at + PIECE));
  return pieces.map((plain, number) => {
    const cipher = createCipheriv('aes-256-gcm', KEY, nonceOf(number));
    const last = number === pieces.length - 1 ? 'last' : 'more';
    cipher.setAAD(Buffer.from(['tabularium-sealed-document@v1', origin, handle, id, number, last, ''].join('\n')));
    return Buffer.concat([nonceOf(number), cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  });
}

interface Made {
  readonly name: string;
  readonly hex: string;
  readonly times?: number;
  readonly place?: Place;
  readonly change?: (pieces: Buffer[]) => readonly Buffer[];
}

function vector({ name, hex, times = 1, place = PLACE, change }: Made): SealedVector {
  const document = Buffer.from(hex.repeat(times), 'hex');
  const pieces = sealedPieces(document, place);
  const sealed = Buffer.concat(change === undefined ? pieces : change(pieces));
  return {
    name,
    ...PLACE,
    key: KEY.toString('hex'),
    salt: SALT.toString('hex'),
    document: { hex, times },
    nonces: pieces.map((_, number) => nonceOf(number).toString('hex')),
    digest: sha256(Buffer.concat([SALT, document])).toString('base64url'),
    ...(sealed.length > 1_000 ? {} : { sealed: sealed.toString('hex') }),
    sealedSha256: sha256(sealed).toString('hex'),
    opens: change === undefined && place === PLACE,
  };
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = changed[at]! ^ 1;
  return changed;
}

const HELLO = Buffer.from('Birth notice, page 1').toString('hex');

export const sealedDocument: VectorFile<SealedVector> = {
  description: 'Sealed documents: what seals them, and whether they open. A nonce is random in use; here each is given.',
  spec: 'docs/spec/sealed-document.md',
  vectors: [
    vector({ name: 'one byte', hex: '41' }),
    vector({ name: 'one short piece', hex: HELLO }),
    vector({ name: 'one whole piece', hex: 'c3', times: PIECE }),
    vector({ name: 'a whole piece and a byte', hex: '5a', times: PIECE + 1 }),
    vector({ name: 'three pieces', hex: '000102030405060708090a0b0c0d0e0f', times: 8_200 }),
    vector({ name: 'a changed byte', hex: HELLO, change: ([head, piece]) => [head!, flipped(piece!, 15)] }),
    vector({ name: 'a changed nonce', hex: HELLO, change: ([head, piece]) => [head!, flipped(piece!, 0)] }),
    vector({ name: 'a changed tag', hex: HELLO, change: ([head, piece]) => [head!, flipped(piece!, piece!.length - 1)] }),
    vector({ name: 'a changed salt', hex: HELLO, change: ([head, piece]) => [flipped(head!, 20), piece!] }),
    vector({ name: 'the salt alone', hex: HELLO, change: ([head]) => [head!] }),
    vector({ name: 'a byte missing', hex: HELLO, change: ([head, piece]) => [head!, piece!.subarray(0, -1)] }),
    vector({ name: 'a byte added', hex: HELLO, change: (pieces) => [...pieces, Buffer.of(0)] }),
    vector({ name: 'of another case', hex: HELLO, place: { ...PLACE, case: 'f'.repeat(32) } }),
    vector({ name: 'another document of the case', hex: HELLO, place: { ...PLACE, id: 'f'.repeat(32) } }),
    vector({ name: 'of another ledger', hex: HELLO, place: { ...PLACE, origin: 'other.example/0123456789abcdef' } }),
  ],
};
