/** What the demo's node lets visitors try, asked over HTTP: one trick at a time, on copies that are gone afterwards. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import { decodeCharter } from '@tabularium/kernel';
import type { DemoPlace } from '../found-demo.ts';
import { type RunningDemo, runDemo, startCourtOfAudit } from '../run-demo.ts';
import { openSmallTown } from '../small-town.ts';
import { submitAs } from '../steady-writer.ts';
import type { Caught } from './catcher.ts';
import type { CheatPlayed } from './cheat-played.ts';

/** Enough of the town's year that something was paid. */
const STEPS = 1_500;
const PATIENCE_MS = 300_000;
const RESET_MS = 120_000;
const copies = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(`tabularium-cheat-${process.pid}-`));

describe('the demo’s doors', { timeout: PATIENCE_MS }, () => {
  const work = mkdtempSync(join(tmpdir(), 'tabularium-doors-'));
  let demo: RunningDemo;
  let place: DemoPlace;

  before(async () => {
    const town = await openSmallTown(work, { steps: STEPS });
    place = town.place;
    await town.node.close();
    demo = await open();
  });
  const open = async (): Promise<RunningDemo> => {
    const charter = decodeCharter(readFileSync(join(place.town, 'charter.json')), nodeCrypto);
    return runDemo(place, await startCourtOfAudit(place, charter));
  };
  after(async () => {
    await demo?.close();
    rmSync(work, { recursive: true, force: true });
  });

  const cheat = (way: unknown): Promise<Response> =>
    fetch(`${demo.node.url}/api/demo/cheat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ way }),
    });
  const codeOf = async (answer: Response): Promise<string> => ((await answer.json()) as { readonly code: string }).code;

  test('a trick is played on a copy, and the town’s own ledger stays as it is', async () => {
    const { size } = demo.node.storage.head();
    const before = copies();
    const answer = await cheat('entry-amount-signed');
    assert.equal(answer.status, 200);
    const played = (await answer.json()) as CheatPlayed;
    const { auditor, holder, witness } = played;
    assert.deepEqual(
      [auditor.code, auditor.index, holder.code, witness.code],
      ['entry', played.entries[0], 'another-log', 'inconsistent'],
      JSON.stringify(played),
    );
    assert.notEqual(played.amount, played.instead);
    assert.equal(demo.node.storage.head().size, size);
    assert.deepEqual(
      copies().filter((name) => !before.includes(name)),
      [],
    );
  });

  test('one at a time; what is no way to cheat is refused; and no page elsewhere can ask for it', async () => {
    const first = cheat('list-amount');
    let busy: Response;
    do busy = await cheat('delete');
    while (busy.status === 200);
    assert.deepEqual([busy.status, await codeOf(busy)], [429, 'cheat-busy']);
    assert.match(busy.headers.get('retry-after') ?? '', /^\d+$/);
    for (const way of ['../../etc', '', 7, undefined, '--eval']) {
      const answer = await cheat(way);
      assert.deepEqual([answer.status, await codeOf(answer)], [400, 'cheat-unknown'], String(way));
    }
    assert.equal((await first).status, 200);
    const asked = await fetch(`${demo.node.url}/api/demo/cheat`, { method: 'OPTIONS' });
    assert.equal(asked.headers.get('access-control-allow-origin'), null);
    const hidden = (await (await fetch(`${demo.node.url}/api/demo/to-hide`)).json()) as { readonly entry: number };
    assert.ok(hidden.entry > 0 && hidden.entry < demo.node.storage.head().size);
    const described = await (await fetch(`${demo.node.url}/api/openapi.json`)).text();
    assert.doesNotMatch(described, /api\/demo\/cheat/);
  });

  test('the catcher shows what the node sends, and that it is signed; what anybody else sends is not', async () => {
    const caught = async (): Promise<{ readonly url: string; readonly caught: readonly Caught[] }> =>
      (await (await fetch(`${demo.node.url}/api/demo/caught`)).json()) as Awaited<ReturnType<typeof caught>>;
    let told = await caught();
    for (let tries = 0; tries < 400 && told.caught.length === 0; tries++) {
      await new Promise((wake) => setTimeout(wake, 50));
      told = await caught();
    }
    const [newest] = told.caught;
    assert.ok(newest?.isSigned, JSON.stringify(told));
    assert.equal((JSON.parse(newest.body) as { readonly specversion: string }).specversion, '1.0');
    const forge = (headers: Readonly<Record<string, string>>, body: string, method = 'POST', url = told.url) =>
      fetch(url, { method, headers, ...(method === 'POST' ? { body } : {}) }).then(({ status }) => status);
    const signed = { 'webhook-id': newest.id, 'webhook-timestamp': newest.timestamp, 'webhook-signature': newest.signature };
    assert.equal(await forge(signed, newest.body), 200);
    assert.equal(await forge({ ...signed, 'webhook-id': 'evt_other' }, newest.body), 400);
    assert.equal(await forge({ ...signed, 'webhook-timestamp': '1' }, newest.body), 400);
    assert.equal(await forge(signed, `${newest.body} `), 400);
    assert.equal(await forge({}, '{}'), 400);
    assert.equal(await forge(signed, 'x'.repeat(1024 * 1024 + 1)), 413);
    assert.equal(await forge(signed, '', 'GET'), 404);
    assert.equal(await forge(signed, '', 'POST', told.url.replace('/catch', '/')), 404);
    for (let i = 0; i < 15; i++) await forge({ 'webhook-id': `evt_${i}` }, 'x');
    assert.equal((await caught()).caught.length, 12);
  });

  test('begun anew, the town knows nothing of what was recorded since, at the same address', async () => {
    const { url, engine, origin } = demo.node;
    const runNow = async (): Promise<string | undefined> => {
      const answer = await fetch(`${url}/api/demo/run`).catch(() => undefined);
      return answer?.ok ? ((await answer.json()) as { readonly run: string }).run : undefined;
    };
    const ask = (type: string): Promise<Response> =>
      fetch(`${url}/api/demo/reset`, { method: 'POST', headers: { 'content-type': type }, body: '{}' });
    const before = await runNow();
    const limits = { maxExpirySeconds: 80_000, maxLagMs: 2_000, proposalDays: 14 };
    const body = { action: 'kernel.charter.amend', body: { limits } };
    const name = await submitAs(place, engine, 'mayor-1', { ledger: origin, action: 'kernel.propose', body });
    assert.equal((await fetch(`${url}/api/v1/transactions/${name}`)).status, 200);
    assert.equal((await ask('text/plain')).status, 415);
    assert.equal((await ask('application/json')).status, 202);
    const end = performance.now() + RESET_MS;
    for (let run = before; run === undefined || run === before; run = await runNow()) {
      assert.ok(performance.now() < end, 'the town did not open again');
      await delay(100);
    }
    assert.equal(demo.node.url, url);
    assert.equal((await fetch(`${url}/api/v1/transactions/${name}`)).status, 404);
    // Only started again, it is the same run: what browsers remember of it still stands.
    const anew = await runNow();
    await demo.close();
    demo = await open();
    const again = (await (await fetch(`${demo.node.url}/api/demo/run`)).json()) as { readonly run: string };
    assert.equal(again.run, anew);
  });

  test('a town that closes waits for no trick and leaves no copy', async () => {
    const before = copies();
    const playing = cheat('replace-signed').catch(() => undefined);
    while (copies().length === before.length) await new Promise((wake) => setTimeout(wake, 20));
    await demo.close();
    assert.notEqual((await playing)?.status, 200);
    assert.deepEqual(
      copies().filter((name) => !before.includes(name)),
      [],
    );
  });
});
