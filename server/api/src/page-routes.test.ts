/** The pages over HTTP: whole, without scripts, and safe whatever officials typed. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { OFFICERS } from '@tabularium/scenarios';
import { openTown } from './town-rig.test.ts';

const { get, make, submit, close } = await openTown();
after(close);

describe('pages', () => {
  test('each page is whole, forbids scripts, and says that nobody outside has seen the record yet', async () => {
    const { json } = await get('/api/v1/transactions?limit=1');
    const [entry] = json.rows as { index: number; name: string }[];
    const line = ((await get('/api/v1/treasury/lines?limit=1')).json.rows as { id: string }[])[0]!.id;
    for (const path of [
      '/',
      '/accounts',
      '/accounts?year=2025',
      '/entries',
      `/entries/${entry!.index}`,
      `/entries/${entry!.name}`,
      `/record/treasury/line/${line}`,
      '/record/treasury/year/2025',
      '/entries/0',
      '/entries/1',
    ]) {
      const answer = await get(path);
      assert.equal(answer.status, 200, path);
      assert.match(String(answer.headers.get('content-security-policy')), /default-src 'none'/);
      assert.match(answer.text, /^<!doctype html>[\s\S]*<\/html>\s*$/);
      // One name in some thousand has these letters in its midst.
      assert.doesNotMatch(answer.text, /<script|\bundefined\b|\[object|(?<![\w+/-])NaN(?![\w+/=-])|style="/, path);
    }
    assert.match((await get('/')).text, /Not yet witnessed outside this office/);
    assert.doesNotMatch((await get('/')).text, /earlier record/, 'it succeeds no other');
    assert.match((await get('/')).text, /Where the money goes, 2025/);
    assert.match((await get(`/entries/${entry!.index}`)).text, /Download the proof/);
    const style = /href="(\/pages-[0-9a-f]+\.css)"/.exec((await get('/')).text)![1] as string;
    assert.equal((await get(style)).headers.get('content-type'), 'text/css; charset=utf-8');
  });

  test('pages speak the language that was chosen, or else the browser’s, and say so to whoever keeps them', async () => {
    const { json } = await get('/api/v1/transactions?limit=1');
    const [{ index }] = json.rows as [{ index: number }];
    const spanish = { 'accept-language': 'es-ES,es;q=0.9' };
    for (const [path, words] of [
      ['/', /<h1>El registro público de Vellmere<\/h1>/],
      ['/accounts', /<h1>Cuentas<\/h1>[\s\S]*\d,\d\d/],
      ['/entries', /<h1>Asientos<\/h1>/],
      [`/entries/${index}`, /En virtud de[\s\S]*Llévese la prueba/],
      ['/record/treasury/year/2025', /Lo que consta ahora[\s\S]* de \w+ de 2025/],
      ['/accessibility', /<h1>Accesibilidad<\/h1>/],
    ] as const) {
      const answer = await get(path, spanish);
      assert.match(answer.text, words, path);
      assert.match(answer.text, /<html lang="es"/);
      assert.deepEqual([answer.headers.get('content-language'), answer.headers.get('vary')], ['es', 'accept-language, cookie'], path);
      assert.equal(answer.headers.get('cache-control'), 'no-cache');
    }
    assert.match((await get('/entries/99999999', spanish)).text, /No está en el registro/);
    const heading = async (headers: Record<string, string>): Promise<string> =>
      /<h1>([^<]*)/.exec((await get('/entries', headers)).text)![1]!;
    assert.equal(await heading({ ...spanish, cookie: 'a=b; language=en' }), 'Records');
    assert.equal(await heading({ cookie: 'language=es' }), 'Asientos');
    assert.equal(await heading({ cookie: 'language=xx', 'accept-language': 'fr, es;q=0.5' }), 'Asientos');
    assert.equal(await heading({ 'accept-language': 'fr' }), 'Records');
  });

  test('what is not there is a page too; a search leads to the one thing it means', async () => {
    for (const path of [
      '/entries/99999999',
      `/entries/${'A'.repeat(43)}`,
      '/entries/%3Cscript%3E',
      '/predecessor',
      '/record/a/b/c',
      '/record/%3Cscript%3Ealert(1)',
    ]) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path);
      assert.doesNotMatch(answer.text, /<script/);
    }
    assert.equal((await get('/entries?q=3')).headers.get('location'), '/entries/3');
    assert.equal((await get('/entries?q=treasury/year/2025')).headers.get('location'), '/record/treasury/year/2025');
    const missed = await get(`/entries?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    assert.equal(missed.status, 200);
    assert.doesNotMatch(missed.text, /<script/);
  });

  test('what officials typed is shown as text, whatever it holds', async () => {
    const hostile = '<img src=x onerror=alert(1)> & "quotes"';
    const line = ((await get('/api/v1/treasury/lines?limit=200')).json.rows as Record<string, string>[]).find(
      ({ side, allotted }) => side === 'expense' && allotted !== '0',
    );
    assert.ok(line !== undefined, 'a line with an allotment');
    const unit = OFFICERS.find(({ roles }) => roles.some((role) => role.startsWith('spending-unit@')))!;
    const made = make(unit.code, unit.roles.find((role) => role.startsWith('spending-unit@'))!, 'treasury.commit', {
      items: [
        {
          year: line.year!,
          fund: line.fund!,
          line: line.code!,
          money: { amount: '1', currency: line.currency! },
          reference: 'C-77',
          purpose: hostile,
        },
      ],
    });
    const answer = await submit(made);
    assert.equal(answer.status, 201, answer.text);
    const page = await get(`/entries/${made.name}`);
    assert.ok(page.text.includes('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot;'));
    assert.doesNotMatch(page.text, /<img/);
  });
});
