/**
 * What is known of people, from its transaction to its erasure: the town's payees that are persons. Whoever keeps the database and changes, moves
 * or keeps what they should not is found out by the audit; what the ledger says is erased is gone before a node serves anything, also
 * where an older vault was laid down; and without its keys a node says so.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { type AuditReport, auditLedger, DirectorySource, NodeFault, openAuditedVault, type RunningNode, startNode } from '@tabularium/node';
import { encodeTransaction, type JsonObject, makeUlid } from '@tabularium/protocol';
import { type Step, seededRandom } from '@tabularium/scenarios';
import { openSmallTown, type SmallTown } from './small-town.ts';

/** An audit lists every decoy; what went wrong is short. */
const said = (report: AuditReport): string => (report.ok ? 'no difference' : JSON.stringify(report.difference));

const STEPS = 330;
const CERTIFY = 'treasury.payable.certify';

describe('the vault of a town', () => {
  const work = mkdtempSync(join(tmpdir(), 'tabularium-demo-vault-'));
  const random = seededRandom(29);
  let town: SmallTown;
  let dir = '';
  let payees: readonly string[] = [];
  let copies = 0;

  /** Every payee is a person, and has a name. */
  function withPersons(step: Step): Step {
    if (step.action !== CERTIFY) return step;
    return {
      ...step,
      body: (earlier) => {
        const { items } = step.body(earlier) as { readonly items: readonly JsonObject[] };
        return { items: items.map((item) => ({ ...item, person: `Jane Roe of ${String(item.payee).slice(0, 8)}` })) };
      },
    };
  }

  before(async () => {
    town = await openSmallTown(work, { steps: STEPS, change: withPersons });
    dir = town.place.town;
    payees = town.signed
      .filter(({ step }) => step.action === CERTIFY)
      .flatMap(({ bytes }) => [
        ...Buffer.from(Buffer.from(bytes).toString('latin1').split('.')[1]!, 'base64url')
          .toString()
          .matchAll(/"payee":"([0-9a-f]{32})"/g),
      ])
      .map(([, handle]) => handle!);
    assert.ok(payees.length > 3, `${payees.length} payees`);
    await town.node.close();
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  const start = (of = dir, keys?: string): Promise<RunningNode> =>
    startNode({ dir: of, clock: town.now, adminSocket: false, ...(keys === undefined ? {} : { vault: { keys } }) });

  async function audit(of: string, keys?: string): Promise<AuditReport> {
    const source = new DirectorySource(of);
    const vault = await openAuditedVault(of, keys === undefined ? {} : { keys });
    try {
      return await auditLedger(source, { vault });
    } finally {
      await vault.close();
      source.close();
    }
  }

  function copy(change: (vault: DatabaseSync) => void = () => {}): string {
    const to = join(work, `copy-${copies++}`);
    cpSync(dir, to, { recursive: true });
    const vault = new DatabaseSync(join(to, 'vault.db'));
    change(vault);
    vault.close();
    return to;
  }

  async function act(node: RunningNode, officer: string, as: string, action: string, body: JsonObject): Promise<string> {
    const { kid, sign } = town.keyOf(officer);
    const exp = Math.floor(town.now() / 1_000) + 3_600;
    const bytes = encodeTransaction(
      { ledger: town.charter.origin, id: makeUlid(town.now(), random.bytes(10)), action, as, exp, body },
      kid,
      sign,
    );
    const outcome = await node.door.submit(bytes);
    assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
    return (outcome as { readonly name: string }).name;
  }

  /** As the law has it: asked for, proposed, approved by another. */
  async function erase(node: RunningNode, handle: string): Promise<void> {
    await act(node, 'counter-1', 'intake@counter', 'privacy.erasure.request', { case: handle, ground: 'not-needed' });
    const { erasure } = JSON.parse(node.door.record(`privacy/case/${handle}`)!) as { readonly erasure: string };
    const decision = { action: 'privacy.erasure.decide', body: { erasure, decision: 'granted' } };
    const proposal = await act(node, 'registers-1', 'registrar@registers', 'kernel.propose', decision);
    await act(node, 'data-protection-1', 'data-protection-officer@data-protection', 'kernel.approve', { proposal });
  }

  test('an honest vault has no difference; without its keys the audit says what it could not open', async () => {
    const report = await audit(dir);
    assert.ok(report.ok, said(report));
    assert.deepEqual(report.vault, { held: payees.length, closed: 0 });
    assert.ok(report.compared.includes('what the vault holds'));
    const blind = await audit(dir, join(work, 'no-keys'));
    assert.ok(blind.ok && blind.vault?.closed === payees.length && blind.left.some((one) => one.startsWith('what the vault holds')));
  });

  test('whoever changes, moves or takes away what is held is found out', async () => {
    const two = '(SELECT id FROM holding ORDER BY id LIMIT 1 OFFSET 1)';
    const one = '(SELECT min(id) FROM holding)';
    const changes: Readonly<Record<string, string>> = {
      'a changed byte': `UPDATE holding SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB) WHERE id = ${one}`,
      'a swapped ciphertext': `UPDATE holding SET sealed = (SELECT sealed FROM holding WHERE id = ${two}), wrapped = (SELECT wrapped FROM holding WHERE id = ${two}) WHERE id = ${one}`,
      'another case': `UPDATE holding SET "case" = '${'0'.repeat(32)}' WHERE id = ${one}`,
      'another entry': `UPDATE holding SET tx = '${'A'.repeat(43)}' WHERE id = ${one}`,
      'another ledger': `UPDATE holding SET origin = 'x' WHERE id = ${one}`,
    };
    for (const [what, sql] of Object.entries(changes)) {
      const report = await audit(copy((vault) => assert.equal(vault.prepare(sql).run().changes, 1, what)));
      assert.ok(!report.ok && report.difference.code === 'holding', `${what}: ${said(report)}`);
      assert.doesNotMatch(JSON.stringify(report), /Jane/);
    }
  });

  test('an erasure that the ledger grants takes it from the vault, and every receipt of it still verifies', async () => {
    const node = await start();
    const older = join(work, 'older');
    const [gone = '', stays = ''] = payees;
    try {
      assert.equal((await node.vault.holdings.ofCase(gone)).length, 1);
      await node.backup(older);
      assert.ok(existsSync(join(older, 'vault.db')) && !existsSync(join(older, 'vault-keys')));
      await erase(node, gone);
      // What follows the block is under way; nothing is shown meanwhile.
      assert.deepEqual(await node.vault.holdings.ofCase(gone), []);
      await node.vault.erase(gone);
      assert.equal((await node.vault.holdings.ofCase(stays)).length, 1);
      assert.match(await (await fetch(`${node.url}/metrics`)).text(), /^tabularium_vault_epoch [1-9]$/m);
    } finally {
      await node.close();
    }
    assert.ok(!readFileSync(join(dir, 'vault.db')).includes(readSealed(older, gone).subarray(20, 60)), 'its ciphertext is in no file');
    const report = await audit(dir);
    assert.ok(report.ok && report.vault?.held === payees.length - 1, said(report));

    // The older vault beside the newer ledger: the audit names it, and a node erases again before it serves.
    const back = copy();
    for (const end of ['', '-wal', '-shm']) rmSync(join(back, `vault.db${end}`), { force: true });
    cpSync(join(older, 'vault.db'), join(back, 'vault.db'));
    const found = await audit(back);
    assert.ok(!found.ok && found.difference.detail.includes('erased'), said(found));
    const again = await start(back);
    try {
      assert.deepEqual(await again.vault.holdings.ofCase(gone), []);
      assert.equal((await again.vault.holdings.ofCase(stays)).length, 1);
    } finally {
      await again.close();
    }
    const mended = await audit(back);
    assert.ok(mended.ok, said(mended));
  });

  test('without its keys, or with another’s, a node does not start and says why; the keys may lie elsewhere', async () => {
    const there = copy();
    const keys = join(work, 'keys-elsewhere');
    renameSync(join(there, 'vault-keys'), keys);
    const fault = async (...given: readonly [string?]): Promise<NodeFault> => {
      const error = await start(there, ...given).then(
        async (node) => await node.close(),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof NodeFault, String(error));
      return error;
    };
    const { code, message, exitCode } = await fault();
    assert.deepEqual([code, exitCode], ['vault-keys', 19]);
    assert.match(message, /^the vault holds what the key of epoch [0-9]+ opens, and that key is not there/);
    assert.match((await fault(join(work, 'nowhere'))).message, /epoch [0-9]/);
    const node = await start(there, keys);
    try {
      assert.equal((await node.vault.holdings.ofCase(payees[1]!)).length, 1);
    } finally {
      await node.close();
    }
  });

  function readSealed(of: string, handle: string): Buffer {
    const vault = new DatabaseSync(join(of, 'vault.db'), { readOnly: true });
    const row = vault.prepare('SELECT sealed FROM holding WHERE "case" = ?').get(handle);
    vault.close();
    return Buffer.from(row!.sealed as Uint8Array);
  }
});
