/**
 * Three officers and one reviewer outside are enough for everything that a charter gives them: no action of either profile wants for signers,
 * and an order of the review body is carried out in the smallest of houses (docs/adr/0008).
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { generateNodeKeys } from '@tabularium/crypto';
import { type CharterDraft, unreachableActions } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import { auditLedger } from './audit/audit-ledger.ts';
import { DirectorySource } from './audit/directory-source.ts';
import { PROFILES, type ProfileName, profileDraft } from './founding-profiles.ts';
import { nodeEntry } from './node-identity.ts';
import { newKey, newOffice, type Office, type Post } from './node-rig.test.ts';
import { reachWords } from './reach-words.ts';
import { type RunningNode, startNode } from './start-node.ts';

const ORDER = 'kernel.order.execute';
const NOW = Date.now();

function draftOf(profile: ProfileName): CharterDraft {
  const keys = Object.fromEntries(Object.keys(PROFILES[profile].posts).map((post) => [post, [newKey().enrolled, newKey().enrolled]]));
  const node = nodeEntry(generateNodeKeys());
  return profileDraft({
    profile,
    name: 'office.example',
    zone: 'Europe/Vienna',
    holidays: [],
    keys,
    witnesses: {},
    log: 'public',
    node,
    now: NOW,
  });
}

const missing = (charter: CharterDraft): string[] =>
  unreachableActions({ charter, officers: Object.values(charter.officers), catalogue, height: 1, time: NOW }).map(reachWords);

test('in every profile each action can find its signers', () => {
  for (const profile of Object.keys(PROFILES) as ProfileName[]) assert.deepEqual(missing(draftOf(profile)), [], profile);
});

test('where one cannot, it is said in words', () => {
  const { review, ...draft } = draftOf('small');
  const { agencies } = review;
  assert.deepEqual(missing({ ...draft, review: { agencies } }), [
    'kernel.order.execute needs 2 officers of a court or review body, and the charter names only 1 who may sign it',
  ]);
  assert.deepEqual(missing({ ...draft, review, recovery: { agencies: [], hours: 72 } }), [
    'kernel.recovery.open needs 1 officer of an agency outside that helps replace keys, and the charter names none who may sign it',
  ]);
});

describe('a small office', () => {
  const year = String(new Date().getUTCFullYear());
  const key = `treasury/year/${year}`;
  const document = '0'.repeat(64);
  let office: Office;
  let node: RunningNode;
  before(async () => {
    office = newOffice();
    node = await startNode({ dir: office.data });
    for (const acceptance of office.acceptances()) assert.equal((await node.door.submit(acceptance)).kind, 'accepted');
    await together('accountant', 'head', 'treasury.year.open', { year, from: `${year}-01-01`, to: `${year}-12-31` });
  });
  after(async () => {
    await node.close();
    office.remove();
  });

  async function answered(post: Post, action: string, body: JsonObject): Promise<{ readonly name: string; readonly code: string }> {
    const outcome = await node.door.submit(office.sign(post, { action, body }));
    if (outcome.kind === 'refused') return { name: '', code: outcome.refusal.code };
    assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
    return { name: (outcome as { readonly name: string }).name, code: '' };
  }

  /** One proposes, the other approves; the code of the refusal, if any. */
  async function together(first: Post, second: Post, action: string, body: JsonObject): Promise<string> {
    const { name: proposal, code } = await answered(first, 'kernel.propose', { action, body });
    return code === '' ? (await answered(second, 'kernel.approve', { proposal })).code : code;
  }

  const standing = (): unknown => (JSON.parse(node.door.record(key)!) as JsonObject).standing;

  test('the reviewer and one officer carry out an order; the office alone, or the reviewer alone, does not', async () => {
    const order = (verb: string, number: string): JsonObject => ({ key, verb, case: number, document });
    assert.equal((await answered('reviewer', ORDER, order('suspend', 'R-1'))).code, 'kernel.signers-missing');
    assert.equal(await together('head', 'clerk', ORDER, order('suspend', 'R-1')), 'kernel.not-review-body');
    assert.equal(await together('reviewer', 'accountant', ORDER, order('suspend', 'R-1')), 'kernel.action-not-permitted');
    assert.equal(standing(), undefined);
    assert.equal(await together('reviewer', 'clerk', ORDER, order('suspend', 'R-1')), '');
    assert.equal(standing(), 'suspended');
    // The head countersigns as well as the clerk, and may begin it.
    assert.equal(await together('head', 'reviewer', ORDER, order('reinstate', 'R-2')), '');
    assert.equal(standing(), undefined);
    await node.projections.waitFor(node.storage.head().height, 10_000);
    const orders = await node.projections.list('kernel.orders', { limit: 10 });
    assert.ok(orders.ok, JSON.stringify(orders));
    assert.deepEqual(orders.value.rows.map(({ case_number: number, agency }) => [number, agency]).sort(), [
      ['R-1', 'review'],
      ['R-2', 'review'],
    ]);
    const source = new DirectorySource(office.data);
    const audited = await auditLedger(source);
    source.close();
    assert.ok(audited.ok, JSON.stringify(audited));
  });
});
