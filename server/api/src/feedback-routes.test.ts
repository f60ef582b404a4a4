/** The form takes what a browser without scripts sends, and nothing else; no other address takes a form. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addFeedbackRoute } from './feedback-routes.ts';
import { makeHttpServer } from './http-server.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

test('a message is kept, and the way back says what became of it', async () => {
  const kept: string[][] = [];
  let isFull = false;
  const app = makeHttpServer({});
  addFeedbackRoute(app, (page, text) => !isFull && kept.push([page, text]) > 0);
  app.post('/elsewhere', async () => 'taken');
  const send = (payload: string, headers: Record<string, string> = FORM, url = '/accessibility/feedback') =>
    app.inject({ method: 'POST', url, headers, payload });
  const sent = await send(`page=%2Fmoney&text=${encodeURIComponent('the drawing’s colours\r\n<b>')}`);
  assert.deepEqual([sent.statusCode, sent.headers.location], [303, '/accessibility?sent=yes']);
  assert.deepEqual(kept, [['/money', 'the drawing’s colours\r\n<b>']]);
  assert.equal((await send('page=&text=+')).headers.location, '/accessibility?sent=empty');
  assert.equal((await send('nothing')).headers.location, '/accessibility?sent=empty');
  isFull = true;
  assert.equal((await send('text=x')).headers.location, '/accessibility?sent=later');
  assert.equal((await send(`text=${'x'.repeat(20_000)}`)).statusCode, 413);
  assert.equal((await send('{"text":"x"}', { 'content-type': 'application/json' })).statusCode, 415);
  assert.equal((await send('text=x', FORM, '/elsewhere')).statusCode, 415);
  await app.close();
});

test('where there is no box, nothing is taken', async () => {
  const app = makeHttpServer({});
  addFeedbackRoute(app, undefined);
  const { headers } = await app.inject({ method: 'POST', url: '/accessibility/feedback', headers: FORM, payload: 'text=x' });
  assert.equal(headers.location, '/accessibility?sent=later');
  await app.close();
});
