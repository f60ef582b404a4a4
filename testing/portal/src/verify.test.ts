/**
 * Checking proofs as people do it: a certificate dropped, its code photographed or held before the camera, a byte changed, the net cut off. The
 * page is met over plain HTTP at a name of its own, where browsers have no crypto of theirs to lend; only the camera asks for more.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe } from 'node:test';
import { scanCodeOf } from '@tabularium/certificates/scan-code';
import { signAs } from '@tabularium/demo';
import type { Page } from 'playwright-core';
import QRCode from 'qrcode';
import { axe, DESK, PHONE, settled } from './browser.ts';
import { contractPdf } from './contract-pdf.ts';
import { places } from './places.ts';
import { type SeenOptions, townRig, type Window } from './rig.ts';
import { signedPdf } from './signed-pdf.ts';

const PATIENCE_MS = 180_000;
const HOST = 'vellmere.example';
const HOLDS = 'Checked in your browser: the proof holds';
const CAMERA_PIXELS = 4;

/** What the camera sees, in the rig's folder. */
const FILM = 'camera.y4m';

describe('checking a proof in Chromium', { timeout: PATIENCE_MS }, () => {
  const switches = [`--host-resolver-rules=MAP ${HOST} 127.0.0.1`, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
  const rig = townRig({
    // The node over plain HTTP, at a name.
    host: HOST,
    args: (work) => [...switches, `--use-file-for-fake-video-capture=${join(work, FILM)}`],
    // The net that was cut off, and a header that browsers heed over TLS only.
    expected: /net::ERR_FAILED|Cross-Origin-Opener-Policy header has been ignored/,
  });
  let entry: string;
  let receipt: string;
  let policy: string;
  let certificate: Buffer;
  let code: string;

  before(async () => {
    if (!rig.isUp) return;
    entry =
      (await places(rig.town.node.url))
        .find(({ name }) => name === 'entry')
        ?.path.split('/')
        .at(-1) ?? '';
    const ask = async (path: string): Promise<Response> => {
      const response = await fetch(rig.town.node.url + path);
      assert.equal(response.status, 200, path);
      return response;
    };
    receipt = await (await ask(`/api/v1/receipts/${entry}`)).text();
    policy = await (await ask('/log/policy')).text();
    certificate = Buffer.from(await (await ask(`/api/v1/certificates/${entry}.pdf`)).arrayBuffer());
    code = await codeOf(rig.town.node.url, entry);
    writeFileSync(join(rig.work, FILM), filmOf(code));
  });

  function seen(name: string, look: (page: Page) => Promise<void>, options: SeenOptions = {}): void {
    const settledFirst = async ({ page }: Window): Promise<void> => {
      await settled(page);
      await look(page);
    };
    rig.seen(name, settledFirst, { path: '/verify', ...options });
  }

  const give = (page: Page, name: string, buffer: Buffer | string, mimeType = 'text/plain'): Promise<void> =>
    page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name, mimeType, buffer: Buffer.from(buffer) });

  seen('a certificate that is dropped is read and checked where a page has no crypto of the browser’s', async (page) => {
    assert.deepEqual(await page.evaluate('[isSecureContext, globalThis.crypto.subtle === undefined]'), [false, true]);
    await dropped(page, 'certificate.pdf', certificate);
    await page.getByText(HOLDS).waitFor();
    await page.getByText('Seen by Court of audit (a witness outside this office)').waitFor();
    await page.getByText('Compare this with what stands on the paper').waitFor();
    await page.getByText('Order payments').waitFor();
    assert.equal(await page.locator('.steps .holds').count(), 7);
    await page.getByRole('link', { name: 'See it in the record' }).click();
    await page.waitForURL(`**/entries/${entry}`);
  });

  seen('with a policy by file and the net cut off, nobody is asked for anything', async (page) => {
    const asked: string[] = [];
    await page.waitForLoadState('networkidle');
    await page.context().route('**', (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    await give(page, 'town.policy', policy);
    await give(page, 'certificate.pdf', certificate, 'application/pdf');
    await page.getByText(HOLDS).waitFor();
    await page.getByText('nobody was asked for anything').waitFor();
    await give(page, 'code.png', await pictureOf(code), 'image/png');
    await page.getByText(HOLDS).waitFor();
    const newest = await (await fetch(`${rig.town.node.url}/log/checkpoint`)).text();
    await give(page, 'checkpoint', newest);
    await page.getByText('Checked in your browser: the stamp is good').waitFor();
    await give(page, 'checkpoint', newest.replace(/\n\d+\n/, '\n12\n'));
    await page.getByText(/^The signature of .* does not fit the stamp/).waitFor();
    assert.deepEqual(asked, []);
  });

  seen('a proof, its policy and a document are given at once, in any order', async (page) => {
    const files = [
      { name: 'one.tlog-proof', mimeType: 'text/plain', buffer: Buffer.from(receipt) },
      { name: 'town.policy', mimeType: 'text/plain', buffer: Buffer.from(policy) },
      { name: 'other.pdf', mimeType: 'application/pdf', buffer: await contractPdf() },
    ];
    await page.locator('input[type=file]').first().setInputFiles(files);
    await page.getByText(HOLDS).waitFor();
    await page.getByText('nobody was asked for anything').waitFor();
    await page.getByText('This proof does not name “other.pdf”').waitFor();
  });

  seen('a changed byte is told by the part that it spoils', async (page) => {
    await give(page, 'town.policy', policy);
    for (const [what, changed, fails, why] of changes(receipt)) {
      await give(page, `${what}.tlog-proof`, changed);
      const line = page.locator('.steps .fails');
      await line.getByText(why).waitFor();
      assert.ok((await line.innerText()).includes(`${fails}: fails`), `${what}: ${await line.innerText()}`);
      assert.equal(await page.getByText(HOLDS).count(), 0, what);
    }
    await give(page, 'whole.tlog-proof', receipt);
    await page.getByText(HOLDS).waitFor();
    await give(page, 'other.policy', strangersPolicy());
    await page.getByText('The policy does not name the record').waitFor();
    await give(page, 'broken.policy', 'log nobody\nquorum none\n');
    await page.getByText('The policy cannot be read').waitFor();
  });

  seen('a code in a picture is read; a picture without one is told from it', async (page) => {
    await give(page, 'code.png', await pictureOf(code), 'image/png');
    await page.getByText(HOLDS).waitFor();
    await give(page, 'other.png', await pictureOf('https://elsewhere.example/'), 'image/png');
    await page.getByRole('alert').getByText('No proof was found in this picture').waitFor();
    await give(page, 'broken.png', 'no picture', 'image/png');
    await page.getByRole('alert').getByText('This file cannot be read').waitFor();
  });

  seen('the address that a code holds opens the page and checks the proof, which is sent nowhere', async (page) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(code.replace('127.0.0.1', HOST));
    await page.getByText(HOLDS).waitFor();
    assert.ok(asked.length > 0 && asked.every((one) => !one.includes('r=')));
  });

  // A camera is lent over TLS or at this machine's own address only.
  seen(
    'the camera reads the code that is held before it',
    async (page) => {
      await page.getByRole('button', { name: 'Scan the code with the camera' }).click();
      await page.getByText(HOLDS).waitFor();
      assert.equal(await page.locator('video').count(), 0, 'the camera is let go');
    },
    { at: () => rig.town.node.url },
  );

  seen('a fact is told with its day, and a changed one with what does not fit', async (page) => {
    const payment = (await places(rig.town.node.url)).find(({ name }) => name === 'record')?.path.replace('/record/', '');
    const fact = await (await fetch(`${rig.town.node.url}/api/v1/facts/${payment}`)).text();
    await give(page, 'fact.json', fact);
    await page.getByText(/held this as “Payment/).waitFor();
    await give(page, 'fact.json', fact.replace('\\"paid\\"', '\\"open\\"'));
    await page.locator('.steps .fails').getByText('does not fit the stamp').waitFor();
  });

  seen('a certificate that was sealed still carries its proof, and a signed document is known by a proof that names it', async (page) => {
    await give(page, 'sealed.pdf', signedPdf(certificate), 'application/pdf');
    await page.getByText(HOLDS).waitFor();
    const contract = signedPdf(await contractPdf());
    await give(page, 'contract.pdf', contract, 'application/pdf');
    await page.getByText('This proof does not name “contract.pdf”').waitFor();
    await give(page, 'order.tlog-proof', await receiptNaming(contract));
    await page.getByText('“contract.pdf” is the document that this proof names').waitFor();
    await page.getByText('Whether it is validly signed itself is not checked here').waitFor();
    contract[100] = (contract[100] ?? 0) ^ 1;
    await give(page, 'contract.pdf', contract, 'application/pdf');
    await page.getByText('This proof does not name “contract.pdf”').waitFor();
  });

  /** Of a judge's proposal, which names the decision by its SHA-256. */
  async function receiptNaming(document: Buffer): Promise<string> {
    const asked = await fetch(`${rig.town.node.url}/api/v1/treasury/payments?limit=1`);
    const [{ id }] = ((await asked.json()) as { readonly rows: readonly [{ readonly id: string }] }).rows;
    const digest = createHash('sha256').update(document).digest('hex');
    const order = { key: `treasury/payment/${id}`, verb: 'suspend', case: '7C-9/2025', document: digest };
    const body = { action: 'kernel.order.execute', body: order };
    const act = { ledger: rig.town.node.origin, action: 'kernel.propose', as: 'judge@registry', body };
    const headers = { 'content-type': 'text/plain' };
    const answer = await fetch(`${rig.town.node.url}/api/v1/transactions`, {
      method: 'POST',
      headers,
      body: signAs(rig.town.place, 'court-1', act),
    });
    assert.equal(answer.status, 201, await answer.clone().text());
    const { name } = (await answer.json()) as { readonly name: string };
    return await (await fetch(`${rig.town.node.url}/api/v1/receipts/${name}`)).text();
  }

  for (const viewport of [DESK, PHONE]) {
    seen(
      `in Spanish at ${viewport.width} px, light and dark: nothing is wider than the screen, and axe finds nothing`,
      async (page) => {
        await page.getByRole('button', { name: 'Español' }).click();
        await page.getByRole('heading', { name: 'Comprobar una prueba' }).waitFor();
        for (const [file, text] of [
          [receipt, 'Comprobado en su navegador: la prueba se sostiene'],
          [changes(receipt)[0]?.[1] ?? '', 'La firma de quien lo presentó'],
        ] as const) {
          await give(page, 'one.tlog-proof', file);
          await page.getByText(text).first().waitFor();
          assert.equal(await page.evaluate('document.documentElement.scrollWidth'), viewport.width);
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            await axe(page);
          }
        }
        await page.locator('.steps .fails').getByText('La firma no encaja con lo presentado').waitFor();
      },
      { viewport },
    );
  }
});

