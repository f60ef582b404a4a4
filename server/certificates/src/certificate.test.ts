/** The paper: the same every time, one page whatever it tells, its code and its attachments the receipt itself; and no paper for a forged one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { inflateRawSync, inflateSync } from 'node:zlib';
import { nodeCrypto } from '@tabularium/crypto';
import type { Story } from '@tabularium/pages';
import { parsePresentation } from '@tabularium/protocol';
import decodeQR from 'qr/decode.js';
import { certificateOf } from './certificate.ts';
import { CertificateMaker, type CertificateParts } from './certificate-maker.ts';
import { Wording } from './certificate-words.ts';
import { codeOf, fieldWords, proofOf } from './certified-proof.ts';
import { type ScanCode, scanCodeOf } from './scan-code.ts';

interface Vector {
  readonly name: string;
  readonly receipt: string;
  readonly policy: string;
}
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../testing/vectors/data/${name}.json`, import.meta.url), 'utf8')).vectors;
const [usual] = read('receipt-valid') as readonly [Vector];

const STORY: Story = {
  index: 5,
  name: 'm4V801thzhg2--iY3wFGOVKhIc3oR4-3RbCQkj2IjW4',
  height: 2,
  time: Date.UTC(2026, 2, 14, 9, 32),
  kind: 'act',
  action: 'treasury.payment.order',
  title: 'Order payments',
  headline: 'A payment was ordered.',
  right: 'Order payments',
  signers: [{ role: 'accountant', office: 'accounts', agency: 'vellmere' }],
  events: [
    {
      type: 'treasury.payment.ordered',
      title: 'A payment was ordered.',
      told: [
        { label: 'Purpose', as: 'text', value: 'School roof & gutters <north>' },
        { label: 'Amount', as: 'money', value: '123456789', currency: 'EUR' },
        { label: 'Due', as: 'day', value: '2026-03-31' },
        { label: 'Withdrawn', as: 'withdrawn', value: 'Error, case 7', time: Date.UTC(2026, 3, 1) },
        { label: 'Final', as: 'flag', value: true },
      ],
    },
  ],
  more: 0,
  keys: [],
  transfers: [],
  officers: ['accounts-1'],
  kid: '7F_a-eTWWHkB8vHSEIu1rawfKD6UYnaRRJlGDBvLpUg',
  signed: {},
};
const PARTS: CertificateParts = {
  ...{ story: STORY, codes: {}, receipt: usual.receipt, policy: usual.policy, office: 'Vellmere', zone: 'Europe/Brussels' },
  ...{ base: 'https://vellmere.example', language: 'en' },
};

async function drawn(
  parts: Partial<CertificateParts> = {},
): Promise<{ readonly pdf: Buffer; readonly text: string; readonly code: ScanCode }> {
  const made = await certificateOf({ ...PARTS, ...parts }, nodeCrypto);
  assert.ok(made.ok, JSON.stringify(made));
  const pdf = Buffer.from(made.pdf);
  return { pdf, text: pdf.toString('latin1'), code: made.code };
}

/** Everything attached to a PDF of ours. */
function attached({ pdf, text }: { readonly pdf: Buffer; readonly text: string }): readonly string[] {
  return [...text.matchAll(/\/Type \/EmbeddedFile[\s\S]*?\/Length (\d+)[\s\S]*?stream\n/g)].map(({ index, 0: head, 1: length }) =>
    inflateSync(pdf.subarray(index + head.length, index + head.length + Number(length))).toString('utf8'),
  );
}

const pagesOf = (text: string): number => [...text.matchAll(/\/Type \/Page\b/g)].length;

/** What a camera sees of a code, four dots to a module. */
function seen({ rows }: ScanCode): string {
  const width = (rows.length + 8) * 4;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (let at = 0; at < width * width; at++) {
    const dark = rows[Math.floor(at / width / 4) - 4]?.[Math.floor((at % width) / 4) - 4] === true;
    if (dark) data.fill(0, at * 4, at * 4 + 3);
  }
  return decodeQR({ width, height: width, data });
}

