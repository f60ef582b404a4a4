/** Nodes come to a ledger that has long been running, and go, with CometBFT itself: nobody else notices, and what was proven stays proven. */
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { verifyReceipt } from '@tabularium/verify';
import { auditLedger } from '../audit/audit-ledger.ts';
import { HttpSource } from '../audit/http-source.ts';
import { NodeFault } from '../node-fault.ts';
import { joinNetwork } from './join-network.ts';
import { type Agency, AgencyNetwork, submitUntilIn, until, whyNot } from './network-rig.test.ts';
import { amendmentFor, amendmentWithout } from './term-amendment.ts';

if (whyNot === undefined) describe('nodes come to a running ledger and go', tests);
else test('nodes that come and go are passed over', (t) => t.diagnostic(whyNot!));

/** Blocks are kept long enough for a node that is stopped for a while. */
const NETWORK = { network: { snapshotPace: { everyBlocks: 25, keepBlocks: 200 } } };

interface Proven {
  readonly receipt: string;
  readonly policy: string;
}

function tests(): void {
  let network: AgencyNetwork;
  let library: Agency;
  let replaced: Agency;
  const proven: Proven[] = [];
  before(async () => {
    network = await AgencyNetwork.found(4, () => NETWORK);
  });
  after(() => network.dispose());
  const agencies = (): [Agency, Agency, Agency, Agency] => network.agencies as [Agency, Agency, Agency, Agency];
  const charterNow = () => agencies()[0].node.charterNow();

  /** Writes, and keeps a receipt that a quorum stands by. */
  const write = async (agency: Agency, count = 1): Promise<void> => {
    for (let n = 1; n < count; n++) await submitUntilIn(agency, network.write());
    const { name } = await submitUntilIn(agency, network.write());
    const policy = await agency.text('/log/policy');
    await until(async () => {
      const receipt = await agency.text(`/api/v1/receipts/${name}?wait=quorum`);
      const isProven = verifyReceipt(receipt, policy, nodeCrypto).ok;
      if (isProven) proven.push({ receipt, policy });
      return isProven;
    });
  };
  const join = (agency: Agency) =>
    joinNetwork({ dir: agency.dir, from: agencies()[0].entry.validator.exchange, origin: network.origin, settings: NETWORK.network });
  const rowsOf = async (agency: Agency): Promise<unknown> => {
    const { height } = agency.node.storage.head();
    const answers = ['/api/v1/transactions?limit=200', '/api/v1/blocks?limit=200', '/api/v1/treasury/lines'].map(async (path) => {
      const response = await fetch(`${agency.url}${path}`, { headers: { 'tabularium-min-height': String(height) } });
      assert.equal(response.status, 200, path);
      return response.json();
    });
    return Promise.all(answers);
  };

  test('a fifth agency comes by a snapshot; its lists say so until the past is here, and are the others’ then', async () => {
    const [first] = agencies();
    await write(first, 2);
    library = await network.agency('library', 0, NETWORK);
    // Not in the charter yet, it is told nothing.
    await assert.rejects(join(library), (error) => error instanceof NodeFault && error.code === 'node-keys');
    await network.amend(amendmentFor(charterNow(), [library.entry]), first);
    const { by, height } = await join(library);
    assert.equal(by, 'snapshot');
    await assert.rejects(join(library), (error) => error instanceof NodeFault && error.code === 'directory-taken');

    // Something lies where the log is to be executed.
    const backfill = `${library.dir}/backfill`;
    writeFileSync(backfill, '');
    await library.start();
    assert.deepEqual(library.node.status().missing, { from: 1, to: height });
    for (const path of ['/api/v1/transactions', '/api/v1/treasury/lines']) {
      const answer = await library.get(path);
      assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [503, 'projection-unavailable']);
    }
    const health = (await (await library.get('/health')).json()) as { status: string; projections: { height: number; failed: string } };
    assert.deepEqual([health.status, health.projections.height], ['ok', 0]);
    assert.match(health.projections.failed, new RegExp(`Blocks 1 to ${height} have not arrived`));
    await until(() => library.reports.some((report) => report.includes('old blocks do not come')));
    await library.stop();
    rmSync(backfill);

    // It takes part meanwhile, and comes to the rest after a new start.
    await library.start();
    await write(library);
    await until(() => library.node.storage.missing() === undefined && !existsSync(backfill));
    await network.level([...agencies(), library]);
    assert.deepEqual(await rowsOf(library), await rowsOf(first));
  });

  test('an amendment gives it a vote, which counts', async () => {
    const [first, second] = agencies();
    const entry = { ...library.entry, as: 'library' };
    await network.amend(amendmentFor(charterNow(), [{ ...entry, validator: { ...entry.validator, power: 10 } }]), first);
    await second.stop();
    await write(first);
    await write(library);
  });

  test('a machine that is lost is replaced under its name, joins, and votes', async () => {
    const [first, second, third] = agencies();
    rmSync(second.dir, { recursive: true });
    replaced = await network.agency('court', 10, NETWORK);
    await network.amend(amendmentFor(charterNow(), [{ ...replaced.entry, as: 'court' }]), first);
    assert.equal((await join(replaced)).by, 'snapshot');
    await replaced.start();
    await third.stop();
    await write(replaced, 2);
    await third.start();
  });

  test('one leaves; receipts from before and after hold, and an audit of each node that is left finds no difference', async () => {
    const [first, , third, last] = agencies();
    await network.amend(amendmentWithout(charterNow(), 'archive'), first);
    await until(() => last.faults.some(({ code }) => code === 'node-keys'));
    await last.stop();
    await write(replaced);
    for (const { receipt, policy } of proven) assert.ok(verifyReceipt(receipt, policy, nodeCrypto).ok);
    assert.ok(new Set(proven.map(({ policy }) => policy)).size >= 3);
    const left = [first, third, library, replaced];
    await until(() => left.every(({ node }) => node.storage.missing() === undefined));
    await network.level(left);
    for (const { url } of left) {
      const report = await auditLedger(new HttpSource(url));
      assert.ok(report.ok, JSON.stringify(report));
    }
  });
}