/** A receipt with one byte changed: where, the receipt, the step that fails and a part of the reason. */
function changes(receipt: string): readonly (readonly [what: string, changed: string, fails: string, why: string])[] {
  const [head = '', extra = '', index = '', ...rest] = receipt.split('\n');
  const { entry, jwk } = JSON.parse(Buffer.from(extra.slice('extra '.length), 'base64').toString()) as { entry: string; jwk: object };
  const [header, payload = '', signature = ''] = entry.split('.');
  const withEntry = (changed: string): string =>
    [head, `extra ${Buffer.from(JSON.stringify({ entry: changed, jwk })).toString('base64')}`, index, ...rest].join('\n');
  const body = Buffer.from(payload, 'base64url').toString();
  const another = Buffer.from(body.replace(/[0-9a-f]{32}/, (id) => (id.startsWith('0') ? '1' : '0') + id.slice(1))).toString('base64url');
  const lines = (from: RegExp, to: (line: string) => string): string => receipt.replace(from, to);
  const flip = (text: string, at: number): string => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  return [
    ['text', withEntry([header, another, signature].join('.')), 'The signature of whoever submitted it', 'does not fit what was submitted'],
    ['signature', withEntry([header, payload, flip(signature, 5)].join('.')), 'The signature of whoever submitted it', 'does not fit'],
    ['header', withEntry(flip(entry, 3)), 'What was submitted', 'makes no sense any more'],
    [
      'place',
      lines(/^index \d+$/m, (line) => `index ${Number(line.slice(6)) ^ 1}`),
      'Its place in the record',
      'does not stand in the record',
    ],
    ['path', lines(/^[A-Za-z0-9+/]{43}=$/m, (line) => flip(line, 9)), 'Its place in the record', 'does not stand in the record'],
    [
      'stamp',
      lines(/\n\n(.*)\n(\d+)\n/, (all) => all.replace(/\d+\n$/, (size) => `${Number(size) + 1}\n`)),
      'The office’s signature on the stamp',
      'The signature of Vellmere does',
    ],
    [
      'office',
      lines(/^— vellmere\/[0-9a-f]{16} .*$/m, (line) => flip(line, line.length - 9)),
      'The office’s signature on the stamp',
      'The signature of Vellmere does',
    ],
    [
      'witness',
      lines(/^— court-of-audit.*$/m, (line) => flip(line, line.length - 9)),
      'Those who must have seen the stamp',
      'The signature of Court of audit',
    ],
    ['form', lines(/^extra /m, () => 'ektra '), 'The form of a proof', 'not written as a receipt'],
  ];
}

