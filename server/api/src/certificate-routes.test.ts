/** Certificates over HTTP: of each act, of nothing else, in both languages, with the receipt that the API answers with. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { buildApi } from './build-api.ts';
import { openTown } from './town-rig.test.ts';

const { town, get, rawRequest, close } = await openTown();
after(close);

async function fetchPdf(path: string): Promise<{ readonly response: Response; readonly pdf: Buffer }> {
  const response = await fetch(`${town.base}${path}`);
  return { response, pdf: Buffer.from(await response.arrayBuffer()) };
}

test('an act has a certificate, by name and by number, that carries its receipt', async () => {
  const [{ name, index }] = (await get('/api/v1/transactions?limit=1')).json.rows as [{ name: string; index: number }];
  const { response, pdf } = await fetchPdf(`/api/v1/certificates/${name}.pdf?lang=es`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/pdf');
  assert.equal(response.headers.get('content-disposition'), `inline; filename="certificate-${index}.pdf"`);
  const text = pdf.toString('latin1');
  assert.ok(text.startsWith('%PDF-1.7') && text.includes('/Lang (es)'));
  const { index: at, 0: head } = /\/Type \/EmbeddedFile[\s\S]*?\/Length \d+[\s\S]*?stream\n/.exec(text) as RegExpExecArray;
  const [, length] = /\/Length (\d+)/.exec(head) as unknown as [string, string];
  const carried = inflateSync(pdf.subarray(at + head.length, at + head.length + Number(length))).toString('utf8');
  assert.equal(carried, (await get(`/api/v1/receipts/${name}`)).text);
  assert.deepEqual((await fetchPdf(`/api/v1/certificates/${index}.pdf?lang=es`)).pdf, pdf);
  assert.ok((await fetchPdf(`/api/v1/certificates/${index}.pdf`)).pdf.includes('/Lang (en)'));
});

test('the charter, stamps and what is not there have none; other questions cannot be asked', async () => {
  for (const [path, status, code] of [
    ['0.pdf', 404, 'not-found'],
    ['1.pdf', 404, 'not-found'],
    ['999999999.pdf', 404, 'not-found'],
    [`${'A'.repeat(43)}.pdf`, 404, 'not-found'],
    ['5', 400, 'query-invalid'],
    ['..%2f5.pdf', 400, 'query-invalid'],
    ['5.pdf?lang=fr', 400, 'query-invalid'],
    ['5.pdf?size=a5', 400, 'query-invalid'],
  ] as const) {
    const answer = await get(`/api/v1/certificates/${path}`);
    assert.equal(answer.status, status, path);
    assert.equal(answer.json.code, code, path);
  }
  assert.equal((await rawRequest('POST', '/api/v1/certificates/5.pdf')).status, 405);
});

test('more than can wait are turned away, and told to come again', async () => {
  const [{ index }] = (await get('/api/v1/transactions?limit=1')).json.rows as [{ index: number }];
  const answers = await Promise.all(Array.from({ length: 40 }, () => fetchPdf(`/api/v1/certificates/${index}.pdf`)));
  const busy = answers.filter(({ response }) => response.status === 503);
  assert.ok(busy.length > 0 && busy.length < 40);
  for (const { response, pdf } of busy) {
    assert.equal(response.headers.get('retry-after'), '2');
    assert.equal((JSON.parse(pdf.toString()) as { readonly code: string }).code, 'certificates-busy');
  }
});

test('a code leads to where people reach the pages; a host that is none is turned away', async () => {
  const [{ index }] = (await get('/api/v1/transactions?limit=1')).json.rows as [{ index: number }];
  const app = await buildApi({ ...town, crypto: nodeCrypto, catalogue, publicUrl: new URL('https://ledger.vellmere.example') });
  try {
    const told = await app.inject({ url: `/api/v1/certificates/${index}.pdf`, headers: { host: 'elsewhere.example' } });
    assert.equal(told.statusCode, 200);
    assert.ok(told.rawPayload.includes('(Code to scan: https://ledger.vellmere.example/verify#)'));
  } finally {
    await app.close();
  }
  const strange = await town.app.inject({ url: `/api/v1/certificates/${index}.pdf`, headers: { host: 'a b<c>' } });
  assert.equal(strange.statusCode, 400);
});
