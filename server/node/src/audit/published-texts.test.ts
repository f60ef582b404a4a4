/**
 * What an audit says of published texts (docs/spec/disclosure.md): each digest of the log has a text, was withdrawn, or is named; and with the
 * earlier audit at hand, a text that has gone since is a difference.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import type { ModuleDefinition } from '@tabularium/kernel';
import {
  asciiText,
  disclosable,
  discloseBody,
  disclosuresOf,
  type JsonObject,
  joinSubmission,
  Money,
  makeDisclosure,
  published,
} from '@tabularium/protocol';
import { newOffice, type Office, type Post } from '../node-rig.test.ts';
import { type RunningNode, startNode } from '../start-node.ts';
import { type AuditOptions, type AuditReport, auditLedger } from './audit-ledger.ts';
import type { AuditSource } from './audit-source.ts';
import { textHolders } from './declared-texts.ts';
import { DirectorySource } from './directory-source.ts';
import { HttpSource } from './http-source.ts';
import { TextAuditor } from './text-auditor.ts';

const ENACT = 'treasury.budget.enact';
const line = (code: string, title?: string): JsonObject => ({
  year: '2026',
  fund: 'GEN',
  line: code,
  economic: '31',
  money: { amount: '100', currency: 'EUR' },
  ...(title === undefined ? {} : { title }),
});

describe('published texts', () => {
  const office: Office = newOffice();
  /** Of the lines' digests: a title that stays, one that is withdrawn, and a decoy. */
  let [kept, taken, decoy] = ['', '', ''];
  let index = 0;
  let copies = 0;
  let honest: AuditReport & { readonly ok: true };

  before(async () => {
    const node = await startNode({ dir: office.data });
    try {
      for (const acceptance of office.acceptances()) await node.door.submit(acceptance);
      const clear = { law: 'BUDGET-2026', items: [line('A-1', 'A new roof'), line('A-2', 'Said too much'), line('A-3')] };
      const schema = catalogue.find(({ name }) => name === 'treasury')!.actions['budget.enact']!.body;
      const { body, disclosures } = discloseBody(schema, clear, () => randomBytes(16), nodeCrypto);
      [kept, taken, decoy] = (body.items as { _sd: string[] }[]).map(({ _sd }) => _sd[0]!) as [string, string, string];
      const jws = office.sign('clerk', { action: 'kernel.propose', body: { action: ENACT, body } });
      const reply = await fetch(`${node.url}/api/v1/transactions`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: joinSubmission(asciiText(jws), disclosures),
      });
      const answer = (await reply.json()) as { readonly index: number };
      assert.equal(reply.status, 201, JSON.stringify(answer));
      index = answer.index;
      await withdraw(node, taken);
    } finally {
      await node.close();
    }
    const report = await audited(new DirectorySource(office.data));
    assert.ok(report.ok, JSON.stringify(report));
    honest = report;
  });
  after(() => office.remove());

  async function withdraw(node: RunningNode, digest: string): Promise<void> {
    const act = async (post: Post, action: string, body: JsonObject): Promise<string> => {
      const outcome = await node.door.submit(office.sign(post, { action, body }));
      assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
      return (outcome as { readonly name: string }).name;
    };
    const proposal = await act('clerk', 'kernel.propose', {
      action: 'kernel.text.withdraw',
      body: { digest, ground: 'personal-data', case: 'C-1' },
    });
    await act('head', 'kernel.approve', { proposal });
  }

  async function audited(source: AuditSource, options: AuditOptions = {}): Promise<AuditReport> {
    try {
      return await auditLedger(source, options);
    } finally {
      source.close();
    }
  }

  /** A copy of the ledger after its text store was changed. */
  function tampered(sql: string, ...values: string[]): string {
    const dir = join(office.dir, `texts-${copies++}`);
    cpSync(office.data, dir, { recursive: true });
    const texts = new DatabaseSync(join(dir, 'texts.db'));
    assert.equal(texts.prepare(sql).run(...values).changes, 1);
    texts.close();
    return dir;
  }

  /** What an audit says of a directory, and of a node that runs on it. */
  async function both(dir: string, check: (report: AuditReport) => void, options: AuditOptions = {}): Promise<void> {
    check(await audited(new DirectorySource(dir), options));
    const node = await startNode({ dir });
    try {
      check(await audited(new HttpSource(node.url), options));
    } finally {
      await node.close();
    }
  }

  test('each digest has a text, was withdrawn, or is named: the log does not say whether it is a decoy', () =>
    both(office.data, (report) => {
      assert.ok(report.ok, JSON.stringify(report));
      const { origin, size, texts } = report;
      assert.deepEqual(texts, { published: 1, withdrawn: 1, without: [{ origin, index, digest: decoy }], leaves: { [origin]: size } });
      assert.ok(report.compared.includes('published texts'));
    }));

  test('a text that was deleted is among those named, and is a difference to whoever kept the earlier audit', async () => {
    const dir = tampered('DELETE FROM text WHERE digest = ?', kept);
    await both(dir, (report) => {
      assert.ok(report.ok, JSON.stringify(report));
      assert.deepEqual(report.texts.without.map(({ digest }) => digest).sort(), [kept, decoy].sort());
      assert.equal(report.texts.published, 0);
    });
    await both(
      dir,
      (report) => {
        assert.ok(!report.ok, 'nothing was found');
        const { code, place, key } = report.difference;
        assert.deepEqual([code, place, key], ['text', `text ${kept} (entry ${index})`, kept]);
      },
      { earlier: honest.texts },
    );
    await both(office.data, (report) => assert.ok(report.ok, JSON.stringify(report)), { earlier: honest.texts });
  });

  test('another text in its place, or a withdrawal that the log knows nothing of, is a difference', async () => {
    const other = makeDisclosure(randomBytes(16), 'title', 'An old roof', nodeCrypto).text;
    const changes = [
      tampered('UPDATE text SET disclosure = ? WHERE digest = ?', other, kept),
      tampered(`INSERT INTO withdrawal (digest, time, ground, "case") VALUES (?, 1, 'personal-data', 'C-9')`, kept),
    ];
    for (const dir of changes) {
      await both(dir, (report) => {
        assert.ok(!report.ok, 'nothing was found');
        assert.deepEqual([report.difference.code, report.difference.key], ['text', kept], JSON.stringify(report));
      });
    }
  });

  test('what is withdrawn while the audit runs is no difference', async () => {
    const dir = tampered("UPDATE text SET until = until WHERE digest = ? AND disclosure <> ''", kept);
    const node = await startNode({ dir });
    try {
      const before = new DirectorySource(dir);
      const policy = node.door.policy();
      const online = new HttpSource(node.url);
      assert.equal(await online.withdrawnSince(kept, policy), false);
      await withdraw(node, kept);
      const report = await audited(before, { earlier: honest.texts });
      assert.ok(report.ok, JSON.stringify(report));
      assert.deepEqual([report.size, report.texts.withdrawn], [honest.size, 2]);
      assert.equal(await online.withdrawnSince(kept, policy), true);
      assert.equal(await online.withdrawnSince(kept, policy.replace(/^log .*$/m, '')), false, 'only under keys that are believed');
    } finally {
      await node.close();
    }
  });

  test('where fields must be disclosed, the log says how many texts must be there', async () => {
    const [note] = disclosuresOf(catalogue.find(({ name }) => name === 'treasury')!.actions['budget.enact']!.body);
    const Item = disclosable({ title: published(Money), note: note!.schema });
    const definition = { body: { type: 'object', properties: { items: { type: 'array', items: Item }, more: Item } } };
    const strict = [{ name: 'strict', actions: { say: definition } }] as unknown as readonly ModuleDefinition[];
    const items = [{ _sd: [kept, decoy] }, { _sd: [taken, decoy] }];
    assert.deepEqual(textHolders({ action: 'strict.say', body: { items } }, 7, strict), [
      { index: 7, digests: [kept, decoy], least: 1 },
      { index: 7, digests: [taken, decoy], least: 1 },
    ]);
    assert.deepEqual(textHolders({ action: 'strict.unknown', body: { items } }, 7, strict), []);
    const source = new DirectorySource(office.data);
    const [records, policy] = [{ get: () => undefined, scan: () => [] }, ''];
    const compare = (least: number): Promise<unknown> => {
      const auditor = new TextAuditor();
      auditor.add('origin', [{ index: 7, digests: [kept, decoy], least }]);
      return auditor.compare(source, { records, policy }, undefined, () => {});
    };
    await compare(1);
    await assert.rejects(compare(2), {
      difference: {
        code: 'text',
        place: `text ${decoy} (entry 7)`,
        index: 7,
        key: decoy,
        detail: '2 were published with this entry, and not all of them are there',
      },
    });
    source.close();
  });
});
