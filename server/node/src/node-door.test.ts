/** What the API is given of a node: dry runs, what was refused, who asked by which id, and texts that follow the ledger. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { asciiText, makeDisclosure, transactionName, verifyRefusalNotice } from '@tabularium/protocol';
import { auditLedger } from './audit/audit-ledger.ts';
import { DirectorySource } from './audit/directory-source.ts';
import { freshId, newOffice, type Office } from './node-rig.test.ts';
import { type RunningNode, startNode } from './start-node.ts';

const year = String(new Date().getUTCFullYear());
const OPEN = { action: 'treasury.year.open', body: { year, from: `${year}-01-01`, to: `${year}-12-31` } };

function nameOf(jws: Uint8Array): string {
  return transactionName(jws.subarray(0, jws.lastIndexOf(0x2e)), nodeCrypto);
}

describe('the door of a node', () => {
  let office: Office;
  let node: RunningNode;
  before(async () => {
    office = newOffice();
    node = await startNode({ dir: office.data });
    for (const acceptance of office.acceptances()) await accepted(acceptance);
    const proposal = office.sign('accountant', { action: 'kernel.propose', body: OPEN });
    await accepted(proposal);
    await accepted(office.sign('head', { action: 'kernel.approve', body: { proposal: nameOf(proposal) } }));
  });
  after(async () => {
    await node.close();
    office.remove();
  });

  async function accepted(jws: Uint8Array): Promise<void> {
    const outcome = await node.door.submit(jws);
    assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
  }

  test('a dry run says what would become of an act, and changes nothing', () => {
    const signer = office.keys.clerk[0].kid;
    const height = node.storage.head().height;
    const enact = (money: string) => ({
      action: 'treasury.budget.enact',
      body: {
        law: 'LAW-1',
        items: [{ year, fund: 'GEN', line: 'L-1', economic: '2', money: { amount: money, currency: 'EUR' }, _sd: ['A'.repeat(43)] }],
      },
    });
    assert.equal(node.door.check({ signer, action: 'kernel.propose', body: enact('100') }).kind, 'accepted');
    const alone = node.door.check({ signer, ...enact('100') });
    assert.equal(alone.kind === 'refused' && alone.refusal.code, 'kernel.signers-missing');
    const wrong = node.door.check({ signer, ...enact('1.5') });
    assert.ok(wrong.kind === 'malformed' && wrong.code === 'body-invalid' && wrong.detail.startsWith('body/items/0/money/amount'));
    assert.equal(node.door.check({ signer, action: 'Nonsense', body: {} }).kind, 'malformed');
    const unknown = node.door.check({ signer: 'A'.repeat(43), action: 'kernel.propose', body: enact('100') });
    assert.equal(unknown.kind === 'refused' && unknown.refusal.code, 'kernel.key-unknown');
    assert.equal(node.storage.head().height, height);
  });

  test('what was accepted is found by signer and id, what was refused by its notice', async () => {
    const id = freshId();
    const later = { ...OPEN, body: { year: '2031', from: '2031-01-01', to: '2031-12-31' } };
    const jws = office.sign('accountant', { action: 'kernel.propose', id, body: later });
    await accepted(jws);
    assert.equal(node.door.placedById(office.keys.accountant[0].kid, id)?.name, nameOf(jws));
    assert.equal(node.door.placedById(office.keys.head[0].kid, id), undefined);
    const refused = office.sign('accountant', OPEN);
    const response = await fetch(`${node.url}/api/v1/transactions`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: Buffer.from(refused),
    });
    assert.equal(response.status, 403);
    const { notice } = (await response.json()) as { readonly notice: string };
    const { notice: jwk } = Object.values(office.charter.nodes)[0]!;
    const verified = verifyRefusalNotice(notice, jwk, nodeCrypto);
    assert.ok(verified.ok && verified.notice.tx === nameOf(refused) && verified.notice.code === 'kernel.signers-missing');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(node.door.refusal(nameOf(refused))?.notice, notice);
  });

  test('a published text is there with its entry, and gone for everyone once two officers withdraw it', async () => {
    const { text, digest } = makeDisclosure(new Uint8Array(16).fill(9), 'title', 'A roof for the school', nodeCrypto);
    const item = { year, fund: 'GEN', line: 'L-2', economic: '2', money: { amount: '100', currency: 'EUR' }, _sd: [digest] };
    const jws = office.sign('clerk', {
      action: 'kernel.propose',
      body: { action: 'treasury.budget.enact', body: { law: 'LAW-2', items: [item] } },
    });
    const answer = await fetch(`${node.url}/api/v1/transactions`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: `${asciiText(jws)}~${text}~`,
    });
    assert.equal(answer.status, 201, await answer.text());
    const read = async (): Promise<number> => {
      const response = await fetch(`${node.url}/api/v1/texts/${digest}`);
      await response.arrayBuffer();
      return response.status;
    };
    assert.equal(await read(), 200);
    const withdrawal = { action: 'kernel.text.withdraw', body: { digest, ground: 'personal-data', case: 'A-1' } };
    const proposal = office.sign('clerk', { action: 'kernel.propose', body: withdrawal });
    await accepted(proposal);
    assert.equal(await read(), 200);
    await accepted(office.sign('head', { action: 'kernel.approve', body: { proposal: nameOf(proposal) } }));
    assert.equal(await read(), 410);
    const source = new DirectorySource(office.data);
    const report = await auditLedger(source);
    source.close();
    assert.ok(report.ok, JSON.stringify(report));
  });
});