describe('a certificate', () => {
  test('is the same each time, in each language, and says of itself what it is', async () => {
    for (const language of ['en', 'es'] as const) {
      const one = await drawn({ language });
      assert.deepEqual((await drawn({ language })).pdf, one.pdf);
      assert.equal(pagesOf(one.text), 1);
      for (const mark of [
        `/Lang (${language})`,
        '/MarkInfo',
        '/StructTreeRoot',
        '/DisplayDocTitle true',
        '<pdfuaid:part>1',
        '<pdfaid:part>3',
      ])
        assert.ok(one.text.includes(mark), mark);
      assert.doesNotMatch(one.text, /\/BaseFont \/Helvetica/);
    }
    assert.notDeepEqual((await drawn()).pdf, (await drawn({ language: 'es' })).pdf);
  });

  test('carries the receipt and the policy to the byte, and its code the receipt', async () => {
    const one = await drawn();
    assert.deepEqual(attached(one), [usual.receipt, usual.policy]);
    assert.ok(one.code.whole);
    assert.equal(seen(one.code), one.code.text);
    assert.equal(unpacked(one.code.text), usual.receipt);
  });

  test('of a receipt too long for a code has one that leads to the entry', async () => {
    const long = usual.receipt.replace(
      '\n\n',
      `\n${Array.from({ length: 200 }, (_, n) => nodeCrypto.sha256(Buffer.from([n])))
        .map((hash) => Buffer.from(hash).toString('base64'))
        .join('\n')}\n\n`,
    );
    const code = scanCodeOf(long, PARTS.base, STORY.name);
    assert.equal(code.whole, false);
    assert.equal(seen(code), `https://vellmere.example/entries/${STORY.name}`);
  });

  test('stays on one page however much there is to tell, in letters that no face has', async () => {
    const long = 'Πολύ μακρύ 長い text, told at length, again and again; '.repeat(40);
    const signer = { role: long, office: long, agency: long };
    const told = Array.from({ length: 30 }, (_, n) => ({ label: `${long}${n}`, as: 'text' as const, value: long }));
    const event = { type: 'treasury.payment.ordered', title: long, told };
    const story = {
      ...STORY,
      title: long,
      headline: long,
      right: long,
      signers: [signer, signer, signer, signer],
      events: [event, event],
      more: 70,
    };
    for (const language of ['en', 'es'] as const) assert.equal(pagesOf((await drawn({ story, language })).text), 1);
  });

  test('is not made of a receipt that does not hold, and the reason is said', async () => {
    for (const [receipt, policy] of (read('receipt-invalid') as readonly Vector[])
      .slice(0, 5)
      .map((one) => [one.receipt, one.policy] as const)) {
      const refused = await certificateOf({ ...PARTS, receipt, policy }, nodeCrypto);
      assert.ok(!refused.ok && refused.detail.length > 0);
    }
  });
});

