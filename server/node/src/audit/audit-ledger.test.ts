/** An honest ledger passes; flip a byte, drop or reorder an entry, and the audit names it (issue 3, "Done when"). */
import assert from 'node:assert/strict';
import { closeSync, cpSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import { decodeEntryBundle, encodeEntryBundle } from '@tabularium/log';
import { makeDisclosure } from '@tabularium/protocol';
import { seededRandom } from '@tabularium/scenarios';
import { NodeFault } from '../node-fault.ts';
import { newOffice, type Office } from '../node-rig.test.ts';
import { startNode } from '../start-node.ts';
import { type AuditReport, auditLedger } from './audit-ledger.ts';
import type { AuditSource } from './audit-source.ts';
import { DirectorySource } from './directory-source.ts';
import { HttpSource } from './http-source.ts';

const ENTRIES = 600;
/** An answer is shared for a second. */
const SHARED_MS = 1_500;
const TEXT = makeDisclosure(new Uint8Array(16).fill(7), 'title', 'A new roof', nodeCrypto);

describe('an audit', () => {
  const office: Office = newOffice();
  let copies = 0;
  let heights = 0;

  before(async () => {
    const node = await startNode({ dir: office.data });
    try {
      for (const acceptance of office.acceptances()) await node.door.submit(acceptance);
      const proposal = (n: number): Uint8Array =>
        office.sign(n % 2 === 0 ? 'accountant' : 'head', {
          action: 'kernel.propose',
          body: { action: 'treasury.year.open', body: { year: String(2000 + n), from: `${2000 + n}-01-01`, to: `${2000 + n}-12-31` } },
        });
      // Some blocks with many entries, some with one.
      await node.door.submitMany(Array.from({ length: ENTRIES }, (_, n) => proposal(n)));
      for (let n = 0; n < 5; n++) await node.door.submit(proposal(n));
      await node.texts.putPending('tx', Math.floor(Date.now() / 1_000) + 60, [TEXT.text]);
      node.texts.activate('tx');
      heights = node.storage.head().height;
      await node.projections.waitFor(heights, 20_000);
    } finally {
      await node.close();
    }
  });
  after(() => office.remove());

  async function auditDirectory(dir: string): Promise<AuditReport> {
    const source = new DirectorySource(dir);
    try {
      return await auditLedger(source);
    } finally {
      source.close();
    }
  }

  /** A copy of the ledger after SQL was run on it. */
  function tampered(run: (ledger: DatabaseSync, dir: string) => void): string {
    const dir = join(office.dir, `copy-${copies++}`);
    cpSync(office.data, dir, { recursive: true });
    const ledger = new DatabaseSync(join(dir, 'ledger.db'));
    run(ledger, dir);
    ledger.close();
    return dir;
  }

  function rewriteBlock(ledger: DatabaseSync, height: number, change: (leaves: Uint8Array[]) => Uint8Array[], mendCount = true): void {
    const { leaves: blob, count } = ledger.prepare('SELECT leaves, count FROM block WHERE height = ?').get(height) as {
      leaves: Uint8Array;
      count: number;
    };
    const leaves = change([...splitLeaves(blob)]);
    ledger
      .prepare('UPDATE block SET leaves = ?, count = ? WHERE height = ?')
      .run(encodeEntryBundle(leaves), mendCount ? leaves.length : count, height);
  }

  async function finds(dir: string, code: string, place: RegExp): Promise<void> {
    const report = await auditDirectory(dir);
    assert.ok(!report.ok, 'nothing was found');
    assert.deepEqual([report.difference.code, place.test(report.difference.place)], [code, true], JSON.stringify(report.difference));
  }

  /** The block with the most entries. */
  function largest(ledger: DatabaseSync): { readonly height: number; readonly first: number; readonly count: number } {
    return ledger.prepare('SELECT height, first, count FROM block ORDER BY count DESC LIMIT 1').get() as never;
  }

  test('passes an honest directory, and says what it compared', async () => {
    const report = await auditDirectory(office.data);
    assert.ok(report.ok, JSON.stringify(report));
    assert.equal(report.height, heights);
    for (const what of ['records', 'published texts', 'hash tiles', 'checkpoint']) assert.ok(report.compared.includes(what), what);
  });

  test('passes an honest node over HTTP', async () => {
    const node = await startNode({ dir: office.data });
    try {
      const report = await auditLedger(new HttpSource(node.url));
      assert.ok(report.ok, JSON.stringify(report));
      assert.deepEqual([report.height, report.compared.includes('policy')], [heights, true]);
      const running = await auditDirectory(office.data);
      assert.ok(running.ok, JSON.stringify(running));
    } finally {
      await node.close();
    }
  });

  test('names a list that a node shows otherwise than the log leads to, in a row or without one', async () => {
    const dir = join(office.dir, `copy-${copies++}`);
    cpSync(office.data, dir, { recursive: true });
    const node = await startNode({ dir });
    const lists = new DatabaseSync(join(dir, 'projections.db'));
    try {
      const honest = await auditLedger(new HttpSource(node.url));
      assert.ok(honest.ok && honest.compared.includes('lists') && honest.left.length === 0, JSON.stringify(honest));
      await delay(SHARED_MS);
      for (const [change, place, detail] of [
        [
          "UPDATE kernel_proposal SET action = 'treasury.year.close'",
          /kernel\/proposals, /,
          /action is "treasury.year.close", and the log/,
        ],
        ['DELETE FROM kernel_officer WHERE officer = (SELECT max(officer) FROM kernel_officer)', /kernel\/officers, /, /row/],
      ] as const) {
        const table = change.split(/UPDATE |FROM | /)[change.startsWith('UPDATE') ? 1 : 2]!;
        lists.exec(`CREATE TEMP TABLE kept AS SELECT * FROM ${table}; ${change}`);
        const report = await auditLedger(new HttpSource(node.url));
        assert.ok(!report.ok, change);
        assert.equal(report.difference.code, 'list');
        assert.match(report.difference.place, place);
        assert.match(report.difference.detail, detail);
        lists.exec(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept; DROP TABLE kept`);
        await delay(SHARED_MS);
      }
    } finally {
      lists.close();
      await node.close();
    }
  });

  test('goes on with a ledger that goes on while its lists are read', async () => {
    const dir = join(office.dir, `copy-${copies++}`);
    cpSync(office.data, dir, { recursive: true });
    const node = await startNode({ dir });
    try {
      const { list } = new HttpSource(node.url);
      let asked = 0;
      const growing: AuditSource = Object.assign(new HttpSource(node.url), {
        list: async (...page: Parameters<typeof list>) => {
          const body = { action: 'treasury.year.open', body: { year: '2999', from: '2999-01-01', to: '2999-12-31' } };
          if (asked++ < 3) await node.door.submit(office.sign('accountant', { action: 'kernel.propose', body }));
          return await list(...page);
        },
      });
      const report = await auditLedger(growing);
      assert.ok(report.ok && report.compared.includes('lists'), JSON.stringify(report));
      assert.equal(report.height, heights, 'what is told is of the checkpoint that was audited');
      const lost: AuditSource = Object.assign(new HttpSource(node.url), {
        list: () => Promise.reject(new NodeFault('input-invalid', 'away')),
      });
      const without = await auditLedger(lost);
      assert.ok(without.ok && !without.compared.includes('lists') && without.left[0] === 'lists (away)', JSON.stringify(without));
    } finally {
      await node.close();
    }
  });

  test('names any entry of which a byte was flipped', async () => {
    for (let n = 0; n < 6; n++) {
      let index = 0;
      const dir = tampered((ledger) => {
        const { height, first } = largest(ledger);
        rewriteBlock(ledger, height, (leaves) => {
          const at = (n * 37) % (leaves.length - 1);
          const leaf = leaves[at]!;
          leaf[(n * 101) % leaf.length]! ^= 1 << (n % 7);
          index = first + at;
          return leaves;
        });
      });
      // A leaf that now begins with a brace is taken for a seal.
      await finds(dir, 'entry', new RegExp(`^entry ${index} `));
    }
  });

  test('names the seal of which a byte was flipped', async () => {
    for (let n = 0; n < 12; n++) {
      const height = n % 2 === 0 ? 1 : 3;
      const dir = tampered((ledger) =>
        rewriteBlock(ledger, height, (leaves) => {
          const seal = leaves.at(-1)!;
          seal[(n * 53 + 1) % seal.length]! ^= 1;
          return leaves;
        }),
      );
      const report = await auditDirectory(dir);
      assert.ok(!report.ok && report.difference.height !== undefined && report.difference.height <= height + 1, JSON.stringify(report));
    }
  });

  test('names the very leaf, wherever in the log a bit is flipped', async () => {
    const seed = Date.now() % 1_000_000;
    const random = seededRandom(seed);
    for (let n = 0; n < 40; n++) {
      let index = 0;
      const dir = tampered((ledger) => {
        const rows = ledger.prepare('SELECT height, first, count FROM block').all() as { height: number; first: number; count: number }[];
        const { height, first, count } = random.pick(rows);
        const at = random.below(count);
        index = first + at;
        rewriteBlock(ledger, height, (leaves) => {
          const leaf = leaves[at]!;
          leaf[random.below(leaf.length)]! ^= 1 << random.below(8);
          return leaves;
        });
      });
      const report = await auditDirectory(dir);
      assert.ok(!report.ok && report.difference.index === index, `seed ${seed}, leaf ${index}: ${JSON.stringify(report)}`);
      rmSync(dir, { recursive: true });
    }
  });

  test('names what was dropped or reordered', async () => {
    const dropped = tampered((ledger) => {
      const { height } = largest(ledger);
      rewriteBlock(ledger, height, (leaves) => leaves.toSpliced(2, 1));
    });
    await finds(dropped, 'seal', /^the seal of block/);
    const reordered = tampered((ledger) => {
      const { height } = largest(ledger);
      rewriteBlock(ledger, height, ([a, b, ...rest]) => [b!, a!, ...rest]);
    });
    const report = await auditDirectory(reordered);
    assert.ok(!report.ok && report.difference.index !== undefined, JSON.stringify(report));
    const block = tampered((ledger) => ledger.exec(`DELETE FROM block WHERE height = ${heights - 2}`));
    assert.ok(!(await auditDirectory(block)).ok);
  });

  test('names a flipped tile, a wrong row and wrong events', async () => {
    await finds(
      tampered((ledger) => {
        const { hashes } = ledger.prepare('SELECT hashes FROM tile WHERE place = 0').get() as { hashes: Uint8Array };
        hashes[32 * 9 + 4]! ^= 1;
        ledger.prepare('UPDATE tile SET hashes = ? WHERE place = 0').run(hashes);
      }),
      'tile',
      /^hash tile 0\/0$/,
    );
    await finds(
      tampered((ledger) => ledger.exec('DELETE FROM tile WHERE place = 1')),
      'tile',
      /^hash tile 0\/1$/,
    );
    await finds(
      tampered((ledger) => ledger.exec('UPDATE block SET time = time + 1 WHERE height = 4')),
      'block-row',
      /^block 4$/,
    );
    // Block 2's events are those of an entry, block 1's those of the charter itself.
    for (const [height, place] of [
      [2, /^entry 2 \(block 2\)$/],
      [1, /^what the charter founds \(block 1\)$/],
    ] as const) {
      await finds(
        tampered((ledger) => ledger.exec(`UPDATE event SET events = x'' WHERE height = ${height}`)),
        'event',
        place,
      );
    }
    await finds(
      tampered((ledger) => ledger.exec('UPDATE event SET events = (SELECT events FROM event WHERE height = 2) WHERE height = 1')),
      'event',
      /^what the charter founds/,
    );
  });

  test('names a state value that was changed, added or removed', async () => {
    await finds(
      tampered((ledger) =>
        ledger.exec(`UPDATE state SET value = replace(value, '"status":"active"', '"status":"actiwe"') WHERE key = 'kernel/officer/head'`),
      ),
      'state-value',
      /^record kernel\/officer\/head$/,
    );
    await finds(
      tampered((ledger) => ledger.exec("INSERT INTO state (key, value) VALUES ('kernel/officer/intruder', '{}')")),
      'state-value',
      /intruder$/,
    );
    await finds(
      tampered((ledger) => ledger.exec("DELETE FROM state WHERE key = 'kernel/officer/reviewer'")),
      'state-value',
      /reviewer$/,
    );
    for (const hidden of [
      "DELETE FROM state_order WHERE key = 'kernel/officer/head'",
      "UPDATE state_order SET ref = (SELECT ref FROM state_order WHERE key = 'kernel/officer/clerk') WHERE key = 'kernel/officer/head'",
    ]) {
      await finds(
        tampered((ledger) => ledger.exec(hidden)),
        'state-order',
        /order/,
      );
    }
  });

  test('names a published text that was changed', async () => {
    const dir = tampered((_, copy) => {
      const texts = new DatabaseSync(join(copy, 'texts.db'));
      const flipped = `${TEXT.text[0] === 'a' ? 'b' : 'a'}${TEXT.text.slice(1)}`;
      texts.prepare('UPDATE text SET disclosure = ?').run(flipped);
      texts.close();
    });
    await finds(dir, 'text', new RegExp(TEXT.digest));
  });

  test('names a checkpoint that is not this log’s, and another charter', async () => {
    const shorter = tampered((ledger) => {
      const { value } = ledger.prepare("SELECT value FROM meta WHERE name = 'checkpoint'").get() as { value: string };
      const [origin, size, root, ...rest] = value.split('\n');
      ledger
        .prepare("UPDATE meta SET value = ? WHERE name = 'checkpoint'")
        .run([origin, String(Number(size) - 1), root, ...rest].join('\n'));
    });
    assert.ok(!(await auditDirectory(shorter)).ok);
    const charter = tampered((_, copy) => writeFileSync(join(copy, 'charter.json'), '{}'));
    await finds(charter, 'charter', /charter\.json/);
  });

  test('a directory whose pages are overwritten is unreadable, not unforeseen', async () => {
    const dir = join(office.dir, `copy-${copies++}`);
    mkdirSync(dir);
    cpSync(office.data, dir, { recursive: true });
    const ledger = join(dir, 'ledger.db');
    const bytes = new Uint8Array(16 * 4096).fill(0x5a);
    const file = openSync(ledger, 'r+');
    writeSync(file, bytes, 0, bytes.length, Math.floor(statSync(ledger).size / 2 / 4096) * 4096);
    closeSync(file);
    const report = await auditDirectory(dir);
    assert.ok(!report.ok, JSON.stringify(report));
  });
});

function splitLeaves(blob: Uint8Array): readonly Uint8Array[] {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < blob.length; ) {
    const length = blob[at]! * 256 + blob[at + 1]!;
    leaves.push(...(decodeEntryBundle(blob.subarray(at, at + 2 + length)) ?? []));
    at += 2 + length;
  }
  return leaves;
}
