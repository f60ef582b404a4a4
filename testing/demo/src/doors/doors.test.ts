/** What the demo's node lets visitors try, asked over HTTP: one trick at a time, on copies that are gone afterwards. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { decodeCharter } from '@tabularium/kernel';
import { type RunningDemo, runDemo, startCourtOfAudit } from '../run-demo.ts';
import { openSmallTown } from '../small-town.ts';
import type { CheatPlayed } from './cheat-played.ts';

/** Enough of the town's year that something was paid. */
const STEPS = 1_500;
const PATIENCE_MS = 180_000;
const copies = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(`tabularium-cheat-${process.pid}-`));

describe('the demo’s doors', { timeout: PATIENCE_MS }, () => {
  const work = mkdtempSync(join(tmpdir(), 'tabularium-doors-'));
  let demo: RunningDemo;

  before(async () => {
    const { place, node } = await openSmallTown(work, { steps: STEPS });
    await node.close();
    const charter = decodeCharter(readFileSync(join(place.town, 'charter.json')), nodeCrypto);
    demo = await runDemo(place, await startCourtOfAudit(place, charter));
  });
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
    const described = await (await fetch(`${demo.node.url}/api/openapi.json`)).text();
    assert.doesNotMatch(described, /api\/demo\/cheat/);
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