/** What stands in the code on the entry's certificate: as the specification says, from the receipt. */
async function codeOf(node: string, ref: string): Promise<string> {
  const receipt = await (await fetch(`${node}/api/v1/receipts/${ref}`)).text();
  return scanCodeOf(receipt, node, ref).text;
}

const pictureOf = (text: string): Promise<Buffer> => QRCode.toBuffer(text, { errorCorrectionLevel: 'L', scale: 5 });

/** One frame that a camera sees over and over (YUV4MPEG2): the code, four dots to a module. */
function filmOf(text: string): Buffer {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'L' });
  const width = (modules.size + 11) * CAMERA_PIXELS - (((modules.size + 11) * CAMERA_PIXELS) % 16);
  const light = Buffer.alloc(width * width, 235);
  for (let at = 0; at < width * width; at++) {
    const x = Math.floor((at % width) / CAMERA_PIXELS) - 4;
    const y = Math.floor(at / width / CAMERA_PIXELS) - 4;
    if (x >= 0 && y >= 0 && x < modules.size && y < modules.size && modules.get(y, x)) light[at] = 16;
  }
  return Buffer.concat([
    Buffer.from(`YUV4MPEG2 W${width} H${width} F5:1 Ip C420jpeg\nFRAME\n`),
    light,
    Buffer.alloc((width * width) / 2, 128),
  ]);
}

/** The policy of a ledger that this town's is not. */
function strangersPolicy(): string {
  const file = new URL('../../vectors/data/receipt-valid.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly [{ readonly policy: string }] }).vectors[0].policy;
}

async function dropped(page: Page, name: string, file: Buffer): Promise<void> {
  const data = await page.evaluateHandle(`(() => {
    const bytes = Uint8Array.from(atob('${file.toString('base64')}'), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], '${name}', { type: 'application/pdf' }));
    return transfer;
  })()`);
  await page.dispatchEvent('.drop', 'drop', { dataTransfer: data });
}
