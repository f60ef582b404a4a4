/** What a node believes that joins: what a quorum of the others say alike, over real TLS, and nothing that one of them makes up. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { generateNodeKeys, type NodeKeys, nodeCrypto, nodeSigner, nodeVkeys } from '@tabularium/crypto';
import { Notary } from '@tabularium/engine-port/notary';
import { type CometCall, type ExchangeDoor, makeTlsIdentity, serveExchange } from '@tabularium/exchange';
import { type CharterRecord, cosignerName } from '@tabularium/kernel';
import { encodeEntryBundle, formatCheckpoint, LogTree, leafHash } from '@tabularium/log';
import { toHex } from '@tabularium/protocol';
import { NodeFault } from '../node-fault.ts';
import { nodeEntry } from '../node-identity.ts';
import { OtherNodes } from './other-nodes.ts';
import { readToldCharter } from './told-charter.ts';
import { trustedBlock } from './trusted-block.ts';
import { requireVouched } from './vouched-log.ts';
import { isVouched } from './vouched-snapshot.ts';

const ORIGIN = 'town.example/0123456789abcdef';
const NAME = 'town.example';

class Node {
  readonly keys: NodeKeys = generateNodeKeys();
  readonly identity = makeTlsIdentity();
  readonly id: string;
  door: Partial<ExchangeDoor> = {};
  exchange = '';

  constructor(id: string) {
    this.id = id;
  }

  get entry(): CharterRecord['nodes'][string] {
    const peer = `${'0'.repeat(40)}@127.0.0.1:1`;
    const key = Buffer.alloc(32).toString('base64');
    const { exchange } = this;
    return { agency: this.id, ...nodeEntry(this.keys), validator: { key, power: 10, peer, exchange, tls: this.identity.pin } };
  }

  /** A log of so many leaves: as the checkpoint that it signs says, and as its tiles have it. */
  shows(size: number, name = 'leaf', signer: NodeKeys = this.keys): void {
    const { sha256, utf8 } = nodeCrypto;
    const leaves = Array.from({ length: size }, (_, n) => utf8.encode(`${name} ${n}`));
    const log = LogTree.empty(sha256, () => undefined);
    for (const leaf of leaves) log.append(leafHash(leaf, sha256));
    this.signs(size, log.root(), signer);
    Object.assign(this.door, {
      tile: (level: number, index: number, width: number) => log.tile(level, index, width),
      entries: (index: number, width: number) => encodeEntryBundle(leaves.slice(256 * index, 256 * index + width)),
    });
  }

  signs(size: number, root: Uint8Array = new Uint8Array(32), signer: NodeKeys = this.keys): void {
    const vkeys = nodeVkeys(signer, ORIGIN, cosignerName({ name: NAME }, this.id));
    const notary = new Notary({ origin: ORIGIN, signer: nodeSigner(signer), clock: Date.now, crypto: nodeCrypto, vkeys });
    const note = notary.sign(formatCheckpoint({ origin: ORIGIN, size, root }));
    this.door.checkpoint = () => note;
  }

  /** CometBFT with blocks from here to there. */
  keeps(earliest: number, latest: number, hash = (height: number) => height.toString(16).padStart(64, '0').toUpperCase()): void {
    this.door.comet = async ({ method, params, id }: CometCall) => {
      const height = Number(params.height);
      const result =
        method === 'status'
          ? { sync_info: { earliest_block_height: String(earliest), latest_block_height: String(latest) } }
          : { signed_header: { commit: { height: params.height, block_id: { hash: hash(height) } } } };
      const isThere = method === 'status' || (height >= earliest && height <= latest);
      return JSON.stringify(
        isThere ? { jsonrpc: '2.0', id, result } : { jsonrpc: '2.0', id, error: { code: -32603, message: 'no block' } },
      );
    };
  }
}

