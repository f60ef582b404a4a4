/** The reader's language: what modules declare is told in it, what people typed stays as they typed it, and nobody is left without an answer. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { Tongue } from '@tabularium/pages';
import { DOCUMENT_CODES } from '@tabularium/vault';
import { API_CODES } from './problem.ts';
import { openTown } from './town-rig.test.ts';

const { town, close } = await openTown();
after(close);

async function ask(
  path: string,
  language?: string,
  body?: object,
): Promise<{ readonly headers: Headers; readonly json: unknown; readonly text: string }> {
  const response = await fetch(`${town.base}${path}`, {
    headers: {
      ...(language === undefined ? {} : { 'accept-language': language }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { headers: response.headers, json: JSON.parse(text) as unknown, text };
}

test('views, stories, lives and titles are told in Spanish to whoever asks for it, and in English to others', async () => {
  const spanish = await ask('/api/v1/views', 'es-ES,es;q=0.9,en;q=0.5');
  assert.deepEqual([spanish.headers.get('content-language'), spanish.headers.get('vary')], ['es', 'accept-language']);
  const treasury = (json: unknown) =>
    (
      json as {
        modules: {
          name: string;
          title: string;
          lists: Record<string, { title: string; columns: { label: string }[] }>;
          actions: Record<string, string>;
        }[];
      }
    ).modules.find(({ name }) => name === 'treasury')!;
  const { title, lists, actions } = treasury(spanish.json);
  assert.deepEqual([title, lists.payments!.title, lists.payments!.columns[0]!.label], ['Tesorería', 'Pagos', 'Pago']);
  assert.equal(actions['payment.order'], 'Ordenar pagos');
  assert.equal(treasury((await ask('/api/v1/views')).json).lists.payments!.title, 'Payments');

  const { rows } = (await ask('/api/v1/stories?limit=200&before=200', 'es')).json as {
    rows: { index: number; action: string; title: string }[];
  };
  const proposed = rows.find(({ action }) => action === 'kernel.propose')!;
  assert.match(proposed.title, /^Propuesto: /);
  const enacted = (await ask(`/api/v1/stories/${proposed.index}`, 'es')).json as { headline: string; right: string };
  assert.equal(enacted.headline, 'Se propuso algo que otros deben firmar.');

  // What people typed is the same in each language.
  const [first] = ((await ask('/api/v1/treasury/lines?limit=1')).json as { rows: { id: string }[] }).rows;
  const lifeIn = async (language: string) =>
    (await ask(`/api/v1/lives/treasury/line/${first!.id}`, language)).json as { title: string; steps: { title: string }[] };
  const [en, es] = [await lifeIn('en'), await lifeIn('es')];
  assert.equal(en.title, es.title);
  assert.equal(es.steps[0]!.title, 'Se aprobó una partida presupuestaria.');
  assert.equal(en.steps[0]!.title, 'A budget line was enacted.');
});

test('refusals and problems say why in Spanish, with the rule and its basis; codes stay codes', async () => {
  const request = { signer: 'A'.repeat(43), action: 'kernel.approve', body: { proposal: 'A'.repeat(43) } };
  const { refusal } = (await ask('/api/v1/check', 'es', request)).json as { refusal: Record<string, string> };
  assert.deepEqual(
    [refusal.code, refusal.title, refusal.text, refusal.basis],
    [
      'kernel.key-unknown',
      'Este registro no conoce la clave que firmó esto.',
      'Solo firman claves inscritas en este registro y en vigor.',
      'Estatuto, funcionarios',
    ],
  );
  const missing = await ask('/api/v1/stories/99999999', 'es');
  assert.deepEqual((missing.json as { title: string }).title, 'No hay nada en esta dirección.');
  assert.equal(((await ask('/api/v1/stories/99999999', 'en')).json as { title: string }).title, 'There is nothing at this address.');
});

test('codes are called by words where there are any', async () => {
  assert.equal(((await ask('/api/v1/words', 'es')).json as { codes: Record<string, string> }).codes.paid, 'pagado');
  assert.deepEqual((await ask('/api/v1/words')).json, { codes: {} });
});

test('an Accept-Language header is read by its weights; what cannot be had or read is English', () => {
  const asked = (header: string | undefined): string => Tongue.asked(header).language;
  assert.equal(asked(undefined), 'en');
  assert.equal(asked('es'), 'es');
  assert.equal(asked('es-MX,es;q=0.8'), 'es');
  assert.equal(asked('fr, es;q=0.4, en;q=0.5'), 'en');
  assert.equal(asked('fr, es;q=0.5, en;q=0.4'), 'es');
  assert.equal(asked('es;q=0, fr'), 'en');
  assert.equal(asked('es;q=nonsense'), 'es');
  assert.equal(asked(',;;=,*'), 'en');
  assert.equal(asked('x'.repeat(100_000)), 'en');
});

test('each problem of the API has its Spanish title', () => {
  const words = JSON.parse(readFileSync(new URL('../words/es.json', import.meta.url), 'utf8')) as Record<string, string>;
  assert.deepEqual(
    [...Object.values(API_CODES), ...Object.values(DOCUMENT_CODES).map((title) => ({ title }))]
      .map(({ title }) => title)
      .filter((title) => !words[title]),
    [],
  );
});
