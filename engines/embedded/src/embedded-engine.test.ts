/** What only the embedded engine has: its bounds, its proofs, cosignatures, and what it does when disk, workers or clock fail it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { generateEd25519, generateEs256, generateNodeKeys, nodeCrypto, signEd25519, signEs256 } from '@tabularium/crypto';
import { type Admission, type BlockCommit, type Outcome, StorageFull } from '@tabularium/engine-port';
import { auditLog, CounterClient, counterAdmit, settled, totalKey } from '@tabularium/engine-port/contract';
import { initialise } from '@tabularium/engine-port/genesis';
import {
  cosignatureLine,
  cosignedMessage,
  decodeEntryBundle,
  formatFact,
  formatPolicy,
  formatVkey,
  LogTree,
  leafHash,
  parseNote,
  verifierKey,
  verifyConsistency,
} from '@tabularium/log';
import { encodeTransaction, makeUlid, type PublicJwk, thumbprint } from '@tabularium/protocol';
import { MemoryStorage, openSqliteStorage } from '@tabularium/store';
import { verifyFact, verifyReceipt } from '@tabularium/verify';
import { openEmbeddedEngine } from './embedded-engine.ts';
import { ORIGIN, openRig, type Rig, type RigOptions } from './engine-rig.test.ts';

const { sha256 } = nodeCrypto;

function memoryRig(options: RigOptions['options'] = {}, more: Partial<RigOptions> = {}): Rig & { readonly client: CounterClient } {
  const rig = openRig({ storage: new MemoryStorage({ sha256 }), options, ...more });
  return { ...rig, client: new CounterClient(nodeCrypto, rig) };
}

function kinds(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) => (outcome.kind === 'busy' ? outcome.reason : outcome.kind));
}

/** A signer with a real key, so that receipts can be verified. */
function realSigner(): { readonly jwk: PublicJwk; readonly kid: string; add(rig: Rig, counter: string): Uint8Array } {
  const key = generateEs256();
  const kid = thumbprint(key.jwk, nodeCrypto);
  let serial = 0;
  return {
    jwk: key.jwk,
    kid,
    add: (rig, counter) => {
      const random = new Uint8Array(10).fill(++serial);
      const payload = {
        ledger: ORIGIN,
        id: makeUlid(rig.now(), random),
        action: 'counter.total.add',
        exp: Math.floor(rig.now() / 1000) + 60,
        body: { counter, amount: 1 },
      };
      return encodeTransaction(payload, kid, signEs256(key.privateKey));
    },
  };
}

/** A witness outside, with its own key. */
function witness(name: string): { readonly vkey: string; line(note: string, seconds: number): string } {
  const key = generateEd25519();
  const verifier = verifierKey(name, 0x04, key.publicKey, nodeCrypto);
  return {
    vkey: formatVkey(verifier),
    line: (note, seconds) => {
      const { text } = parseNote(note)!;
      return cosignatureLine(verifier, seconds, signEd25519(key.privateKey)(cosignedMessage(seconds, text, nodeCrypto.utf8)));
    },
  };
}

function policyOf(rig: Rig, outside: readonly { readonly name: string; readonly vkey: string }[] = []): string {
  const witnesses = [{ name: 'node', vkey: rig.vkeys.cosigner }, ...outside];
  const members = witnesses.map(({ name }) => name);
  return formatPolicy({
    logs: [{ vkey: rig.vkeys.log }],
    witnesses,
    groups: [{ name: 'all-of-them', threshold: 'all', members }],
    quorum: 'all-of-them',
  });
}

