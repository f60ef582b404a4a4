/** What `network` says to whoever types it: next steps that can be copied, slips that are named. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generateNodeKeys, saveNodeKeys } from '@tabularium/crypto';
import { openAdminSocket } from '../../admin-socket.ts';
import { dataDirectory } from '../../data-directory.ts';
import { charterIn } from '../../network/charter-in.ts';
import { foundDemoTown } from '../../network/demo-network.ts';
import { writeVoteless } from '../../network/voteless.ts';
import { NodeConsole } from '../../node-console.ts';
import { NodeFault } from '../../node-fault.ts';
import { loadIdentity, nodeEntry } from '../../node-identity.ts';
import { requireLedger } from '../../open-ledger.ts';
import type { NodeStatus } from '../../start-node.ts';
import { networkVerb } from '../network-verb.ts';

const folder = mkdtempSync(join(tmpdir(), 'tabularium-words-'));
const town = join(folder, 'town');
before(async () => void (await foundDemoTown(town)));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What it says to a person. */
async function said(positionals: readonly string[], values: Readonly<Record<string, string | string[]>>): Promise<string> {
  const lines: string[] = [];
  const out = { write: (text: string) => void lines.push(text) };
  await networkVerb.run({
    values: { data: town, ...values },
    positionals,
    env: {},
    console: new NodeConsole({ out, err: out, json: false }),
  });
  return lines.join('');
}

function fault(code: string, words: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof NodeFault, String(error));
    assert.equal(error.code, code);
    assert.match(`${error.message}\n${error.next ?? ''}`, words);
    return true;
  };
}

/** A node's public file, as another agency sent it; the town's own where its keys are not told. */
function nodeFile(agency: string, own?: object): string {
  const path = join(folder, `${agency}.json`);
  const entry = own ?? nodeEntry(generateNodeKeys());
  const validator = {
    key: 'A'.repeat(43),
    power: 10,
    peer: `id@${agency}.example:26656`,
    exchange: `https://${agency}.example:7443`,
    tls: 'B',
  };
  writeFileSync(path, JSON.stringify({ ...entry, agency, validator }));
  return path;
}

test('adopt says what can be copied, which agencies are new, and whose node would change hands', async () => {
  const { origin, nodes } = charterIn(town);
  const { log, cosigner, notice } = nodes['node-1']!;
  const words = await said(['adopt'], { node: [nodeFile('office', { log, cosigner, notice }), nodeFile('harbour')] });
  const path = join(town, 'amendment.json');
  assert.match(words, new RegExp(`--body ${path} --submit`));
  assert.ok(words.includes(`network join --data DIR --from https://office.example:7443 --origin ${origin}`), words);
  assert.match(words, /does not have yet: harbour\./);
  assert.doesNotMatch(words, /warning/);
  assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { action: string }).action, 'kernel.charter.amend');
  const moved = await said(['adopt'], { node: [`node-1=${nodeFile('court', { log, cosigner, notice })}`] });
  assert.match(moved, /warning: node node-1 was agency office's, and would be court's/);
});

test('what cannot be meant is said, with what could', async () => {
  await assert.rejects(said([], {}), fault('usage', /followed by one of new, adopt/));
  await assert.rejects(said(['leave'], { id: 'nobody' }), fault('input-invalid', /no node nobody: its nodes are node-1/));
  await assert.rejects(
    said(['join'], { from: 'http://x:1', origin: 'o' }),
    fault('usage', /--from is .*https:\/\/HOST:PORT, not http:\/\/x:1/),
  );
});

test('a folder with keys and no ledger is led to the others, an empty one to a ledger of its own', () => {
  const place = dataDirectory(join(folder, 'court-machine'));
  assert.throws(() => requireLedger(place), fault('no-ledger', /\ninit --data /));
  mkdirSync(place.dir);
  writeFileSync(place.nodeEntry, '{}');
  assert.throws(() => requireLedger(place), fault('no-ledger', /\nnetwork join --data .* --origin ORIGIN/));
});

test('whoever left a ledger of several agencies is not told to begin another one', () => {
  const keys = join(folder, 'keys');
  saveNodeKeys(keys, generateNodeKeys());
  const charter = charterIn(town);
  assert.throws(() => loadIdentity(keys, charter), fault('node-keys', /resume --after-loss/));
  const [node] = Object.values(charter.nodes);
  const validator = { key: '', power: 10, peer: '', exchange: '', tls: '' };
  const shared = { ...charter, nodes: { court: { ...node!, validator } } };
  assert.throws(() => loadIdentity(keys, shared), fault('node-keys', /has left the ledger/));
});

test('status says how far the others have come, and that a node has no vote', async () => {
  const dir = join(folder, 'status');
  const network = {
    node: 'office',
    chainId: 'c',
    agreed: 8,
    peers: [
      { id: 'court', received: 'accepted', trouble: undefined },
      { id: 'audit', received: 'ahead', trouble: undefined },
      { id: 'archive', received: undefined, trouble: 'node archive: connect ECONNREFUSED' },
    ],
    evidence: 0,
  };
  const status = { origin: 'o', height: 4, size: 8, queued: 0, network } as unknown as NodeStatus;
  const unasked = (): never => assert.fail('only the status is asked for');
  const server = await openAdminSocket(dir, { status: () => status, backup: unasked, rebuild: unasked, webhooks: unasked, stop: unasked });
  try {
    const words = await said(['status'], { data: dir });
    assert.deepEqual(words.trim().split('\n'), [
      'office   height 4, 8 leaves, 8 agreed  runs',
      'court    has come as far  reached when last told',
      'audit    has not come as far  reached when last told',
      'archive  not heard yet  node archive: connect ECONNREFUSED',
    ]);
    writeVoteless(dataDirectory(dir), 1);
    assert.match(await said(['status'], { data: dir }), /this node casts no vote/);
  } finally {
    await server.close();
  }
});
