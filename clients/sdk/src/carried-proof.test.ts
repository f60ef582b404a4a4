/** Receipts out of codes and PDFs: by their vectors, and out of files that were written by other hands, or to deceive. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { isPdf, presentationInPdf, receiptInCode, receiptInPdf } from './carried-proof.ts';

interface Vector {
  readonly name: string;
  readonly text: string;
  readonly expected: string | null;
}
const file = new URL('../../../testing/vectors/data/certificate-code.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] };
const RECEIPT = vectors[0]?.expected as string;

describe('a code', () => {
  for (const { name, text, expected } of vectors) {
    test(name, async () => assert.equal((await receiptInCode(text)) ?? null, expected));
  }

  test('that would inflate to more than any receipt is none', async () => {
    const bits = [...deflateRawSync(Buffer.alloc(2_000_000, 'a'))].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const packed = bits.match(/.{1,5}/g)?.map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)]);
    assert.equal(await receiptInCode(`https://town.example/verify#r=${packed?.join('')}`), undefined);
  });
});

/** As little of a PDF as carries attachments. */
function pdfOf(...attachments: readonly (readonly [dictionary: string, data: Uint8Array])[]): Buffer {
  const objects = attachments.map(([dictionary, data], n) =>
    Buffer.concat([Buffer.from(`${n + 1} 0 obj\n<< ${dictionary} >>\nstream\n`), data, Buffer.from('\nendstream\nendobj\n')]),
  );
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), ...objects, Buffer.from('%%EOF\n')]);
}
const plain = Buffer.from(RECEIPT);
const packed = deflateSync(plain);
const EMBEDDED = '/Type /EmbeddedFile';

describe('a PDF', () => {
  test('with a receipt, deflated or plain, with its length told or not', async () => {
    const ways: readonly (readonly [string, Uint8Array])[] = [
      [`${EMBEDDED} /Filter /FlateDecode /Length ${packed.length}`, packed],
      [`${EMBEDDED} /Filter /FlateDecode /Length 12 0 R`, packed],
      [`${EMBEDDED} /Length ${plain.length}`, plain],
      [`${EMBEDDED} /Length 12 0 R`, plain],
    ];
    for (const [dictionary, data] of ways) {
      const other = [`${EMBEDDED} /Length 4`, Buffer.from('text')] as const;
      assert.equal(await receiptInPdf(pdfOf(other, [dictionary, data], [dictionary, data])), RECEIPT, dictionary);
    }
  });

  test('with a presentation beside its receipt carries both, each once', async () => {
    const presentation = `tabularium/presentation@v1\n\n${RECEIPT}`;
    const shown = [EMBEDDED, Buffer.from(presentation)] as const;
    const both = pdfOf(shown, [EMBEDDED, plain]);
    assert.deepEqual([await presentationInPdf(both), await receiptInPdf(both)], [presentation, RECEIPT]);
    assert.equal(await presentationInPdf(pdfOf(shown, [EMBEDDED, Buffer.from(`${presentation}x`)])), undefined);
    assert.equal(await presentationInPdf(pdfOf([EMBEDDED, plain])), undefined);
  });

  test('with two receipts that differ, none, or one that is no attachment, carries none', async () => {
    const another = Buffer.from(RECEIPT.replace('index 5', 'index 6'));
    assert.equal(await receiptInPdf(pdfOf([EMBEDDED, plain], [EMBEDDED, Buffer.concat([another, Buffer.from('\n')])])), undefined);
    assert.equal(await receiptInPdf(pdfOf()), undefined);
    assert.equal(await receiptInPdf(pdfOf(['/Type /XObject', plain])), undefined);
    assert.equal(await receiptInPdf(plain), undefined);
    assert.equal(isPdf(plain), false);
  });

  test('that is broken, cut off or swollen is read to its end without a fault', async () => {
    const whole = pdfOf([`${EMBEDDED} /Filter /FlateDecode /Length ${packed.length}`, packed]);
    for (let length = 0; length < whole.length; length += 97) {
      const read = await receiptInPdf(whole.subarray(0, length));
      assert.ok(read === undefined || read === RECEIPT);
    }
    const swollen = deflateSync(Buffer.concat([plain, Buffer.alloc(2_000_000)]));
    assert.equal(await receiptInPdf(pdfOf([`${EMBEDDED} /Filter /FlateDecode /Length ${swollen.length}`, swollen])), undefined);
    assert.equal(await receiptInPdf(Buffer.concat([whole, Buffer.alloc(17 * 1024 * 1024)])), undefined);
    const broken = Buffer.from(packed);
    broken[20] = (broken[20] as number) ^ 0xff;
    assert.equal(await receiptInPdf(pdfOf([`${EMBEDDED} /Filter /FlateDecode /Length ${broken.length}`, broken])), undefined);
    assert.equal(await receiptInPdf(pdfOf([`${EMBEDDED} /Length 99999999`, Buffer.from('x')])), undefined);
  });
});
