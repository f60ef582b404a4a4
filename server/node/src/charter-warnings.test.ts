/**
 * An amendment may name a module version that this node lacks: the dry run says so before anybody signs, the console once it stands, and the
 * node stops before the block where it comes into force.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '@tabularium/protocol';
import { newOffice, type Office, type Post } from './node-rig.test.ts';
import { type RunningNode, startNode } from './start-node.ts';

const AMEND = 'kernel.charter.amend';
const LACKS = /^(?:warning: )?this node lacks version 7 of module treasury, in force from height 500 on: it stops/;

describe('an amendment that names a version which this node lacks', () => {
  const reported: string[] = [];
  let office: Office;
  let node: RunningNode;
  let modules: JsonObject;
  const start = (): Promise<RunningNode> =>
    startNode({ dir: office.data, report: (error) => void reported.push(String((error as Error).message)) });
  before(async () => {
    office = newOffice();
    node = await start();
    for (const acceptance of office.acceptances()) assert.equal((await node.door.submit(acceptance)).kind, 'accepted');
    const { treasury, ...others } = office.charter.modules;
    modules = { ...others, treasury: [...treasury!, { version: 7, from: 500 }] } as unknown as JsonObject;
  });
  after(async () => {
    await node.close();
    office.remove();
  });

  interface Checked {
    readonly verdict: string;
    readonly warnings?: readonly { readonly code: string; readonly text: string }[];
  }

  /** The dry run, over HTTP as everybody sees it. */
  async function check(post: Post, action: string, body: JsonObject): Promise<Checked> {
    const response = await fetch(`${node.url}/api/v1/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ signer: office.keys[post][0].kid, action, body }),
    });
    assert.equal(response.status, 200);
    return (await response.json()) as Checked;
  }

  async function accepted(post: Post, action: string, body: JsonObject): Promise<string> {
    const outcome = await node.door.submit(office.sign(post, { action, body }));
    assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
    return (outcome as { readonly name: string }).name;
  }

  test('the dry run warns of it, whoever asks and for whichever of the signatures', async () => {
    const proposed = await check('head', 'kernel.propose', { action: AMEND, body: { modules } });
    assert.equal(proposed.verdict, 'accepted', 'no rule forbids it: another node may have that version');
    assert.deepEqual(
      proposed.warnings!.map(({ code }) => code),
      ['version-missing'],
    );
    assert.match(proposed.warnings![0]!.text, LACKS);
    const direct = await check('head', AMEND, { modules });
    assert.deepEqual([direct.verdict, direct.warnings?.length], ['refused', 1]);
    assert.equal(
      (await check('head', 'kernel.propose', { action: AMEND, body: { limits: { ...office.charter.limits, proposalDays: 3 } } })).warnings,
      undefined,
    );
    assert.equal((await check('head', 'kernel.propose', { action: AMEND, body: { modules: 'all' } })).warnings, undefined);
    assert.equal((await check('head', 'kernel.approve', { proposal: 'A'.repeat(43) })).warnings, undefined);
    assert.deepEqual([reported, node.status().warnings], [[], []]);
  });

  test('it warns as well of actions that could gather their signers before and no more after', async () => {
    const { warnings } = await check('head', 'kernel.propose', { action: AMEND, body: { review: { agencies: ['review'] } } });
    assert.deepEqual(warnings, [
      {
        code: 'signers-unreachable',
        text: 'kernel.order.execute needs 2 officers of a court or review body, and the charter names only 1 who may sign it',
      },
    ]);
  });

  test('once it stands, the console and the status say so, now and after every start', async () => {
    const proposal = await accepted('head', 'kernel.propose', { action: AMEND, body: { modules } });
    assert.deepEqual(
      (await check('clerk', 'kernel.approve', { proposal })).warnings!.map(({ code }) => code),
      ['version-missing'],
    );
    await accepted('clerk', 'kernel.approve', { proposal });
    assert.deepEqual(reported, []);
    await accepted('reviewer', 'kernel.approve', { proposal });
    assert.equal(reported.length, 1, JSON.stringify(reported));
    assert.match(reported[0]!, LACKS);
    assert.match(node.status().warnings[0]!, LACKS);
    await node.close();
    node = await start();
    assert.equal(reported.length, 2);
    // Until that height everything goes on.
    await accepted('accountant', 'kernel.propose', {
      action: 'treasury.year.open',
      body: { year: '2031', from: '2031-01-01', to: '2031-12-31' },
    });
  });
});
