/** What is known of people goes to the vault and nowhere else: live with its entry, shredded with its refusal, never twice. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { type JsonObject, parseDisclosure } from '@tabularium/protocol';
import { type Made, openTown, type Town, type TownRig } from './town-rig.test.ts';

/** A commitment of which something can be certified, and by whom. */
interface Open {
  readonly officer: string;
  readonly as: string;
  readonly commitment: string;
}

describe('personal disclosures', () => {
  let rig: TownRig;
  let town: Town;
  before(async () => {
    rig = await openTown();
    town = rig.town;
    open = await findOpen();
  });
  after(async () => await rig.close());

  let open: Open;

  const newHandle = (): string => randomBytes(16).toString('hex');

  /** Whoever may certify what a commitment left open; found by trying. */
  async function findOpen(): Promise<Open> {
    const commitments = town.storage.scan('treasury/commitment/', 'treasury/commitment0', 1_000);
    const signers = new Map(
      town.told
        .filter(({ step: { step }, status }) => step.action === 'treasury.payable.certify' && status === 201)
        .map(({ step: { step } }) => [`${step.officer} ${step.as}`, { officer: step.officer, as: step.as! }]),
    );
    for (const [key, value] of commitments) {
      const { money, certified, returned } = JSON.parse(value) as { money: { amount: string }; certified: string; returned: string };
      if (BigInt(money.amount) - BigInt(certified) - BigInt(returned) < 100n) continue;
      for (const signer of signers.values()) {
        const open = { ...signer, commitment: key.split('/')[2]! };
        if ((await rig.submit(certify(undefined, newHandle(), open))).status === 201) return open;
      }
    }
    throw new Error('the town has nothing left to certify');
  }

  function certify(person: string | undefined, payee: string, { officer, as, commitment }: Open): Made {
    const today = new Date(town.now).toISOString().slice(0, 10);
    const item = { commitment, money: { amount: '1', currency: 'EUR' }, payee, payeeIs: 'person', delivered: today, due: today };
    const items = [person === undefined ? item : { ...item, person }];
    return rig.make(officer, as, 'treasury.payable.certify', { items });
  }

  const namesIn = async (payee: string): Promise<readonly unknown[]> =>
    (await town.vault.holdings.ofCase(payee)).flatMap(({ disclosures }) =>
      disclosures.map((text) => {
        const parsed = parseDisclosure(text, nodeCrypto);
        return parsed.ok ? parsed.value : parsed.code;
      }),
    );

  test('are held under their case once the entry is there, and answered to nobody', async () => {
    const payee = newHandle();
    const made = certify('MARKER Jane Roe', payee, open);
    const answer = await rig.submit(made);
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual(await namesIn(payee), ['MARKER Jane Roe']);
    const [holding] = await town.vault.holdings.ofCase(payee);
    assert.deepEqual([holding?.tx, holding?.path], [made.name, '/items/0']);
    const digest = nodeCrypto.sha256(Buffer.from(holding!.disclosures[0]!));
    assert.equal((await rig.get(`/api/v1/texts/${Buffer.from(digest).toString('base64url')}`)).status, 404);
    // The same bytes again give the first answer, and change nothing.
    assert.equal((await rig.submit(made)).status, 200);
    assert.deepEqual(await namesIn(payee), ['MARKER Jane Roe']);
  });

  test('are shredded where their transaction is refused, and may come again with a better one', async () => {
    const payee = newHandle();
    const made = certify('MARKER Jane Roe', payee, { ...open, commitment: '0'.repeat(32) });
    const answer = await rig.submit(made);
    assert.deepEqual([answer.status, answer.json.code], [422, 'treasury.unknown-commitment'], answer.text);
    await town.vault.holdings.sweep(town.now / 1_000);
    assert.deepEqual([await namesIn(payee), town.vault.holdings.counts().pending], [[], 0]);
    const better = await rig.submit(withDisclosuresOf(made, 'commitment', open.commitment));
    assert.equal(better.status, 201, better.text);
    assert.deepEqual(await namesIn(payee), ['MARKER Jane Roe']);
  });

  test('that came with another transaction, or are of an erased case, or of none, are 400', async () => {
    const payee = newHandle();
    const made = certify('MARKER Jane Roe', payee, open);
    assert.equal((await rig.submit(made)).status, 201);
    const reused = await rig.submit(withDisclosuresOf(made, 'payee', newHandle()));
    assert.deepEqual([reused.status, reused.json.code], [400, 'disclosure-reused']);
    await town.vault.erase(payee);
    const late = await rig.submit(certify('MARKER Jane Roe', payee, open));
    assert.deepEqual([late.status, late.json.code], [400, 'case-erased']);
    assert.deepEqual(await namesIn(payee), []);
    const strange = await rig.submit(certify('MARKER Jane Roe', 'no handle', open));
    assert.deepEqual([strange.status, strange.json.code], [400, 'disclosure-body']);
    for (const answer of [reused, late, strange]) assert.doesNotMatch(answer.text, /MARKER|Jane/);
  });

  test('of one batch are settled line by line, and no log line has anything of them', async () => {
    const payees = [newHandle(), newHandle(), newHandle()] as const;
    const good = certify('MARKER A', payees[0], open);
    const refused = certify('MARKER B', payees[1], { ...open, commitment: '0'.repeat(32) });
    const lines = [good, refused, certify('MARKER C', payees[2], open)].map(({ text }) => JSON.stringify(text)).join('\n');
    const answer = await rig.post('/api/v1/transactions/batch', `${lines}\n`, 'application/x-ndjson');
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual([await namesIn(payees[0]), await namesIn(payees[1]), await namesIn(payees[2])], [['MARKER A'], [], ['MARKER C']]);
    const logged = town.log.join('\n');
    assert.doesNotMatch(logged, /MARKER|Jane/);
    assert.doesNotMatch(logged, new RegExp(Buffer.from('MARKER').toString('base64url').slice(0, 7)));
  });

  /** Another transaction with the same digests and disclosures, in which one member of the item is another. */
  function withDisclosuresOf({ text }: Made, member: string, value: string): Made {
    const [jws = '', ...disclosures] = text.split('~');
    const { body } = JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString('utf8')) as { body: { items: JsonObject[] } };
    const items = body.items.map((item) => ({ ...item, [member]: value }));
    const made = rig.make(open.officer, open.as, 'treasury.payable.certify', { items }, { disclose: false });
    return { ...made, text: [made.text.split('~')[0], ...disclosures].join('~') };
  }
});
