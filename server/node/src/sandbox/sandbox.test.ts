/** The place to train: of any charter, laid back every night, and never anybody's real ledger. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { InventedOfficer } from '@tabularium/api';
import { nodeCrypto } from '@tabularium/crypto';
import { decodeCharter } from '@tabularium/kernel';
import { DemoOfficers } from '../demo-officers.ts';
import { EXIT_CODES, NodeFault } from '../node-fault.ts';
import { newOffice } from '../node-rig.test.ts';
import { trainingName } from './found-sandbox.ts';
import { nextNight } from './night.ts';
import { type RunningSandbox, runSandbox, type SandboxOptions } from './run-sandbox.ts';

const dir = mkdtempSync(join(tmpdir(), 'tabularium-sandbox-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const SMALL = { profile: 'small', zone: 'Europe/Vienna' } as const;
const DAY_MS = 86_400_000;

/** Told by hand what time it is. */
async function opened(change: Partial<SandboxOptions> & Pick<SandboxOptions, 'dir'>): Promise<RunningSandbox> {
  return runSandbox({ source: SMALL, hour: 3, ...change });
}

const isFault = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof NodeFault && error.code === code && words.test(`${error.message} ${error.next ?? ''}`);

/** Somebody learns: the head proposes something. */
async function propose({ node: { origin, url } }: RunningSandbox, place: string): Promise<number> {
  const jws = DemoOfficers.load(join(place, 'today', 'officers')).sign('accountant', {
    ledger: origin,
    action: 'kernel.propose',
    body: { action: 'treasury.year.open', body: { year: '2030', from: '2030-01-01', to: '2030-12-31' } },
  });
  const answer = await fetch(`${url}/api/v1/transactions`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: jws });
  return answer.status;
}