describe('bounds', () => {
  test('beyond its count or bytes the queue says so at once, and goes on when it has room again', async () => {
    const { engine, client, dispose } = memoryRig({ limits: { queueCount: 10 } });
    const first = engine.submitMany(Array.from({ length: 14 }, () => client.add({})));
    const late = await engine.submit(client.add({}));
    assert.deepEqual(late, { kind: 'busy', reason: 'queue-full', retryAfterSeconds: 1 });
    assert.equal(engine.status().queued, 10);
    assert.deepEqual(kinds(await first), [...Array(10).fill('accepted'), ...Array(4).fill('queue-full')]);
    assert.deepEqual(kinds([await engine.submit(client.add({}))]), ['accepted']);
    await dispose();
    const small = memoryRig({ limits: { queueBytes: 1_500 } });
    const outcomes = await small.engine.submitMany(Array.from({ length: 9 }, () => small.client.add({})));
    assert.ok(kinds(outcomes).includes('queue-full'));
    assert.equal(kinds(outcomes).lastIndexOf('accepted') + 1, kinds(outcomes).indexOf('queue-full'));
    await small.dispose();
  });

  test('a block stays within its bytes', async () => {
    const { engine, client, storage, dispose } = memoryRig({ limits: { blockBytes: 20_000 } });
    await engine.submitMany(Array.from({ length: 200 }, () => client.add({})));
    for (const { first, count } of auditLog(storage, nodeCrypto).seals) {
      assert.ok(storage.leaves(first, first + count + 1).reduce((sum, leaf) => sum + leaf.length + 2, 0) <= 20_000);
    }
    await dispose();
  });

  test('chunks checked at once may come back in any order; what is decided keeps its own', async () => {
    const admit = counterAdmit(nodeCrypto);
    let running = 0;
    let most = 0;
    const waits = [30, 5, 20, 1, 10, 2, 15, 0];
    const { engine, client, storage, dispose } = memoryRig({
      limits: { chunk: 4, chunkUnderLoad: 4, chunksInFlight: 3 },
      admit: async (batch) => {
        most = Math.max(most, ++running);
        for (let i = waits[batch.length % waits.length]!; i >= 0; i--) await settled();
        running--;
        return admit(batch);
      },
    });
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, i) => engine.submit(client.add({ amount: i % 2 === 0 ? 1 : -1 }))));
    assert.deepEqual(new Set(kinds(outcomes)), new Set(['accepted']));
    assert.equal(most, 3);
    assert.equal(storage.get(totalKey('visits'))?.includes('"total":0'), true);
    await dispose();
  });
});