async function given(t: TestContext, nodeQuorum = 3) {
  const nodes = ['a', 'b', 'c', 'd'].map((id) => new Node(id));
  for (const node of nodes) {
    const { identity } = node;
    const door = new Proxy({} as ExchangeDoor, { get: (_, name: keyof ExchangeDoor) => node.door[name] ?? (() => undefined) });
    const onFault = (): void => undefined;
    const server = await serveExchange({ host: '127.0.0.1', port: 0, identity, isKnown: () => 'joining', door, onFault });
    t.after(() => server.close());
    node.exchange = `https://127.0.0.1:${server.port}`;
  }
  const entries = Object.fromEntries(nodes.map((node) => [node.id, node.entry]));
  const charter = { name: NAME, origin: ORIGIN, nodes: entries, nodeQuorum, witnesses: {}, witnessQuorum: 0 } as unknown as CharterRecord;
  const reports: string[] = [];
  const report = (error: unknown): void => void reports.push((error as Error).message);
  const others = new OtherNodes({ identity: makeTlsIdentity(), charter, node: 'joining', addresses: {}, report });
  t.after(() => others.close());
  const [a, b, c, d] = nodes as [Node, Node, Node, Node];
  return { a, b, c, d, charter, others, reports, report };
}

const isTooFew = (error: unknown): boolean => error instanceof NodeFault && error.code === 'nodes-unreachable';

test('the block that the light client begins with is the oldest that a quorum has, and says the same of', async (t) => {
  const { a, b, c, d, others, reports } = await given(t);
  for (const [node, earliest] of [
    [a, 1],
    [b, 40],
    [c, 50],
    [d, 90],
  ] as const)
    node.keeps(earliest, 100);
  const { height, hash, nodes } = await trustedBlock(others);
  assert.deepEqual([height, Number.parseInt(hash, 16)], [50, 50]);
  assert.deepEqual(
    nodes.map(({ peer }) => peer.id),
    ['a', 'b', 'c'],
  );

  // One says something else: then it is a block that the others have, if there is one.
  b.keeps(40, 100, () => 'F'.repeat(64));
  assert.equal(Number.parseInt((await trustedBlock(others)).hash, 16), 90);
  d.keeps(101, 101);
  await assert.rejects(trustedBlock(others), isTooFew);

  // Answers that are none count for nothing.
  const comet = (answer: string | undefined) => async () => answer;
  const fitting = '{"result":{"sync_info":{"earliest_block_height":"1","latest_block_height":"100"}}}';
  for (const answer of [
    undefined,
    'no JSON',
    '{}',
    fitting + ' '.repeat(256 * 1024),
    '{"result":{"sync_info":{"earliest_block_height":1,"latest_block_height":"x"}}}',
  ]) {
    for (const node of [a, b]) node.door.comet = comet(answer);
    await assert.rejects(trustedBlock(others), isTooFew);
  }
  assert.ok(reports.some((message) => message.startsWith('node a: ')));
  for (const node of [a, b, c, d]) node.keeps(0, 0);
  await assert.rejects(trustedBlock(others), isTooFew);
});

test('a log is stood by where a quorum has signed what begins with it', async (t) => {
  const { a, b, c, d, charter, others, reports, report } = await given(t);
  a.shows(300);
  const root = LogTree.empty(nodeCrypto.sha256, () => undefined);
  for (let n = 0; n < 280; n++) root.append(leafHash(nodeCrypto.utf8.encode(`leaf ${n}`), nodeCrypto.sha256));
  const vouched = () => requireVouched({ others, charter, size: 280, root: root.root(), report, tries: 2 });
  b.shows(280);
  c.shows(281);
  await vouched();
  assert.deepEqual(reports, ['node d does not stand by this log: checkpoint-malformed']);

  for (const [lie, said] of [
    [() => c.shows(281, 'another leaf'), /node c .* signed another log of 281 leaves/],
    [() => c.shows(279), /node c .* has only 279 leaves/],
    [() => c.shows(281, 'leaf', d.keys), /node c .* (?:log-signature-missing|quorum-not-met)/],
    [() => Object.assign(c.door, { tile: () => new Uint8Array(32) }), /node c /],
  ] as const) {
    c.shows(281);
    lie();
    reports.length = 0;
    await assert.rejects(vouched(), isTooFew);
    assert.match(reports.join('\n'), said);
  }
  d.shows(1_000);
  await vouched();
});

