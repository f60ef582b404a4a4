/**
 * A town's ledger is executed again from its log, into a directory of its own: leaf for leaf, seal for seal the same. What was interrupted
 * carries on and is nobody's ledger until then; a log that was changed, however well its hashes were mended, is found out where it was.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { generateNodeKeys, loadNodeKeys, type NodeKeys, nodeCrypto, saveNodeKeys } from '@tabularium/crypto';
import { openSmallTown, type SmallTown } from '@tabularium/demo';
import { encodeCharter } from '@tabularium/kernel';
import { formatSeal, parseNote, parseSeal, type Seal } from '@tabularium/log';
import { toHex } from '@tabularium/protocol';
import { type LedgerReader, openLedgerReader } from '@tabularium/store';
import { type AuditReport, auditLedger } from './audit/audit-ledger.ts';
import type { LogSource } from './audit/audit-source.ts';
import { DirectorySource } from './audit/directory-source.ts';
import { HttpSource } from './audit/http-source.ts';
import { openLedgerStorage } from './ledger-storage.ts';
import { LeavesSource } from './log-rig.test.ts';
import type { NodeFault } from './node-fault.ts';
import { nodeEntry } from './node-identity.ts';
import { newOffice, type Office } from './node-rig.test.ts';
import { type Replica, type ReplicatedBlock, type ReplicateOptions, replicateLedger } from './replicate-ledger.ts';
import { resumeAfterLoss } from './resume.ts';
import { type RunningNode, startNode } from './start-node.ts';

/** Enough leaves for some full tiles. */
const STEPS = 900;

/** The log with one seal changed, and every seal after it made to follow it. */
function reseal(leaves: readonly Uint8Array[], height: number, change: (seal: Seal) => Seal): Uint8Array[] {
  let prev: string | undefined;
  return leaves.map((leaf) => {
    const seal = parseSeal(leaf);
    if (seal === undefined || seal.height < height) return leaf;
    const changed = seal.height === height ? change(seal) : { ...seal, prev: prev! };
    const bytes = nodeCrypto.utf8.encode(formatSeal(changed));
    prev = toHex(nodeCrypto.sha256(bytes));
    return bytes;
  });
}

async function faultOf(replica: Promise<Replica>): Promise<NodeFault> {
  const error = await replica.then(
    () => assert.fail('nothing was found'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error && error.name === 'NodeFault', String(error));
  return error as NodeFault;
}

const toBytes = (text: string): Uint8Array => nodeCrypto.utf8.encode(text);
const digest = (value: unknown): string =>
  toHex(nodeCrypto.sha256(toBytes(JSON.stringify(value, (_, one) => (one instanceof Uint8Array ? toHex(one) : one)))));

function reading<T>(place: string, read: (reader: LedgerReader) => T): T {
  const reader = openLedgerReader(join(place, 'ledger.db'));
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}

const leavesOf = (place: string): readonly Uint8Array[] => reading(place, (reader) => reader.leaves(0, reader.head().size));

/** Digests of everything that the ledger's file holds. */
function contents(place: string, names: readonly string[]): object {
  return reading(place, (reader) => {
    const { height, size, time, seal, state } = reader.head();
    const kept = {
      blocks: Array.from({ length: height }, (_, i) => reader.block(i + 1)),
      leaves: reader.leaves(0, size),
      tiles: Array.from({ length: Math.floor(size / 256) }, (_, i) => reader.tile(0, i)),
      events: [...reader.events(1, height)],
      records: [...reader.records()].sort(([a], [b]) => (a < b ? -1 : 1)),
      names: names.map((name) => reader.findName(name)),
    };
    const digests = Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, digest(value)]));
    return { height, size, time, seal, state: toHex(state), ...digests };
  });
}

async function fromDirectory(from: string, options: Omit<ReplicateOptions, 'source'>): Promise<Replica> {
  const source = new DirectorySource(from);
  try {
    return await replicateLedger({ source, ...options });
  } finally {
    source.close();
  }
}

