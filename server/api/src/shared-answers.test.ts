/** What everybody reads is put together once, and never older than a block or a second. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Fastify from 'fastify';
import { SharedAnswers } from './shared-answers.ts';

const lists = { height: 1 };

async function app() {
  const server = Fastify();
  const made = { count: 0, status: 200, during: async (): Promise<void> => {} };
  const shared = new SharedAnswers(lists);
  const check = async (request: { readonly query: unknown }): Promise<void> => {
    if ((request.query as { readonly bad?: string }).bad !== undefined) throw Object.assign(new Error('no'), { statusCode: 400 });
  };
  server.get('/list', { ...shared.route(check) }, async (_, reply) => {
    const n = ++made.count;
    const { height } = lists;
    await made.during();
    return reply.code(made.status).header('tabularium-height', height).send({ n });
  });
  const get = async (url: string, language = 'en') => {
    const { body, headers, statusCode } = await server.inject({ url, headers: { 'accept-language': language } });
    return {
      n: (JSON.parse(body) as { readonly n?: number }).n,
      height: headers['tabularium-height'],
      type: headers['content-type'],
      statusCode,
    };
  };
  return { get, made };
}

test('the same question has the same answer, with its headers, until a block comes', async () => {
  const { get } = await app();
  const first = await get('/list?limit=6');
  assert.deepEqual(await get('/list?limit=6'), first);
  assert.equal(first.n, 1);
  lists.height++;
  const next = await get('/list?limit=6');
  assert.deepEqual([next.n, next.height], [2, String(lists.height)]);
});

test('another question, another language, and one that is refused have their own', async () => {
  const { get } = await app();
  assert.deepEqual(
    [(await get('/list')).n, (await get('/list?limit=1')).n, (await get('/list', 'es')).n, (await get('/list')).n],
    [1, 2, 3, 1],
  );
  assert.equal((await get('/list?bad')).statusCode, 400);
});

test('what was read before a block is not kept for after it, and no failure is kept', async () => {
  const { get, made } = await app();
  made.during = async () => void lists.height++;
  await get('/list');
  made.during = async () => {};
  assert.equal((await get('/list')).n, 2);
  lists.height++;
  made.status = 503;
  await get('/list');
  assert.equal((await get('/list')).n, 4);
});

test('texts may come without a block: after a second it is put together anew', async () => {
  const { get } = await app();
  await get('/list');
  await delay(1_100);
  assert.equal((await get('/list')).n, 2);
});