describe('a certificate of a record', () => {
  const [, , , birth] = read('presentation-valid') as readonly (Vector & { readonly presentation: string })[];
  const { presentation } = birth as { readonly presentation: string };
  const { receipt, disclosures } = parsePresentation(presentation)!;
  const labels = ['Name', 'Year of birth', 'Day of birth', 'Place of birth', 'Key', 'Mother', 'Father'];
  const record = { title: 'Birth', fields: disclosures.map((disclosure, at) => ({ label: labels[at] as string, disclosure })) };
  const parts = { receipt, policy: birth!.policy, record };

  test('is its holder’s file: every field within, and in the code', async () => {
    for (const language of ['en', 'es'] as const) {
      const one = await drawn({ ...parts, language });
      assert.deepEqual(attached(one), [presentation, receipt, birth!.policy]);
      assert.equal(pagesOf(one.text), 1);
      assert.ok(one.code.whole);
      assert.equal(seen(one.code), one.code.text);
      assert.equal(unpacked(one.code.text), presentation);
      assert.deepEqual((await drawn({ ...parts, language })).pdf, one.pdf);
      assert.doesNotMatch(one.text, /Linden/, 'no field in the metadata');
    }
  });

  test('prints what is proven and nothing else: days as days, and not the holder’s key', async () => {
    const proven = proofOf({ ...PARTS, ...parts }, nodeCrypto);
    assert.ok(proven.ok && proven.fields !== undefined);
    const wording = new Wording('en', PARTS.zone);
    assert.deepEqual(
      proven.fields.map(({ label, value }) => `${label}: ${fieldWords(value, wording)}`),
      [
        'Name: Ada Linden',
        'Year of birth: 2019',
        'Day of birth: 4 May 2019',
        'Place of birth: Vellmere',
        'Mother: Berta Linden',
        'Father: Carl Linden',
      ],
    );
    assert.deepEqual([fieldWords(true, wording), fieldWords({ a: 1 }, wording)], ['Yes', '{"a":1}']);
  });

  test('is not made where a field is not the entry’s, and no field stands in the reason', async () => {
    const forged = Buffer.from(JSON.stringify(['AAAAAAAAAAAAAAAAAAAAAA', 'name', 'Somebody Else'])).toString('base64url');
    const refused = await certificateOf(
      { ...PARTS, ...parts, record: { ...record, fields: [{ label: 'Name', disclosure: forged }] } },
      nodeCrypto,
    );
    assert.ok(!refused.ok);
    assert.equal(refused.code, 'disclosure-unreferenced');
    assert.doesNotMatch(refused.detail, /Somebody/);
  });

  test('with more fields than a code holds, the code holds the receipt; with more than the page, the file holds them', async () => {
    const proven = proofOf({ ...PARTS, ...parts }, nodeCrypto);
    assert.ok(proven.ok);
    const many = Array.from({ length: 60 }, (_, n) => `disclosure ${nodeCrypto.sha256(Buffer.from([n])).toString()}`).join('\n');
    const long = { ...proven, presentation: presentation.replace('\n', `\n${many}\n`) };
    const { code, codeSays } = codeOf(long, { ...PARTS, ...parts }, new Wording('en', PARTS.zone));
    assert.equal(unpacked(code.text), receipt);
    assert.match(codeSays, /without the fields/);
    const title = 'Πολύ μακρύ 長い text, told at length; '.repeat(20);
    const wordy = record.fields.map(({ disclosure }) => ({ label: title, disclosure }));
    const signer = { role: title, office: title, agency: title };
    const story = { ...STORY, right: title, signers: [signer, signer, signer, signer] };
    for (const language of ['en', 'es'] as const) {
      assert.equal(pagesOf((await drawn({ ...parts, story, record: { title, fields: wordy }, language })).text), 1);
    }
  });
});

describe('the thread that draws them', () => {
  test('draws what is asked for, in turn, and the same', async () => {
    const maker = new CertificateMaker();
    try {
      const [en, es] = await Promise.all([maker.make(PARTS), maker.make({ ...PARTS, language: 'es' })]);
      assert.ok(en?.ok && es?.ok);
      assert.deepEqual(Buffer.from(en.pdf), (await drawn()).pdf);
      assert.deepEqual(Buffer.from(es.pdf), (await drawn({ language: 'es' })).pdf);
      const strange = maker.make({ ...PARTS, zone: 'Nowhere/None' });
      await assert.rejects(strange as Promise<unknown>, /^Error: a certificate was not drawn: RangeError$/);
      assert.ok((await maker.make(PARTS))?.ok, 'the next is drawn');
    } finally {
      await maker.close();
    }
  });

  test('takes no more than can wait, and leaves nobody waiting when it ends', async () => {
    const maker = new CertificateMaker();
    const asked: (Promise<unknown> | undefined)[] = Array.from({ length: 21 }, () => maker.make(PARTS));
    assert.equal(asked.pop(), undefined);
    const outcome = Promise.allSettled(asked);
    await maker.close();
    assert.ok((await outcome).some(({ status }) => status === 'rejected'));
    const again = maker.make(PARTS);
    assert.ok((await again)?.ok);
    await maker.close();
  });
});

/** A code's proof, by another hand than the one that reads it in clients. */
function unpacked(text: string): string {
  const bits = [...(text.split(/#[rp]=/)[1] as string)]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const bytes = bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
  const undone = inflateRawSync(Buffer.from(bytes)).toString('utf8');
  return undone.replace(/^extra (.*)$/m, (_, json: string) => `extra ${Buffer.from(json).toString('base64')}`);
}