describe('when something fails', () => {
  test('a full disk: nobody is told yes, both trees go back, and it goes on when there is room', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tabularium-full-'));
    const storage = openSqliteStorage(dir, { sha256 });
    const rig = openRig({ storage });
    const client = new CounterClient(nodeCrypto, rig);
    for (let i = 0; i < 3; i++) await rig.engine.submitMany(Array.from({ length: 90 }, () => client.add({ counter: `c${i}` })));
    const before = rig.engine.head();
    storage.limit(1);
    const batch = Array.from({ length: 200 }, (_, i) => client.add({ counter: `new${i}` }));
    assert.deepEqual(new Set(kinds(await rig.engine.submitMany(batch))), new Set(['storage-full']));
    assert.deepEqual([rig.engine.head(), rig.engine.status().halted], [before, undefined]);
    assert.equal(auditLog(storage, nodeCrypto).checkpoint.size, before.size);
    storage.limit(1_000_000_000);
    assert.deepEqual(new Set(kinds(await rig.engine.submitMany(batch))), new Set(['accepted']));
    auditLog(storage, nodeCrypto);
    await rig.engine.close();
    storage.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test('a deadline that comes due on a full disk is tried again, not without pause', async () => {
    class NarrowStorage extends MemoryStorage {
      full = false;
      tries = 0;
      override commit(block: BlockCommit): readonly number[] {
        this.tries++;
        if (this.full) throw new StorageFull('full');
        return super.commit(block);
      }
    }
    const storage = new NarrowStorage({ sha256 });
    const { engine, client, advance, now, time } = memoryRig({}, { storage });
    await engine.submit(client.add({ resetAt: now() + 10_000 }));
    storage.full = true;
    storage.tries = 0;
    await advance(14_500);
    assert.ok(storage.tries >= 3 && storage.tries <= 6, `${storage.tries} tries`);
    assert.deepEqual([engine.head().height, engine.status().halted], [2, undefined]);
    storage.full = false;
    await advance(1_000);
    assert.equal(engine.head().height, 3);
    assert.equal(time.waiting, 1);
    auditLog(storage, nodeCrypto);
    await engine.close();
    assert.equal(time.waiting, 0);
  });

  test('admission that fails answers busy for its chunk, and is reported; the ledger goes on', async () => {
    const admit = counterAdmit(nodeCrypto);
    let failing = true;
    const { engine, client, reports, dispose } = memoryRig({
      admit: (batch) => (failing ? Promise.reject(new Error('worker died')) : admit(batch)),
    });
    assert.deepEqual(kinds(await engine.submitMany([client.add({}), client.add({})])), ['halted', 'halted']);
    failing = false;
    assert.deepEqual(kinds([await engine.submit(client.add({}))]), ['accepted']);
    assert.match(String(reports[0]), /worker died/);
    await dispose();
    const short = memoryRig({ admit: async () => [] as Admission[] });
    assert.deepEqual(kinds([await short.engine.submit(short.client.add({}))]), ['halted']);
    await short.dispose();
  });

  test('a listener that throws is reported and does no harm', async () => {
    const { engine, client, reports, dispose } = memoryRig();
    let heard = 0;
    engine.onBlock(() => {
      throw new Error('deaf');
    });
    engine.onBlock(() => heard++);
    assert.deepEqual(kinds([await engine.submit(client.add({}))]), ['accepted']);
    assert.deepEqual([heard, reports.length], [1, 1]);
    await dispose();
  });

  test('a clock that says nonsense halts', async () => {
    const rig = memoryRig();
    rig.time.now = Number.NaN;
    assert.deepEqual(
      kinds([await rig.engine.submit(new CounterClient(nodeCrypto, { origin: ORIGIN, now: () => 1_790_000_000_000 }).add({}))]),
      ['halted'],
    );
    await rig.dispose();
  });

  test('a ledger is founded once, and not opened before', () => {
    const rig = memoryRig();
    const options = { storage: new MemoryStorage({ sha256 }), machine: { policy: () => '' } };
    assert.throws(
      () => openRig({ storage: new MemoryStorage({ sha256 }), options: { vkeys: { log: rig.vkeys.cosigner, cosigner: rig.vkeys.log } } }),
      RangeError,
    );
    assert.throws(
      () => initialise({ ...options, storage: rig.storage } as never, { charterLeaf: new Uint8Array(1), time: 1, writes: new Map() }),
      /founded already/,
    );
    assert.throws(() => openEmbeddedEngine({ ...options } as never), /not founded/);
  });
});

describe('proofs', () => {
  test('a receipt is verified offline by policy alone, by name and by index', async () => {
    const signer = realSigner();
    const rig = memoryRig({ keyOf: (kid) => (kid === signer.kid ? signer.jwk : undefined) });
    for (let i = 0; i < 40; i++) {
      const outcome = await rig.engine.submit(signer.add(rig, `c${i % 3}`));
      assert.ok(outcome.kind === 'accepted');
      const receipt = rig.engine.receipt(outcome.index)!;
      assert.equal(rig.engine.receipt(outcome.name), receipt);
      const verified = verifyReceipt(receipt, policyOf(rig), nodeCrypto, Math.floor(rig.now() / 1000));
      assert.ok(verified.ok, JSON.stringify(verified));
      assert.deepEqual([verified.index, verified.transaction.name, verified.cosigners.length], [outcome.index, outcome.name, 1]);
      assert.deepEqual(rig.engine.placed(outcome.name), {
        name: outcome.name,
        index: outcome.index,
        height: outcome.height,
        time: outcome.time,
      });
    }
    assert.deepEqual([rig.engine.receipt(0), rig.engine.receipt(1), rig.engine.receipt(9_999)], [undefined, undefined, undefined]);
    assert.equal(rig.engine.receipt('A'.repeat(43)), undefined);
    assert.equal(rig.engine.placed('A'.repeat(43)), undefined);
    await rig.dispose();
  });

  test('facts are verified offline: a value, and that there is none', async () => {
    const { engine, client, dispose, now, ...rig } = memoryRig();
    await engine.submitMany(Array.from({ length: 30 }, (_, i) => client.add({ counter: `c${i}`, amount: i })));
    const policy = policyOf({ engine, dispose, now, ...rig });
    for (const [counter, total] of [
      ['c3', 3],
      ['c29', 29],
      ['nobody', undefined],
    ] as const) {
      const bundle = engine.fact(totalKey(counter))!;
      const verified = verifyFact(formatFact(bundle), policy, nodeCrypto, { maxAgeSeconds: 60, nowSeconds: Math.floor(now() / 1000) });
      assert.ok(verified.ok, JSON.stringify(verified));
      assert.equal((verified.value as { total: number } | null)?.total, total);
      assert.equal(verified.seal.height, engine.head().height);
    }
    assert.equal(engine.fact('no key'), undefined);
    await dispose();
  });

  test('tiles and bundles give the whole log, and consistency holds between any two sizes', async () => {
    const { engine, client, dispose } = memoryRig();
    for (let i = 0; i < 6; i++) await engine.submitMany(Array.from({ length: 97 }, () => client.add({})));
    const { size } = engine.head();
    const tree = LogTree.empty(sha256);
    for (let at = 0; at < size; at += 256) {
      const bundle = engine.entries(at / 256, Math.min(256, size - at));
      for (const leaf of decodeEntryBundle(bundle!)!) tree.append(leafHash(leaf, sha256));
    }
    assert.deepEqual(engine.tile(0, 0, 256), tree.tile(0, 0, 256));
    assert.deepEqual(engine.tile(1, 0, 2), tree.tile(1, 0, 2));
    assert.deepEqual([engine.entries(2, 256), engine.entries(0, 0), engine.entries(-1, 1), engine.tile(1, 0, 3)], Array(4).fill(undefined));
    for (const from of [1, 2, 100, size - 1]) {
      const claim = { from, fromRoot: tree.root(from), to: size, toRoot: tree.root(), proof: engine.consistency(from, size) };
      assert.equal(verifyConsistency(claim, sha256), true);
    }
    await dispose();
  });
});

describe('cosignatures', () => {
  test('an idle ledger says once a minute that its checkpoint is the newest; a busy one need not', async () => {
    const { engine, client, advance, now, vkeys, dispose } = memoryRig();
    const timeOf = (note: string): bigint => {
      const line = parseNote(note)!.signatures.find(({ name }) => vkeys.cosigner.startsWith(`${name}+`))!;
      return new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0);
    };
    const seconds = (): bigint => BigInt(Math.floor(now() / 1000));
    await engine.submit(client.add({}));
    const first = engine.checkpoint();
    assert.equal(timeOf(first), seconds());
    await advance(59_999);
    assert.equal(engine.checkpoint(), first);
    await advance(1);
    assert.equal(timeOf(engine.checkpoint()), seconds());
    assert.equal(parseNote(engine.checkpoint())!.text, parseNote(first)!.text);
    await advance(40_000);
    await engine.submit(client.add({}));
    const written = engine.checkpoint();
    await advance(59_000);
    assert.equal(engine.checkpoint(), written);
    await advance(1_000);
    assert.notEqual(engine.checkpoint(), written);
    assert.equal(engine.head().height, 3);
    await dispose();
  });

  test('what witnesses add stands in the newest checkpoint and in receipts, and outlasts newer blocks and a restart', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tabularium-witness-'));
    let storage = openSqliteStorage(dir, { sha256 });
    const signer = realSigner();
    const court = witness('court-of-audit.example');
    const press = witness('press.example');
    const rig = openRig({
      storage,
      options: { keyOf: () => signer.jwk },
      reopen: () => {
        storage.close();
        storage = openSqliteStorage(dir, { sha256 });
        return storage;
      },
    });
    const policy = policyOf(rig, [{ name: 'court', vkey: court.vkey }]);
    const first = await rig.engine.submit(signer.add(rig, 'a'));
    assert.ok(first.kind === 'accepted');
    const offered = rig.engine.checkpoint();
    assert.ok(!verifyReceipt(rig.engine.receipt(first.name)!, policy, nodeCrypto).ok);
    const seconds = Math.floor(rig.now() / 1000);
    rig.engine.addCosignatures(offered, [court.line(offered, seconds)]);
    assert.ok(verifyReceipt(rig.engine.receipt(first.name)!, policy, nodeCrypto).ok);
    // A newer line of the same witness replaces its older one; another witness is added.
    rig.engine.addCosignatures(offered, [court.line(offered, seconds + 5), press.line(offered, seconds)]);
    assert.equal(parseNote(rig.engine.checkpoint())!.signatures.length, 4);
    rig.engine.addCosignatures(offered, []);

    const second = await rig.engine.submit(signer.add(rig, 'b'));
    assert.ok(second.kind === 'accepted');
    assert.equal(parseNote(rig.engine.checkpoint())!.signatures.length, 2);
    assert.ok(verifyReceipt(rig.engine.receipt(first.name)!, policy, nodeCrypto).ok);
    assert.ok(!verifyReceipt(rig.engine.receipt(second.name)!, policy, nodeCrypto).ok);
    // A witness that answers late still counts for what it saw.
    rig.engine.addCosignatures(offered, [press.line(offered, seconds + 9)]);
    assert.ok(verifyReceipt(rig.engine.receipt(first.name)!, policy, nodeCrypto).ok);

    const again = (await rig.restart!()) as Rig;
    assert.ok(verifyReceipt(again.engine.receipt(first.name)!, policy, nodeCrypto).ok);
    const newest = again.engine.checkpoint();
    again.engine.addCosignatures(newest, [court.line(newest, seconds + 60)]);
    await again.advance(60_000);
    assert.ok(verifyReceipt(again.engine.receipt(second.name)!, policy, nodeCrypto).ok);
    const fact = formatFact(again.engine.fact(totalKey('a'))!);
    assert.ok(verifyFact(fact, policy, nodeCrypto, { maxAgeSeconds: 60, nowSeconds: seconds + 60 }).ok);
    await again.engine.close();
    storage.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test('a note that is not this log’s, or lines that are none, are refused', async () => {
    const { engine, client, dispose } = memoryRig();
    const other = memoryRig();
    await engine.submit(client.add({}));
    const note = engine.checkpoint();
    const line = witness('w.example').line(note, 1);
    assert.throws(() => engine.addCosignatures(other.engine.checkpoint(), [line]), RangeError);
    assert.throws(() => engine.addCosignatures('', [line]), RangeError);
    assert.throws(() => engine.addCosignatures(note.replace(/\n4\n/, '\n3\n'), [line]), RangeError);
    assert.throws(() => engine.addCosignatures(note, ['hello\n']), RangeError);
    assert.equal(engine.checkpoint(), note);
    await dispose();
    await other.dispose();
  });

  test('a node whose keys were replaced signs the newest checkpoint with the new ones', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tabularium-keys-'));
    const storage = openSqliteStorage(dir, { sha256 });
    await openRig({ storage }).engine.close();
    const keys = generateNodeKeys();
    const rig = openRig({ storage, keys });
    const names = parseNote(rig.engine.checkpoint())!.signatures.map(({ id }) => Buffer.from(id).toString('hex'));
    assert.deepEqual(
      names,
      [rig.vkeys.log, rig.vkeys.cosigner].map((vkey) => vkey.split('+')[1]),
    );
    await rig.engine.close();
    storage.close();
    rmSync(dir, { recursive: true, force: true });
  });
});