async function audited(place: string): Promise<AuditReport> {
  const source = new DirectorySource(place);
  try {
    return await auditLedger(source);
  } finally {
    source.close();
  }
}

/** No node starts on it, no audit passes it. */
async function assertNotBelieved(replica: string): Promise<void> {
  assert.ok(!existsSync(join(replica, 'charter.json')));
  await assert.rejects(startNode({ dir: replica, adminSocket: false }), { name: 'NodeFault' });
  if (existsSync(join(replica, 'ledger.db'))) assert.equal((await audited(replica)).ok, false);
}

describe('a town’s ledger from its log', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-replica-'));
  let made = 0;
  let town: SmallTown;
  let original: string;
  let leaves: readonly Uint8Array[];
  let keys: NodeKeys;

  before(async () => {
    town = await openSmallTown(join(dir, 'demo'), { steps: STEPS });
    original = town.place.town;
    leaves = leavesOf(original);
    keys = loadNodeKeys(join(original, 'keys'));
    assert.ok(leaves.length > 1_024, `${leaves.length} leaves`);
  });
  after(async () => {
    await town.node.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const newDir = (): string => join(dir, `replica-${made++}`);
  const forged = (changed: readonly Uint8Array[], by: NodeKeys = keys): LogSource => new LeavesSource(changed, town.charter.origin, by);

  async function assertSame(replica: string): Promise<void> {
    const names = town.signed.map(({ name }) => name);
    assert.deepEqual(contents(replica, names), contents(original, names));
    // Texts come another way; an audit looks for them.
    cpSync(join(original, 'texts.db'), join(replica, 'texts.db'));
    const report = await audited(replica);
    assert.ok(report.ok, JSON.stringify(report));
  }

  test('is the same from a directory, and bears its source’s checkpoint; whoever follows the blocks has all leaves and events', async () => {
    const replica = newDir();
    const blocks: ReplicatedBlock[] = [];
    const progress: number[] = [];
    const { origin, height, size, checkpoint } = await fromDirectory(original, {
      dir: replica,
      origin: town.charter.origin,
      onBlock: (block) => void blocks.push(block),
      onProgress: (done) => void progress.push(done),
    });
    const head = town.node.storage.head();
    assert.deepEqual([origin, height, size, checkpoint], [town.charter.origin, head.height, head.size, head.checkpoint]);
    assert.deepEqual(progress, [0, 1_024, leaves.length]);
    await assertSame(replica);
    assert.equal(digest(blocks.flatMap((block) => block.leaves)), digest(leaves));
    const events = reading(original, (reader) => [...reader.events(1, head.height)]);
    assert.equal(digest(blocks.map(({ leaves: _, ...block }) => block)), digest(events));
  });

  test('is the same over HTTP', async () => {
    const replica = newDir();
    await replicateLedger({ source: new HttpSource(town.node.url), dir: replica });
    await assertSame(replica);
  });

  test('carries on where it was interrupted, and is no ledger until then', async () => {
    const replica = newDir();
    const seen: number[] = [];
    const stop = new AbortController();
    const abort = fromDirectory(original, {
      dir: replica,
      signal: stop.signal,
      onBlock: ({ height }) => {
        seen.push(height);
        if (height === 40) stop.abort(new Error('that will do'));
      },
    });
    await assert.rejects(abort, /that will do/);
    await assertNotBelieved(replica);
    // Whoever follows the blocks could not keep one: it comes again.
    const lost = fromDirectory(original, {
      dir: replica,
      onBlock: async ({ height }) => {
        if (height === 50) throw new Error('no room for it');
        seen.push(height);
      },
    });
    await assert.rejects(lost, /no room for it/);
    await assertNotBelieved(replica);
    await fromDirectory(original, { dir: replica, onBlock: ({ height }) => void seen.push(height) });
    assert.deepEqual(
      seen,
      Array.from({ length: town.node.storage.head().height }, (_, i) => i + 1),
    );
    await assertSame(replica);
    await assert.rejects(
      fromDirectory(original, { dir: newDir(), signal: AbortSignal.abort(new Error('before it began')) }),
      /before it began/,
    );
  });

  test('a byte that was changed in an entry, a seal or a tile is named before anything is done with it', async () => {
    const change = (index: number) => (ledger: DatabaseSync) => {
      const row = ledger.prepare('SELECT height, leaves FROM block WHERE first <= ? ORDER BY first DESC').get(index);
      const { height, leaves: blob } = row as { height: number; leaves: Uint8Array };
      blob[Buffer.from(blob).indexOf(leaves[index]!) + 7]! ^= 1;
      ledger.prepare('UPDATE block SET leaves = ? WHERE height = ?').run(blob, height);
    };
    const seal = leaves.findIndex((leaf) => parseSeal(leaf)?.height === 20);
    const changes: readonly (readonly [place: RegExp, (ledger: DatabaseSync) => void])[] = [
      [/: entry 700: it does not have the hash/, change(700)],
      [/: entry 0: it does not have the hash/, change(0)],
      [new RegExp(`: entry ${seal}: it does not have the hash`), change(seal)],
      [/: the newest checkpoint: the hash tiles do not have its root/, change(leaves.length - 1)],
      [
        /: the newest checkpoint: the hash tiles do not have its root/,
        (ledger) => ledger.exec('UPDATE tile SET hashes = zeroblob(8192) WHERE place = 2'),
      ],
      [/: hash tile 0\/1: it is missing/, (ledger) => ledger.exec('DELETE FROM tile WHERE place = 1')],
      [/: entries 0 to 1023: /, (ledger) => ledger.exec("UPDATE block SET leaves = x'ffff' WHERE height = 30")],
    ];
    for (const [place, tamper] of changes) {
      const copy = newDir();
      cpSync(original, copy, { recursive: true });
      const ledger = new DatabaseSync(join(copy, 'ledger.db'));
      tamper(ledger);
      ledger.close();
      const replica = newDir();
      const fault = await faultOf(fromDirectory(copy, { dir: replica }));
      assert.deepEqual([fault.code, place.test(fault.message)], ['audit-difference', true], fault.message);
      await assertNotBelieved(replica);
    }
  });

  test('a seal that its block does not lead to is named with its height, though hashes and signatures were made to fit', async () => {
    const changes: readonly (readonly [height: number, change: (seal: Seal) => Seal, said: RegExp])[] = [
      [
        30,
        (seal) => ({ ...seal, state: 'ab'.repeat(32) }),
        /the seal of block 30 \(leaf \d+\): block 30 leads to the state [0-9a-f]{64}, not (?:ab){32}$/,
      ],
      [31, (seal) => ({ ...seal, validators: 'cd'.repeat(32) }), /block 31 leads to the validators/],
      [32, (seal) => ({ ...seal, time: seal.time + 1 }), /the seal of block 32 .*(?:state|time)/],
      [33, (seal) => ({ ...seal, count: seal.count + 1 }), /the seal of block 33 .* its count is/],
      [34, (seal) => ({ ...seal, ledger: 'elsewhere/0123456789abcdef' }), /the seal of block 34 .* its ledger is elsewhere/],
    ];
    for (const [height, change, said] of changes) {
      const replica = newDir();
      const fault = await faultOf(replicateLedger({ source: forged(reseal(leaves, height, change)), dir: replica }));
      assert.equal(fault.code, 'audit-difference');
      assert.match(fault.message, said);
      assert.equal(
        reading(replica, (reader) => reader.head().height),
        height - 1,
      );
      await assertNotBelieved(replica);
    }
  });

  test('an entry that the machine refuses is named, and so is a log that ends within a block', async () => {
    const index = leaves.findIndex((leaf) => parseSeal(leaf)?.height === 60);
    const twice = leaves.toSpliced(index, 0, leaves[index - 1]!);
    const again = reseal(twice.slice(0, index + 2), 60, (seal) => ({ ...seal, count: seal.count + 1 }));
    const refused = await faultOf(replicateLedger({ source: forged(again), dir: newDir() }));
    assert.match(refused.message, new RegExp(`entry ${index} \\(block 60\\): it was accepted before`));
    const within = await faultOf(replicateLedger({ source: forged(leaves.slice(0, index)), dir: newDir() }));
    assert.match(within.message, /the checkpoint ends within a block/);
  });

  test('a checkpoint that no node of the charter signed makes no ledger; what was executed serves when the right one comes', async () => {
    const replica = newDir();
    const fault = await faultOf(replicateLedger({ source: forged(leaves, generateNodeKeys()), dir: replica }));
    assert.deepEqual([fault.code, /no node of the charter in force has signed it/.test(fault.message)], ['audit-difference', true]);
    await assertNotBelieved(replica);
    const seen: number[] = [];
    await fromDirectory(original, { dir: replica, onBlock: ({ height }) => void seen.push(height) });
    assert.deepEqual(seen, []);
    await assertSame(replica);
  });

  test('what was begun under a forged log begins anew', async () => {
    const replica = newDir();
    const other = reseal(leaves, 30, (seal) => ({ ...seal, time: seal.time + 1 }));
    await faultOf(replicateLedger({ source: forged(other.slice(0, 300)), dir: replica }));
    const seen: number[] = [];
    await fromDirectory(original, { dir: replica, onBlock: ({ height }) => void seen.push(height) });
    assert.ok(seen.length > 0);
    await assertSame(replica);
  });

  test('another ledger than the one that is asked for, and a charter that is not its origin’s, are refused', async () => {
    const other = await faultOf(fromDirectory(original, { dir: newDir(), origin: 'elsewhere/0123456789abcdef' }));
    assert.deepEqual([other.code, /is the ledger vellmere\/\w+, not elsewhere/.test(other.message)], ['input-invalid', true]);
    const { charter } = town;
    const changed = toBytes(nodeCrypto.utf8.decode(leaves[0]!).replace('"nodeQuorum":1', '"nodeQuorum":2'));
    assert.notEqual(changed.length, 0);
    const fault = await faultOf(replicateLedger({ source: forged([changed, ...leaves.slice(1)]), dir: newDir() }));
    assert.deepEqual([fault.code, /: entry 0: /.test(fault.message)], ['audit-difference', true], fault.message);
    assert.equal(toHex(encodeCharter(charter, nodeCrypto)), toHex(leaves[0]!));
  });
});

describe('an office’s ledger that goes on', () => {
  const office: Office = newOffice();
  const place = (name: string): string => join(office.dir, name);
  let node: RunningNode;

  before(async () => {
    node = await startNode({ dir: office.data, adminSocket: false });
    for (const acceptance of office.acceptances()) await node.door.submit(acceptance);
    await write(node, 300);
  });
  after(async () => {
    await node.close();
    office.remove();
  });

  let year = 2000;
  async function write(to: RunningNode, count: number): Promise<void> {
    const proposals = Array.from({ length: count }, () => {
      const name = String(year++);
      return office.sign(year % 2 === 0 ? 'accountant' : 'head', {
        action: 'kernel.propose',
        body: { action: 'treasury.year.open', body: { year: name, from: `${name}-01-01`, to: `${name}-12-31` } },
      });
    });
    for (const outcome of await to.door.submitMany(proposals)) assert.equal(outcome.kind, 'accepted');
  }

  test('a replica carries on to each newer checkpoint, and a node with keys of the charter signs it and runs on it', async () => {
    const replica = place('carried-on');
    cpSync(join(office.data, 'keys'), join(replica, 'keys'), { recursive: true });
    const later = Date.now() + 3_600_000;
    const source = new HttpSource(node.url);
    for (const count of [0, 1, 600, 1]) {
      if (count > 0) await write(node, count);
      const { size, checkpoint } = await replicateLedger({ source, dir: replica, clock: () => later });
      assert.equal(size, node.storage.head().size);
      assert.notEqual(checkpoint, node.storage.head().checkpoint);
      const report = await audited(replica);
      assert.ok(report.ok, JSON.stringify(report));
      assert.deepEqual([report.size, report.cosigners[0]?.time], [size, Math.floor(later / 1_000)]);
    }
    assert.equal(digest(leavesOf(replica)), digest(leavesOf(office.data)));
    const own = await startNode({ dir: replica, clock: () => later, adminSocket: false });
    await own.close();
    // What is there already, and what is older, changes nothing.
    const before = reading(replica, (reader) => reader.head());
    const older = new LeavesSource(leavesOf(office.data).slice(0, 2), office.charter.origin, loadNodeKeys(join(office.data, 'keys')));
    assert.equal((await replicateLedger({ source: older, dir: replica })).size, before.size);
    assert.deepEqual(
      reading(replica, (reader) => reader.head()),
      before,
    );
  });

  test('a ledger that is whole takes nothing from a log that is not signed, has gone another way, or is another ledger', async () => {
    const replica = place('whole');
    await replicateLedger({ source: new HttpSource(node.url), dir: replica });
    const copy = place('copy');
    const { size } = reading(replica, (reader) => reader.head());
    await write(node, 3);
    const { origin } = office.charter;
    const unsigned = new LeavesSource(leavesOf(office.data), origin, generateNodeKeys());
    const fault = await faultOf(replicateLedger({ source: unsigned, dir: replica }));
    assert.deepEqual([fault.code, /no node of the charter in force/.test(fault.message)], ['audit-difference', true]);
    assert.equal(
      reading(replica, (reader) => reader.head().size),
      size,
    );
    assert.ok((await audited(replica)).ok);

    cpSync(replica, copy, { recursive: true });
    cpSync(join(office.data, 'keys'), join(copy, 'keys'), { recursive: true });
    const forked = await startNode({ dir: copy, adminSocket: false });
    await write(forked, 2);
    await forked.close();
    const fork = await faultOf(replicateLedger({ source: new HttpSource(node.url), dir: copy }));
    assert.deepEqual([fork.code, /two histories/.test(fork.message)], ['would-fork', true]);
    assert.ok((await audited(copy)).ok);

    const stranger = newOffice();
    const strange = await faultOf(fromDirectory(stranger.data, { dir: replica }));
    assert.equal(strange.code, 'input-invalid');
    stranger.remove();
    assert.equal((await faultOf(replicateLedger({ source: new HttpSource(node.url), dir: office.data }))).code, 'directory-in-use');
  });

  test('ends with the block that is asked for: signed by a node of the charter, and no ledger where nobody can sign', async () => {
    const source = new HttpSource(node.url);
    const { height } = node.storage.head();
    const seals = leavesOf(office.data).filter((leaf) => parseSeal(leaf) !== undefined);
    const target = toHex(nodeCrypto.sha256(seals[2]!));
    const until = (seal: string): boolean => seal === target;
    const dir = place('until');
    cpSync(join(office.data, 'keys'), join(dir, 'keys'), { recursive: true });
    for (let times = 0; times < 2; times++) {
      const { height: reached, checkpoint } = await replicateLedger({ source, dir, until });
      assert.deepEqual([reached, checkpoint?.includes(`\n${reading(dir, (reader) => reader.head().size)}\n`)], [3, true]);
      assert.ok((await audited(dir)).ok);
    }
    assert.equal((await replicateLedger({ source, dir })).height, height);
    const past = await faultOf(replicateLedger({ source, dir, until }));
    assert.deepEqual([past.code, /no block with which this was to end/.test(past.message)], ['input-invalid', true]);

    const blocks: number[] = [];
    const nobody = await replicateLedger({ source, dir: place('nobody'), until, onBlock: (block) => void blocks.push(block.height) });
    assert.deepEqual([nobody.height, nobody.checkpoint, blocks], [3, undefined, [1, 2, 3]]);
    await assertNotBelieved(place('nobody'));
    saveNodeKeys(join(place('stranger'), 'keys'), generateNodeKeys());
    assert.equal((await faultOf(replicateLedger({ source, dir: place('stranger'), until }))).code, 'node-keys');
  });

  test('a ledger that CometBFT carries on is left to it', async () => {
    const dir = place('in-a-term');
    const source = new HttpSource(node.url);
    await replicateLedger({ source, dir });
    const storage = openLedgerStorage(dir);
    storage.saveAnchor('tabularium-0/1');
    storage.close();
    const fault = await faultOf(replicateLedger({ source, dir }));
    assert.deepEqual([fault.code, fault.next], ['directory-taken', 'start']);
  });

  test('a directory in which a ledger is being founded is left alone', async () => {
    const dir = place('founding');
    cpSync(join(office.data, 'charter.json'), join(dir, 'charter.json'));
    const fault = await faultOf(replicateLedger({ source: new HttpSource(node.url), dir }));
    assert.deepEqual([fault.code, fault.next], ['directory-taken', 'start']);
  });

  test('a successor needs the log of its predecessor, and keeps it in its folder', async () => {
    const old = place('old');
    const successor = place('successor');
    await node.close();
    cpSync(office.data, old, { recursive: true });
    cpSync(office.data, successor, { recursive: true });
    node = await startNode({ dir: office.data, adminSocket: false });
    const { successor: origin } = await resumeAfterLoss({ dir: successor, reason: 'lost-keys', witnesses: [], notes: new Map() });
    const without = new DirectorySource(successor);
    without.predecessor = () => undefined;
    const fault = await faultOf(replicateLedger({ source: without, dir: place('lacking') }));
    assert.deepEqual(
      [fault.code, /succeeded office\.example\/\w+ .* does not have its log/.test(fault.message)],
      ['input-invalid', true],
      fault.message,
    );
    await assertNotBelieved(place('lacking'));
    without.close();

    const replica = place('replica-of-successor');
    const running = await startNode({ dir: successor, adminSocket: false });
    const found = await replicateLedger({ source: new HttpSource(running.url), dir: replica });
    await running.close();
    assert.equal(found.origin, origin);
    assert.deepEqual(contents(replica, []), contents(successor, []));
    assert.equal(digest(leavesOf(join(replica, 'predecessor'))), digest(leavesOf(old)));
    const report = await audited(replica);
    assert.ok(report.ok && report.compared.includes('predecessor'), JSON.stringify(report));

    // A predecessor that was cut short is not the one that the charter names.
    const source = new DirectorySource(successor);
    const cut = leavesOf(old);
    const end = cut.findLastIndex((leaf, index) => index < cut.length - 1 && parseSeal(leaf) !== undefined) + 1;
    source.predecessor = () => new LeavesSource(cut.slice(0, end), office.charter.origin, loadNodeKeys(join(old, 'keys'))) as never;
    const short = await faultOf(replicateLedger({ source, dir: place('cut') }));
    assert.match(short.message, /the charter says height \d+, and the predecessor has \d+/);
    source.close();
  });

  test('the node of another agency makes its own of it, and signs beside the one it came from', async () => {
    const joining = generateNodeKeys();
    const shared = newOffice({
      change: (draft) => {
        const [[id, first]] = Object.entries(draft.nodes) as [[string, (typeof draft.nodes)[string]]];
        return { ...draft, nodes: { [id]: first, [`${id}-b`]: { agency: first.agency, ...nodeEntry(joining) } }, nodeQuorum: 2 };
      },
    });
    const replica = join(shared.dir, 'replica');
    saveNodeKeys(join(replica, 'keys'), joining);
    const { checkpoint } = await fromDirectory(shared.data, { dir: replica });
    const theirs = parseNote(reading(shared.data, (reader) => reader.head().checkpoint!))!;
    const ours = parseNote(checkpoint!)!;
    assert.deepEqual([ours.text, ours.signatures.length, theirs.signatures.length], [theirs.text, 4, 2]);
    // One of the two is not enough for the policy; both are.
    const [alone, together] = [await audited(shared.data), await audited(replica)];
    assert.deepEqual([alone.ok, !alone.ok && alone.difference.detail], [false, 'it does not satisfy the policy (quorum-not-met)']);
    assert.ok(together.ok, JSON.stringify(together));
    shared.remove();
  });
});
