/**
 * The demo as its reader meets it, on one town: killed while its year is written, started again, asked, verified offline, ended, opened
 * anew, and then tampered with.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { demoPlace, isFounded } from './found-demo.ts';
import { type Finding, playCheats } from './play-cheats.ts';
import { allGone, type StartedDemo, startDemo } from './start-process.ts';

const TABULARIUM = fileURLToPath(new URL('../../../clients/cli/bin/tabularium.js', import.meta.url));
const PATIENCE_MS = 240_000;

describe('the demo', () => {
  const work = mkdtempSync(join(tmpdir(), 'tabularium-demo-'));
  const data = join(work, 'data');
  const place = demoPlace(data);
  let running: StartedDemo | undefined;

  after(async () => {
    const left = running === undefined ? [] : [running.pid, ...running.children()];
    running?.signal('SIGKILL');
    await allGone(left);
    rmSync(work, { recursive: true, force: true });
  });

  async function start(): Promise<StartedDemo> {
    running = startDemo(['--data', data, '--port', '0']);
    await running.ready();
    return running;
  }

  async function end(demo: StartedDemo): Promise<void> {
    const children = demo.children();
    assert.ok(children.length > 0, 'the witness is a process of its own');
    demo.signal('SIGINT');
    assert.equal(await demo.ended, 0, demo.output());
    await allGone(children);
    running = undefined;
  }

  test('killed while its year is written, it leaves no process behind', { timeout: PATIENCE_MS }, async () => {
    const killed = startDemo(['--data', data, '--port', '0']);
    while (!existsSync(join(place.town, 'texts.db'))) await new Promise((wake) => setTimeout(wake, 20));
    const children = killed.children();
    assert.ok(children.length >= 2, 'one writes the year, one is the witness');
    killed.signal('SIGKILL');
    await killed.ended;
    await allGone(children);
    assert.ok(!isFounded(place));
  });

  test('started again it writes the year from its beginning, and the two lines it prints verify a payment offline', {
    timeout: PATIENCE_MS,
  }, async () => {
    const demo = await start();
    const printed = demo.output();
    assert.match(printed, /12,\d{3} transactions in [\d.]+ s, \d+ of them refused, as they should be/);
    assert.match(printed, /1\d,\d{3} entries, witnessed by the Court of Audit/);
    const downloads = [...printed.matchAll(/-s (http:\S+) -o (\S+)/g)].map(([, url, file]) => ({ url: url!, file: join(work, file!) }));
    assert.equal(downloads.length, 2);
    for (const { url, file } of downloads) {
      const response = await fetch(url);
      assert.equal(response.status, 200, url);
      writeFileSync(file, await response.text());
    }
    await end(demo);
    const [, ...args] = /npx tabularium (verify .+)/.exec(printed)!;
    const { status, stdout, stderr } = spawnSync(process.execPath, [TABULARIUM, ...args[0]!.split(' ')], { cwd: work, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^verified:/);
    assert.match(stdout, /action {2}Release payments \(treasury\.payment\.release\) as cashier@/);
    assert.match(stdout, /court-of-audit/);
  });

  test('the second start opens what the first one wrote', { timeout: PATIENCE_MS }, async () => {
    const written = readFileSync(place.done, 'utf8');
    const demo = await start();
    assert.doesNotMatch(demo.output(), /opens its books/);
    assert.equal(readFileSync(place.done, 'utf8'), written);
    // A kill is no harm: what runs next finds everything.
    const children = demo.children();
    demo.signal('SIGKILL');
    await demo.ended;
    await allGone(children);
    await end(await start());
  });

  test('what cannot be started is said in one sentence with the way out', { timeout: PATIENCE_MS }, async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const busy = startDemo(['--data', join(work, 'elsewhere'), '--port', String(port)]);
    assert.equal(await busy.ended, 13);
    assert.match(busy.output(), new RegExp(`^The demo cannot start: port ${port} is in use.* npm start -- --port ${port + 1}\n$`));
    assert.ok(!existsSync(join(work, 'elsewhere')));
    other.close();

    const taken = join(work, 'taken');
    mkdirSync(taken);
    writeFileSync(join(taken, 'novel.txt'), 'mine');
    const strange = startDemo(['--data', taken, '--port', '0']);
    assert.equal(await strange.ended, 1);
    assert.match(strange.output(), /holds other files \(novel\.txt\); name an empty or new folder/);
    const old = join(work, 'old');
    mkdirSync(old);
    writeFileSync(join(old, 'year.json'), '{}');
    const older = startDemo(['--data', old, '--port', '0']);
    assert.equal(await older.ended, 1);
    assert.match(older.output(), /^The demo cannot start: \S+ holds the town of another version; remove that folder, or name a new one/);
    const wrong = startDemo(['--port', 'eighty']);
    assert.equal(await wrong.ended, 1);
    assert.match(wrong.output(), /^The demo cannot start: eighty is not a port/);
  });

  test('every trick of `npm run cheat` is seen through by whom it should be', { timeout: PATIENCE_MS }, async () => {
    let entries: readonly number[] = [];
    const findings = await playCheats(place, mkdtempSync(join(work, 'cheat-')), {
      onTarget: (target) => {
        entries = target.entries;
      },
    });
    const [ordered, , released] = entries;
    const told = findings.map(({ trick, auditor, holder, witness }: Finding) => [
      trick.code,
      auditor.code,
      holder.notices,
      witness.notices,
    ]);
    assert.deepEqual(told, [
      ['list-amount', 'state-value', false, false],
      ['entry-amount-signed', 'entry', true, true],
      ['delete', 'seal', true, false],
      ['delete-signed', 'state-root', true, true],
      ['backdate', 'state-root', true, false],
      ['backdate-signed', 'state-root', true, true],
      // Sound in itself: only what others have seen gives it away.
      ['replace-signed', 'sound-unwitnessed', true, true],
    ]);
    const places = Object.fromEntries(findings.map(({ trick, auditor }) => [trick.code, auditor.place ?? '']));
    assert.match(places['list-amount']!, /^record treasury\/payment\//);
    assert.match(places['entry-amount-signed']!, new RegExp(`^entry ${ordered} `));
    const block = /block (\d+)/.exec(places['delete-signed']!)![1];
    for (const code of ['delete', 'backdate', 'backdate-signed']) assert.match(places[code]!, new RegExp(`the seal of block ${block} `));
    assert.match(findings.find(({ trick }) => trick.code === 'delete')!.holder.says, new RegExp(`entry ${released} `));
  });
});
