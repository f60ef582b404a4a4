/** One ledger run by several agencies (issue 4), with CometBFT itself; where there is no Go to build it with, these tests say so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto, nodeSigner } from '@tabularium/crypto';
import { type CometEngine, CometRpc } from '@tabularium/engine-cometbft';
import { Notary } from '@tabularium/engine-port/notary';
import { ExchangeClient, loadTlsIdentity } from '@tabularium/exchange';
import { checkPolicy, formatCheckpoint, parseCheckpoint, parseNote, parsePolicy } from '@tabularium/log';
import { verifyFact, verifyReceipt } from '@tabularium/verify';
import { auditLedger } from '../audit/audit-ledger.ts';
import { DirectorySource } from '../audit/directory-source.ts';
import { HttpSource } from '../audit/http-source.ts';
import { loadIdentity } from '../node-identity.ts';
import { socketPath } from '../socket-path.ts';
import { type Agency, AgencyNetwork, submitUntilIn, until, whyNot } from './network-rig.test.ts';
import { amendmentWithout } from './term-amendment.ts';

if (whyNot === undefined) describe('a ledger of four agencies', tests);
else test('a ledger of many agencies is passed over', (t) => t.diagnostic(whyNot!));

function tests(): void {
  let network: AgencyNetwork;
  before(async () => {
    network = await AgencyNetwork.found(4, () => ({ limits: { recosignMs: 1_000 } }));
  });
  after(() => network.dispose());
  const agencies = (): [Agency, Agency, Agency, Agency] => network.agencies as [Agency, Agency, Agency, Agency];

  test('what is written at any node is soon everywhere, and its receipt has the quorum’s cosignatures', async () => {
    for (const agency of agencies()) {
      const written = await submitUntilIn(agency, network.write());
      const { status, body } = await agency.post(network.write(), '?wait=quorum');
      assert.equal(status, 201, JSON.stringify(body));
      assert.equal(body.proof, 'quorum');
      const policy = await agency.text('/log/policy');
      const verified = verifyReceipt(String(body.receipt), policy, nodeCrypto);
      assert.ok(verified.ok, JSON.stringify(verified));
      assert.ok(verified.cosigners.filter(({ counted }) => counted).length >= 3);
      await network.level();
      for (const other of agencies()) {
        const receipt = await other.text(`/api/v1/receipts/${written.name}?wait=quorum`);
        assert.ok(verifyReceipt(receipt, policy, nodeCrypto).ok);
      }
    }
  });

  test('the checkpoint that everybody is shown satisfies the policy, and so do facts', async () => {
    for (const agency of agencies()) {
      const policy = parsePolicy(await agency.text('/log/policy'), nodeCrypto);
      assert.ok(policy.ok);
      const checked = checkPolicy(policy.policy, await agency.text('/log/checkpoint'), nodeCrypto);
      assert.ok(checked.ok, JSON.stringify(checked));
      const fact = await agency.text('/api/v1/facts/kernel/charter/current');
      const verified = verifyFact(fact, await agency.text('/log/policy'), nodeCrypto);
      assert.ok(verified.ok, JSON.stringify(verified));
    }
  });

  test('at rest it makes no blocks, and its checkpoint stays fresh', async () => {
    const [first] = agencies();
    await network.level();
    const engine = first.node.engine as CometEngine;
    // The blocks that prove the last ones are made.
    await until(async () => {
      const { cometHeight } = engine;
      await delay(1_000);
      return engine.cometHeight === cometHeight;
    });
    const before = engine.cometHeight;
    const stamped = await cosignedAt(first);
    await until(async () => (await cosignedAt(first)).every((time, n) => time > stamped[n]! + 1));
    assert.equal(engine.cometHeight, before);
  });

  test('an audit of each node finds no difference', async () => {
    await network.level();
    for (const { url, dir } of agencies()) {
      for (const source of [new HttpSource(url), new DirectorySource(dir)]) {
        const report = await auditLedger(source);
        source.close();
        assert.ok(report.ok, JSON.stringify(report));
      }
    }
  });

  test('one node goes, nobody notices; a second one goes, and senders are told to come again; nothing is lost', async () => {
    const [first, second, third, last] = agencies();
    await last.stop();
    const before = await submitUntilIn(first, network.write());
    assert.ok(before.height > 0);
    await third.stop();
    const waiting = network.write();
    const { status, body } = await second.post(waiting, '?wait=1000');
    assert.equal(status, 202, JSON.stringify(body));
    await third.start();
    const outcome = await submitUntilIn(second, waiting);
    await last.start();
    await network.level();
    for (const { node } of agencies()) assert.equal(node.door.placed(outcome.name)?.index, outcome.index);
    await submitUntilIn(last, network.write());
  });

  test('a node that signs another history is convicted by its own signature, at every other node', async () => {
    const [first, , , liar] = agencies();
    const honest = agencies().slice(0, 3);
    await network.level();
    const { size } = first.node.storage.head();
    await until(() => honest.every(({ node }) => parseCheckpoint(parseNote(node.storage.head().agreed!)!.text)?.size === size));
    const identity = loadTlsIdentity(join(liar.dir, 'keys'));
    const forged = forge(liar, network.origin, size);
    for (const agency of honest) {
      const client = new ExchangeClient({
        identity,
        peer: { id: 'honest', url: agency.entry.validator.exchange, tls: agency.entry.validator.tls },
      });
      assert.equal(await client.sendCheckpoint(forged), 'contradiction');
      client.close();
    }
    for (const agency of honest) {
      const { evidence } = JSON.parse(await agency.text('/api/v1/evidence')) as { readonly evidence: readonly Record<string, unknown>[] };
      const told = evidence.find(({ node }) => node === 'archive');
      assert.ok(told !== undefined, 'the node is named');
      const notes = [told.ours, told.theirs, told.first, told.second].filter((note) => typeof note === 'string');
      assert.equal(notes.length, 2);
      const [a, b] = notes.map((note) => parseCheckpoint(parseNote(note)!.text)!);
      assert.equal(a!.origin, b!.origin);
    }
    assert.ok(first.node.status().halted === undefined);

    // A new start forgets nothing, and what it hears once more is no other fault.
    const path = join(first.dir, 'evidence.jsonl');
    const [shown, kept] = [await first.text('/api/v1/evidence'), readFileSync(path, 'utf8')];
    await first.stop();
    await first.start();
    assert.equal(await first.text('/api/v1/evidence'), shown);
    const { exchange: url, tls } = first.entry.validator;
    const again = new ExchangeClient({ identity, peer: { id: 'honest', url, tls } });
    assert.equal(await again.sendCheckpoint(forged), 'contradiction');
    again.close();
    assert.deepEqual([await first.text('/api/v1/evidence'), readFileSync(path, 'utf8')], [shown, kept]);
  });

  test('nodes leave one by one, and the last one goes on by itself', async () => {
    const [first, second, third, last] = agencies();
    const early = await submitUntilIn(first, network.write());
    const charterNow = () => first.node.charterNow();
    const leaves = async (agency: Agency, id: string): Promise<void> => {
      await network.amend(amendmentWithout(charterNow(), id), first);
      await until(() => agency.faults.some(({ code }) => code === 'node-keys') || !agency.runs);
    };
    await leaves(last, 'archive');
    await leaves(third, 'review');
    // The others decide without the first that left: its CometBFT ends, and nothing is said to those who do not know it.
    const comet = new CometRpc(socketPath(last.dir, 'comet'));
    await until(async () => !(await comet.isUp()));
    comet.close();
    assert.ok(!last.reports.some((report) => report.includes('the exchange with')), last.reports.join('\n'));
    for (const agency of [last, third]) await agency.stop();
    await leaves(second, 'court');
    await second.stop();
    await until(() => first.runs && first.node.status().network === undefined);
    const late = await submitUntilIn(first, network.write());
    assert.ok(late.index > early.index);
    const policy = await first.text('/log/policy');
    assert.ok(verifyReceipt(await first.text(`/api/v1/receipts/${early.name}`), policy, nodeCrypto).ok);
    assert.ok(verifyReceipt(await first.text(`/api/v1/receipts/${late.name}`), policy, nodeCrypto).ok);
    const report = await auditLedger(new HttpSource(first.url));
    assert.ok(report.ok, JSON.stringify(report));
  });
}

/** When each node cosigned the checkpoint that is shown, seconds since the epoch, in the order of their names. */
async function cosignedAt(agency: Agency): Promise<readonly number[]> {
  const policy = parsePolicy(await agency.text('/log/policy'), nodeCrypto);
  assert.ok(policy.ok);
  const checked = checkPolicy(policy.policy, await agency.text('/log/checkpoint'), nodeCrypto);
  assert.ok(checked.ok);
  return checked.cosigners.map(({ time }) => time);
}

/** A checkpoint of this size with another root, signed with the node's own keys. */
function forge({ dir, node }: Agency, origin: string, size: number): string {
  const { keys, vkeys } = loadIdentity(join(dir, 'keys'), node.charterNow());
  const notary = new Notary({ origin, signer: nodeSigner(keys), clock: Date.now, crypto: nodeCrypto, vkeys });
  return notary.sign(formatCheckpoint({ origin, size, root: new Uint8Array(32).fill(7) }));
}
