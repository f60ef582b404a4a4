/**
 * Both keys of an officer are lost: the outside reviewer and another officer replace them, after three days in which an old key could object
 * (docs/operate/loss.md, "Keys of an officer"). Through a real node whose clock is moved.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from '@tabularium/engine-port';
import { auditLedger } from './audit/audit-ledger.ts';
import { DirectorySource } from './audit/directory-source.ts';
import { newKey, newOffice, type OfficerKey, type Post } from './node-rig.test.ts';
import { type RunningNode, startNode } from './start-node.ts';

const HOUR_MS = 3_600_000;

test('new keys replace lost ones after 72 hours, by themselves', async () => {
  let now = Date.UTC(2026, 5, 1, 8);
  const office = newOffice({ clock: () => now });
  const start = (): Promise<RunningNode> => startNode({ dir: office.data, clock: () => now, adminSocket: false });
  const fresh: readonly [OfficerKey, OfficerKey] = [newKey(), newKey()];
  let node = await start();
  const send = (post: Post, action: string, body: object, key?: OfficerKey): Promise<Outcome> =>
    node.door.submit(office.sign(post, { action, body: body as never, now, ...(key === undefined ? {} : { key }) }));
  const accepted = async (outcome: Promise<Outcome>): Promise<string> => {
    const answer = await outcome;
    assert.ok(answer.kind === 'accepted', JSON.stringify(answer));
    return answer.name;
  };
  try {
    for (const acceptance of office.acceptances()) await accepted(node.door.submit(acceptance));
    const recovery = { officer: 'accountant', keys: fresh.map(({ enrolled }) => enrolled) };
    const proposal = await accepted(send('reviewer', 'kernel.propose', { action: 'kernel.recovery.open', body: recovery }));
    await accepted(send('head', 'kernel.approve', { proposal }));

    now += 71 * HOUR_MS;
    const early = await send('accountant', 'kernel.propose', year('2026'), fresh[0]);
    assert.equal(early.kind, 'refused', 'a new key does not sign before its time');

    // The node may sleep when the time comes: it wakes to it.
    await node.close();
    now += 2 * HOUR_MS;
    node = await start();
    const height = node.storage.head().height;
    for (let tries = 0; tries < 200 && node.storage.head().height === height; tries++) await delay(20);
    await accepted(send('accountant', 'kernel.propose', year('2026'), fresh[1]));
    const old = await send('accountant', 'kernel.propose', year('2027'));
    assert.equal(old.kind === 'refused' && old.refusal.code, 'kernel.key-revoked');
  } finally {
    await node.close();
  }
  const source = new DirectorySource(office.data);
  const report = await auditLedger(source);
  source.close();
  assert.ok(report.ok, JSON.stringify(report));
  office.remove();
});

const year = (name: string): object => ({ action: 'treasury.year.open', body: { year: name, from: `${name}-01-01`, to: `${name}-12-31` } });