describe('a sandbox', { timeout: 120_000 }, () => {
  test('is founded once, opens as it was left, and every night as it began; yesterday is kept for a day', async () => {
    const place = join(dir, 'small');
    let now = Date.parse('2026-11-22T12:00:00Z');
    const told: number[] = [];
    const options = { dir: place, clock: () => now, onLaidBack: (next: number) => told.push(next) };
    let sandbox = await opened(options);
    const [{ origin, url }, { size }] = [sandbox.node, sandbox.node.storage.head()];
    assert.match(origin, /^training\.test\//);
    assert.equal(new Date(sandbox.next).toISOString(), '2026-11-23T02:00:00.000Z');
    await assert.rejects(opened(options), isFault('directory-in-use', /in use/));

    assert.equal(await propose(sandbox, place), 201);
    const left = sandbox.node.storage.head().size;
    assert.ok(left > size);
    await sandbox.close();
    sandbox = await opened({ ...options, node: { port: Number(new URL(url).port) } });
    assert.equal(sandbox.node.storage.head().size, left);
    now = sandbox.next - 1;
    await sandbox.look();
    assert.deepEqual([sandbox.node.storage.head().size, told], [left, []]);

    now++;
    await Promise.all([sandbox.look(), sandbox.look()]);
    assert.deepEqual([sandbox.node.origin, sandbox.node.url, sandbox.node.storage.head().size], [origin, url, size]);
    assert.deepEqual(told.splice(0), [Date.parse('2026-11-24T02:00:00Z')]);
    assert.equal(await propose(sandbox, place), 201, 'it takes the same again');
    await sandbox.close();
    assert.ok(existsSync(join(place, 'yesterday', 'ledger.db')));

    // A night that passed while nothing ran.
    now += 3 * DAY_MS;
    sandbox = await opened(options);
    assert.deepEqual([sandbox.node.storage.head().size, told.splice(0).length], [size, 1]);
    assert.equal(await propose(sandbox, place), 201);
    await sandbox.close();
    sandbox = await opened({ ...options, reset: true });
    assert.deepEqual([sandbox.node.storage.head().size, told.length], [size, 1]);
    await sandbox.close();
  });

  test('of an office’s own charter has its posts and rules, and none of its keys', async () => {
    const office = newOffice({ change: (draft) => ({ ...draft, limits: { ...draft.limits, proposalDays: 9 } }) });
    try {
      const place = join(dir, 'own');
      const real = JSON.parse(readFileSync(join(office.data, 'charter.json'), 'utf8'));
      const sandbox = await opened({ dir: place, source: { charter: real } });
      try {
        const { charter, url } = sandbox.node;
        assert.match(charter.origin, /^office\.example\.test\//);
        assert.equal(charter.limits.proposalDays, 9);
        assert.deepEqual([charter.roles, Object.keys(charter.officers)], [real.roles, Object.keys(real.officers)]);
        const keys = JSON.stringify(Object.values(office.charter.officers).flatMap((one) => one.keys.map(({ jwk }) => jwk.x)));
        for (const { keys: invented } of Object.values(charter.officers))
          for (const { jwk } of invented) assert.ok(!keys.includes(jwk.x), 'no real key');
        const { officers } = (await (await fetch(`${url}/api/demo/officers`)).json()) as { officers: InventedOfficer[] };
        assert.deepEqual(officers.map(({ officer }) => officer).sort(), Object.keys(real.officers).sort());
        const views = (await (await fetch(`${url}/api/v1/views`)).json()) as { training?: boolean; demo?: boolean };
        assert.deepEqual([views.training, views.demo], [true, undefined]);
        // A real officer's signature is of another ledger, and of no key here.
        const [jws] = office.acceptances();
        assert.notEqual((await sandbox.node.engine.submit(jws!)).kind, 'accepted');
        assert.equal(await propose(sandbox, place), 201);
      } finally {
        await sandbox.close();
      }
    } finally {
      office.remove();
    }
  });

  test('leaves alone whatever is not its own, and says what to do', async () => {
    const office = newOffice();
    try {
      await assert.rejects(opened({ dir: office.data }), isFault('directory-taken', /left alone.*folder of its own/));
      assert.ok(existsSync(join(office.data, 'ledger.db')));
      await assert.rejects(opened({ dir: office.dir }), isFault('directory-taken', /is no sandbox/));

      // Somebody lays a real ledger down where the beginning was.
      const place = join(dir, 'swapped');
      mkdirSync(join(place, 'beginning'), { recursive: true });
      writeFileSync(join(place, 'sandbox.json'), JSON.stringify({ laidBack: 0 }));
      writeFileSync(join(place, 'beginning', 'charter.json'), readFileSync(join(office.data, 'charter.json')));
      await assert.rejects(opened({ dir: place }), isFault('directory-taken', /no ledger for training/));
      rmSync(join(place, 'beginning', 'charter.json'));
      await assert.rejects(opened({ dir: place }), isFault('damaged', /holds no charter/));
    } finally {
      office.remove();
    }
  });

  test('refuses what is no charter, and a mark that says nothing', async () => {
    for (const [n, charter] of [undefined, {}, { officers: {} }, { officers: { ada: {} } }, 'text'].entries())
      await assert.rejects(opened({ dir: join(dir, `wrong-${n}`), source: { charter } }), isFault('input-invalid', /charter/), String(n));
    const office = newOffice();
    const { charter } = office;
    office.remove();
    const other = { ...charter, modules: { ...charter.modules, pets: [{ version: 1, from: 0 }] } };
    await assert.rejects(opened({ dir: join(dir, 'pets'), source: { charter: other } }), isFault('input-invalid', /module pets/));
    await assert.rejects(
      opened({ dir: join(dir, 'zone'), source: { profile: 'small', zone: 'Mars/North' } }),
      isFault('input-invalid', /./),
    );
    // The same folder goes on once the charter is right.
    const mended = await opened({ dir: join(dir, 'pets'), source: { charter } });
    await mended.close();
    for (const mark of ['{}', 'nonsense']) {
      writeFileSync(join(dir, 'pets', 'sandbox.json'), mark);
      await assert.rejects(opened({ dir: join(dir, 'pets') }), isFault('damaged', /sandbox\.json/));
    }
  });
});

describe('the command', { timeout: 120_000 }, () => {
  const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
  const spawned = (...args: string[]) =>
    spawn(process.execPath, [MAIN, 'sandbox', ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH },
    });

  test('says where it listens, when it was laid back, and that it stopped', async () => {
    const child = spawned('--data', join(dir, 'small'), '--port', '0', '--reset', '--hour', '4');
    const events: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, url, next } = JSON.parse(line) as { readonly event: string; readonly url?: string; readonly next?: number };
      events.push(event);
      if (event !== 'ready') continue;
      assert.equal((await fetch(`${url}/health`)).status, 200);
      assert.ok(next! > Date.now());
      child.kill('SIGTERM');
    }
    assert.deepEqual(events, ['laid-back', 'ready', 'stopped']);
    assert.equal(child.exitCode ?? (await once(child, 'exit'))[0], 0);
  });

  test('ends with a code and the command that helps where it cannot begin', async () => {
    const file = join(dir, 'no.json');
    writeFileSync(file, 'nothing');
    const own = join(dir, 'unmade');
    for (const [error, ...args] of [
      ['usage', '--charter', file, '--profile', 'town'],
      ['usage', '--profile', 'village'],
      ['usage', '--hour', '24'],
      ['input-invalid', '--charter', file],
      ['input-invalid', '--charter', join(dir, 'missing.json')],
    ] as const) {
      const child = spawned('--data', own, '--port', '0', ...args);
      const [line] = await createInterface({ input: child.stderr })
        [Symbol.asyncIterator]()
        .next()
        .then(({ value }) => [value as string]);
      assert.equal((JSON.parse(line!) as { readonly error: string }).error, error, args.join(' '));
      const code = child.exitCode ?? ((await once(child, 'exit')) as [number])[0];
      assert.equal(code, EXIT_CODES[error]);
    }
    assert.ok(!existsSync(own));
  });
});

test('a night begins at the hour that the office’s clocks show, also when they change', () => {
  const { offsets } = decodeCharter(readFileSync(join(dir, 'small', 'beginning', 'charter.json')), nodeCrypto).calendar;
  for (const [after_, hour, night] of [
    ['2026-11-22T01:59:59Z', 3, '2026-11-22T02:00:00Z'],
    ['2026-11-22T02:00:00Z', 3, '2026-11-23T02:00:00Z'],
    ['2027-03-27T12:00:00Z', 3, '2027-03-28T01:00:00Z'],
    ['2027-03-27T12:00:00Z', 4, '2027-03-28T02:00:00Z'],
    ['2026-10-24T12:00:00Z', 3, '2026-10-25T02:00:00Z'],
    ['2026-11-22T22:30:00Z', 0, '2026-11-22T23:00:00Z'],
  ] as const)
    assert.equal(nextNight(Date.parse(after_), hour, offsets), Date.parse(night), `${after_} ${hour}`);
});

test('a name for training is the office’s own with an ending that nobody can own', () => {
  assert.deepEqual(['office.example', 'ledger.example.org/town', 'x.test', 'x.test/a'].map(trainingName), [
    'office.example.test',
    'ledger.example.org.test/town',
    'x.test',
    'x.test/a',
  ]);
});