test('a node that never comes to the end of what it signed keeps nobody waiting', async (t) => {
  const { a, b, c, d, charter, others, reports, report } = await given(t);
  for (const node of [a, b, c]) node.shows(300);
  const root = LogTree.empty(nodeCrypto.sha256, () => undefined);
  for (let n = 0; n < 300; n++) root.append(leafHash(nodeCrypto.utf8.encode(`leaf ${n}`), nodeCrypto.sha256));
  // A signed checkpoint of more leaves than anybody has, whose edge must be made of thousands of tiles.
  let asked = 0;
  d.shows(300);
  d.signs(256 ** 5 * 255 + 256 ** 4 * 255 + 256 ** 3 * 255);
  d.door.tile = (_level, _index, width) => {
    asked++;
    return width === 256 ? Buffer.alloc(256 * 32) : undefined;
  };
  await requireVouched({ others, charter, size: 300, root: root.root(), report, patienceMs: 200 });
  assert.ok(asked > 0);
  assert.deepEqual(reports, ['node d does not stand by this log: it takes too long to show what it signed']);
});

test('a snapshot is taken where more than a third of the nodes made the same one, and not on the word of fewer', async (t) => {
  const { a, b, c, d, others, reports } = await given(t);
  const hash = (name: string): string => toHex(nodeCrypto.sha256(nodeCrypto.utf8.encode(name)));
  const made = (node: Node, name: string): void => {
    node.door.snapshotHash = (height) => (height === 40 ? hash(name) : undefined);
  };
  const isMade = (name: string) => isVouched({ height: 40, hash: nodeCrypto.sha256(nodeCrypto.utf8.encode(name)) }, others, 0);
  made(a, 'without some ids');
  for (const node of [b, c]) made(node, 'whole');
  assert.deepEqual([await isMade('whole'), await isMade('without some ids')], [true, false]);

  // Whoever makes his a moment later is waited for.
  c.door.snapshotHash = () => undefined;
  assert.equal(await isMade('whole'), false);
  setTimeout(() => made(d, 'whole'), 200);
  assert.equal(await isVouched({ height: 40, hash: nodeCrypto.sha256(nodeCrypto.utf8.encode('whole')) }, others, 5_000), true);

  a.door.snapshotHash = () => 'none';
  await isMade('whole');
  assert.ok(reports.some((message) => message.startsWith('node a: ')));
});

test('where this node’s own word would be needed, all others must say the same', async (t) => {
  const { a, b, charter } = await given(t);
  const quorumOf = (nodeQuorum: number, node: string): number => {
    const others = new OtherNodes({
      identity: a.identity,
      charter: { ...charter, nodeQuorum },
      node,
      addresses: {},
      report: () => undefined,
    });
    others.close();
    return others.quorum;
  };
  assert.deepEqual([quorumOf(3, 'a'), quorumOf(4, 'a'), quorumOf(4, 'joining')], [3, 3, 4]);
  const alone = { ...charter, nodes: { a: a.entry } };
  assert.throws(
    () => new OtherNodes({ identity: b.identity, charter: alone, node: 'a', addresses: {}, report: () => undefined }),
    isTooFew,
  );
});

test('what is told as the charter in force must be one of many agencies, of this ledger', async (t) => {
  const { charter, a } = await given(t);
  assert.equal(readToldCharter(JSON.stringify(charter), ORIGIN).nodeQuorum, 3);
  const { validator: _, ...single } = a.entry;
  const wrong: readonly unknown[] = [
    null,
    [],
    { ...charter, origin: 'another/0123456789abcdef' },
    { ...charter, nodes: undefined },
    { ...charter, nodes: { a: { ...a.entry, log: 7 } } },
    { ...charter, nodes: { a: single } },
    { ...charter, nodeQuorum: 0 },
    { ...charter, nodeQuorum: '3' },
  ];
  for (const one of [...wrong.map((value) => JSON.stringify(value)), 'no JSON', ''])
    assert.throws(
      () => readToldCharter(one, ORIGIN),
      (error) => error instanceof NodeFault && error.code === 'input-invalid',
      one,
    );
});
