/**
 * Any byte of a ledger at rest, changed: the audit names the place (issue 3 "Done when"). Positions are drawn over entries, seals, tiles,
 * state values and published texts of the town's first weeks; entries are dropped and reordered, too, and every byte of a receipt changed.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { type AuditReport, auditLedger, DirectorySource } from '@tabularium/node';
import { seededRandom } from '@tabularium/scenarios';
import { verifyReceipt } from '@tabularium/verify';
import { pushToWitness, startWitness } from '@tabularium/witness';
import { type LogBlock, ledgerFile, mendSeals, overwriteBlock, readBlocks, replaceBlocks } from './forged-log.ts';
import { openSmallTown, type SmallTown } from './small-town.ts';

const STEPS = 330;
const PATIENCE_MS = 600_000;
/** Flips of each kind. */
const FLIPS = { entries: 110, seals: 40, tiles: 20, records: 60, texts: 30 };

type Difference = Extract<AuditReport, { readonly ok: false }>['difference'];

describe('a ledger at rest', () => {
  const work = mkdtempSync(join(tmpdir(), 'tabularium-tampering-'));
  const random = seededRandom(23);
  const { below } = random;
  let town: SmallTown;
  let dir = '';
  let blocks: readonly LogBlock[] = [];
  let receipt = '';
  let policy = '';

  before(async () => {
    town = await openSmallTown(work, { steps: STEPS });
    dir = town.place.town;
    const { node } = town;
    const checkpoint = node.engine.checkpoint();
    const witness = await startWitness({ dir: town.place.witness, logs: [node.door.vkey] });
    const pushed = await pushToWitness({
      ...{ witnessUrl: witness.url, vkey: witness.vkey, checkpoint, oldSize: 0, crypto: nodeCrypto },
      consistency: (from, to) => node.engine.consistency(from, to),
    });
    await witness.close();
    assert.ok(pushed.ok);
    node.engine.addCosignatures(checkpoint, [pushed.lines]);
    receipt = node.engine.receipt(town.signed.at(-20)!.name)!;
    policy = node.door.policy();
    await node.close();
    blocks = readBlocks(dir);
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  async function audit(of: string): Promise<Difference | undefined> {
    const source = new DirectorySource(of);
    try {
      const report = await auditLedger(source);
      return report.ok ? undefined : report.difference;
    } finally {
      source.close();
    }
  }

  /** What the audit finds while a file is changed; it is put back afterwards. */
  async function whileChanged(file: string, change: (db: DatabaseSync) => () => void): Promise<Difference> {
    const db = new DatabaseSync(file);
    const putBack = change(db);
    try {
      const found = await audit(dir);
      assert.ok(found !== undefined, 'nothing was found');
      return found;
    } finally {
      putBack();
      db.close();
    }
  }

  /** One column of one row with one byte changed, at a drawn place. */
  function flipColumn(table: string, column: string, where: string, key: string | number): Promise<Difference> {
    return whileChanged(table === 'text' ? join(dir, 'texts.db') : ledgerFile(dir), (db) => {
      const bytes = Buffer.from(
        db.prepare(`SELECT CAST(${column} AS BLOB) AS bytes FROM ${table} WHERE ${where} = ?`).get(key)!.bytes as Uint8Array,
      );
      const isText = column !== 'hashes' && column !== 'leaves';
      const write = db.prepare(`UPDATE ${table} SET ${column} = ${isText ? 'CAST(? AS TEXT)' : '?'} WHERE ${where} = ?`);
      const changed = Buffer.from(bytes);
      changed[below(bytes.length)]! ^= 1 + below(255);
      write.run(changed, key);
      return () => void write.run(bytes, key);
    });
  }

  function flipLeaf(height: number, n: number): Promise<Difference> {
    return whileChanged(ledgerFile(dir), () => {
      const block = blocks[height - 1]!;
      const leaf = Buffer.from(block.leaves[n]!);
      leaf[below(leaf.length)]! ^= 1 + below(255);
      overwriteBlock(dir, height, { ...block, leaves: block.leaves.with(n, leaf) });
      return () => overwriteBlock(dir, height, block);
    });
  }

  const column = (sql: string, file = ledgerFile(dir)): (string | number)[] => {
    const db = new DatabaseSync(file, { readOnly: true });
    const values = db
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0] as string | number);
    db.close();
    return values;
  };
  const firstOf = (height: number): number => blocks.slice(0, height - 1).reduce((sum, { leaves }) => sum + leaves.length, 0);

  test('passes as it is', async () => {
    assert.equal(await audit(dir), undefined);
    assert.ok(blocks.length > 30);
  });

  test('a changed byte of an entry is named by its index', { timeout: PATIENCE_MS }, async () => {
    const entries = blocks.flatMap(({ leaves }, at) => leaves.slice(0, -1).map((_, n) => [at + 1, n] as const));
    for (let i = 0; i < FLIPS.entries; i++) {
      const [height, n] = entries[below(entries.length)]!;
      const index = firstOf(height) + n;
      const { place, ...found } = await flipLeaf(height, n);
      // A leaf whose first byte became a brace is taken for the seal.
      assert.equal(found.index, index, `entry ${index}: ${place}`);
    }
  });

  test('a changed byte of a seal is named by its block, or the next, which is chained to it', { timeout: PATIENCE_MS }, async () => {
    for (let i = 0; i < FLIPS.seals; i++) {
      const height = 1 + below(blocks.length);
      const found = await flipLeaf(height, blocks[height - 1]!.leaves.length - 1);
      const isLast = height === blocks.length;
      // The last seal of all is under the signed root alone.
      if (isLast && found.code === 'checkpoint') continue;
      assert.ok(found.height === height || found.height === height + 1, `the seal of block ${height}: ${JSON.stringify(found)}`);
    }
  });

  test('a changed byte in the length of a leaf is found', { timeout: PATIENCE_MS }, async () => {
    for (let i = 0; i < 5; i++) {
      const height = 2 + below(blocks.length - 1);
      await whileChanged(ledgerFile(dir), (db) => {
        const read = db.prepare('SELECT leaves FROM block WHERE height = ?').get(height)!.leaves as Uint8Array;
        const write = db.prepare('UPDATE block SET leaves = ? WHERE height = ?');
        const changed = Buffer.from(read);
        changed[below(2)]! ^= 1 + below(255);
        write.run(changed, height);
        return () => void write.run(read, height);
      });
    }
  });

  test('a changed byte of a hash tile is named by the tile', { timeout: PATIENCE_MS }, async () => {
    const places = column('SELECT place FROM tile');
    assert.ok(places.length > 0);
    for (let i = 0; i < FLIPS.tiles; i++) {
      const found = await flipColumn('tile', 'hashes', 'place', places[below(places.length)]!);
      assert.equal(found.code, 'tile', JSON.stringify(found));
    }
  });

  test('a changed byte of a record is named by its key', { timeout: PATIENCE_MS }, async () => {
    const keys = column('SELECT key FROM state');
    for (let i = 0; i < FLIPS.records; i++) {
      const key = String(keys[below(keys.length)]);
      const found = await flipColumn('state', 'value', 'key', key);
      assert.deepEqual([found.code, found.place], ['state-value', `record ${key}`], JSON.stringify(found));
    }
  });

  test('a changed byte of a published text is named by its digest', { timeout: PATIENCE_MS }, async () => {
    const digests = column("SELECT digest FROM text WHERE disclosure <> ''", join(dir, 'texts.db'));
    for (let i = 0; i < FLIPS.texts; i++) {
      const digest = String(digests[below(digests.length)]);
      const found = await flipColumn('text', 'disclosure', 'digest', digest);
      assert.deepEqual([found.code, found.place], ['text', `text ${digest}`], JSON.stringify(found));
    }
  });

  test('an entry dropped or moved is found, however well the rest is mended', { timeout: PATIENCE_MS }, async () => {
    const large = blocks.flatMap(({ leaves }, at) => (leaves.length > 3 ? [at] : []));
    const { charter } = town;
    for (let i = 0; i < 12; i++) {
      const at = large[below(large.length)]!;
      const { time, leaves } = blocks[at]!;
      const n = below(leaves.length - 2);
      const moved = leaves.with(n, leaves[n + 1]!).with(n + 1, leaves[n]!);
      const changed = { time, leaves: i % 2 === 0 ? leaves.toSpliced(n, 1) : moved };
      const found = await whileChanged(ledgerFile(dir), () => {
        overwriteBlock(dir, at + 1, changed);
        return () => overwriteBlock(dir, at + 1, blocks[at]!);
      });
      const near = found.height === at + 1 || (found.index !== undefined && found.index >= firstOf(at + 1));
      assert.ok(near || found.code === 'tile' || found.code === 'checkpoint', JSON.stringify(found));
      // With the node's own keys, every seal and the whole tree made anew.
      if (i >= 6) continue;
      const copy = join(work, `mended-${i}`);
      cpSync(dir, copy, { recursive: true });
      replaceBlocks(copy, charter, mendSeals(blocks.with(at, changed)));
      const mended = await audit(copy);
      // Two entries that do not touch each other may stand in either order: then the log is sound, and another one.
      if (i % 2 === 0) assert.ok(mended !== undefined, `entry ${firstOf(at + 1) + n} was dropped, and nothing was found`);
      rmSync(copy, { recursive: true });
    }
  });

  test('any byte of a receipt is under proof, but in a signature line that the policy does not need', { timeout: PATIENCE_MS }, () => {
    assert.ok(verifyReceipt(receipt, policy, nodeCrypto).ok);
    // The town's policy needs its node's word alone; an auditor's may need the witness too.
    const strict = policy.replace(/^group nodes .*\nquorum nodes$/m, 'group both all node-vellmere witness-court-of-audit\nquorum both');
    assert.notEqual(strict, policy);
    const bytes = Buffer.from(receipt, 'utf8');
    const spare = bytes.lastIndexOf('— court-of-audit');
    assert.ok(spare > 0);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 + below(255);
      assert.ok(!verifyReceipt(changed, strict, nodeCrypto).ok, `byte ${at} of ${bytes.length}, all signatures needed`);
      const lenient = verifyReceipt(changed, policy, nodeCrypto);
      if (at < spare) assert.ok(!lenient.ok, `byte ${at} of ${bytes.length}`);
      // What passes without the witness does not claim it.
      else if (lenient.ok) assert.ok(lenient.cosigners.every(({ name }) => name !== 'witness-court-of-audit'));
    }
  });
});
