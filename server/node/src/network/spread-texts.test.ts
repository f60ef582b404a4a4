/** Published texts of a ledger of several agencies, with CometBFT itself: taken by one node, read at every other. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { joinSubmission, makeDisclosure, transactionName } from '@tabularium/protocol';
import { auditLedger } from '../audit/audit-ledger.ts';
import { HttpSource } from '../audit/http-source.ts';
import { type Agency, AgencyNetwork, until, whyNot } from './network-rig.test.ts';

if (whyNot === undefined) describe('published texts of a ledger of four agencies', tests);
else test('published texts of several agencies are passed over', (t) => t.diagnostic(whyNot!));

interface Written {
  readonly digest: string;
  readonly decoy: string;
  readonly disclosure: string;
  readonly submission: Uint8Array;
  readonly bare: Uint8Array;
}

function tests(): void {
  let network: AgencyNetwork;
  before(async () => {
    network = await AgencyNetwork.found(4);
  });
  after(() => network.dispose());
  const agencies = (): [Agency, Agency, Agency, Agency] => network.agencies as [Agency, Agency, Agency, Agency];

  /** A budget of two lines, proposed: the first has a title, the second none. */
  const write = (title: string): Written => {
    const { text, digest } = makeDisclosure(randomBytes(16), 'title', title, nodeCrypto);
    const decoy = randomBytes(32).toString('base64url');
    const line = { year: '2026', fund: 'GENERAL', economic: 'STAFF', money: { amount: '10000', currency: 'EUR' } };
    const items = [
      { ...line, line: 'L-1', _sd: [digest] },
      { ...line, line: 'L-2', _sd: [decoy] },
    ];
    const body = { law: 'BUDGET-ACT-2026', items };
    const bare = network.sign('mayor', 'kernel.propose', { action: 'treasury.budget.enact', body });
    const submission = Buffer.from(joinSubmission(Buffer.from(bare).toString('latin1'), [text]), 'latin1');
    return { digest, decoy, disclosure: text, submission, bare };
  };
  /** Sends until it is in: a node that is behind, or hears nothing, says so. */
  const post = async (agency: Agency, bytes: Uint8Array): Promise<void> =>
    until(async () => {
      const { status, body } = await agency.post(bytes, '?wait=5000');
      assert.ok([200, 201, 202, 503].includes(status), JSON.stringify(body));
      return status === 200 || status === 201;
    });
  /** What is said of a text that cannot be shown. */
  const codeOf = async (agency: Agency, digest: string): Promise<string> => {
    const { status, code } = (await (await agency.get(`/api/v1/texts/${digest}`)).json()) as Readonly<Record<string, unknown>>;
    const known = { 404: 'not-found', 410: 'text-withdrawn', 503: 'text-not-here-yet' }[Number(status)];
    if (status !== undefined) assert.equal(code, known);
    return String(code);
  };
  const isHere = async (agency: Agency, { digest, disclosure }: Written): Promise<boolean> => {
    const response = await agency.get(`/api/v1/texts/${digest}`);
    const body = (await response.json()) as { readonly disclosure?: string; readonly code?: string };
    if (response.status === 200) assert.equal(body.disclosure, disclosure);
    return response.status === 200;
  };

  test('a text that one node took can be read at every node; what never comes is waited for some seconds only', async () => {
    const decoys: string[] = [];
    for (const [n, agency] of agencies().entries()) {
      const written = write(`Title ${n}`);
      decoys.push(written.decoy);
      await post(agency, written.submission);
      for (const other of agencies()) await until(() => isHere(other, written));
    }
    for (const agency of agencies()) {
      for (const decoy of decoys) await until(async () => (await codeOf(agency, decoy)) === 'not-found');
    }
  });

  test('a text that was withdrawn is gone at every node', async () => {
    const [first, second, , last] = agencies();
    const written = write('Withdrawn');
    await post(second, written.submission);
    await until(() => isHere(last, written));
    const act = { action: 'kernel.text.withdraw', body: { digest: written.digest, ground: 'personal-data', case: 'C-1' } };
    const proposed = network.sign('clerk', 'kernel.propose', act);
    await post(first, proposed);
    const proposal = transactionName(proposed.subarray(0, proposed.lastIndexOf('.'.charCodeAt(0))), nodeCrypto);
    await post(first, network.sign('mayor', 'kernel.approve', { proposal }));
    for (const agency of agencies()) await until(async () => (await codeOf(agency, written.digest)) === 'text-withdrawn');
  });

  test('a node without its texts comes to all of them again, from whoever has them', async () => {
    const [first, second, , last] = agencies();
    const early = write('Early');
    await post(first, early.submission);
    await until(() => isHere(second, early));
    await Promise.all([first.stop(), last.stop()]);
    for (const file of ['texts.db', 'texts.db-wal', 'texts.db-shm']) rmSync(join(last.dir, file), { force: true });
    await last.start();
    await until(() => isHere(last, early));
    await first.start();
    await network.level();
    const report = await auditLedger(new HttpSource(last.url));
    assert.ok(report.ok, JSON.stringify(report));
  });

  test('texts that come after their entry, at whatever node, spread as well', async () => {
    const [first, , third, last] = agencies();
    const written = write('Late');
    await post(first, written.bare);
    await network.level();
    await post(third, written.submission);
    for (const agency of [first, last]) await until(() => isHere(agency, written), 90);
  });
}
