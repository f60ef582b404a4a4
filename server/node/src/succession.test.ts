/**
 * The disk is lost and last night's backup restored: the node refuses to fork, `resume` says what is missing and goes on in a successor, old
 * receipts bring back what was lost, and an audit finds nothing wrong with any of it (docs/operate/loss.md, step by step).
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Losses } from '@tabularium/api';
import { loadNodeKeys, nodeCrypto, nodeVkeys } from '@tabularium/crypto';
import type { Outcome } from '@tabularium/engine-port';
import { decodeCharter } from '@tabularium/kernel';
import { parseCheckpoint, parseNote } from '@tabularium/log';
import { asciiText } from '@tabularium/protocol';
import { verifyReceipt } from '@tabularium/verify';
import { openWitness, type RunningWitness, startWitness } from '@tabularium/witness';
import { auditLedger } from './audit/audit-ledger.ts';
import { DirectorySource } from './audit/directory-source.ts';
import { HttpSource } from './audit/http-source.ts';
import { newOffice, type Office, officeOf } from './node-rig.test.ts';
import { restoreBackup } from './restore.ts';
import { type ResumeReport, resumeAfterLoss } from './resume.ts';
import { type RunningNode, startNode } from './start-node.ts';

const openYear = (year: number) => ({
  action: 'treasury.year.open',
  body: { year: String(year), from: `${year}-01-01`, to: `${year}-12-31` },
});

function nameOf(outcome: Outcome): string {
  assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
  return (outcome as Outcome & { readonly kind: 'accepted' }).name;
}

function sizeOf(note: string | undefined): number {
  return parseCheckpoint(parseNote(note ?? '')?.text ?? '')?.size ?? 0;
}

/** Wait until the witness has seen everything. */
async function witnessed(node: RunningNode): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (sizeOf(node.storage.head().witnessed) === node.storage.head().size) return;
    await delay(50);
  }
  assert.fail('the witness was not heard');
}

const CASE = 'ab'.repeat(16);

describe('a disk that is lost', () => {
  /** Directory of the witness: an auditor's machine. */
  const auditor = mkdtempSync(join(tmpdir(), 'tabularium-auditor-'));
  let office: Office;
  let witness: RunningWitness;
  let policy = '';
  /** Kept by clients: what was acknowledged after the backup, in order. */
  const kept: { readonly jws: string; readonly receipt: string }[] = [];
  let report: ResumeReport;

  before(async () => {
    const { witness: made, close } = openWitness({ dir: auditor, name: 'audit.example/w1', logs: [] });
    close();
    office = newOffice({ witnesses: { audit: { vkey: made.vkey } } });
    const { log } = nodeVkeys(loadNodeKeys(join(office.data, 'keys')), office.charter.origin, 'office.example/node-1');
    witness = await startWitness({ dir: auditor, logs: [log] });
  });
  after(async () => {
    await witness.close();
    office.remove();
    rmSync(auditor, { recursive: true, force: true });
  });

  const start = (): Promise<RunningNode> => startNode({ dir: office.data, witnesses: [witness] });

  test('last night a backup was made; today more was acknowledged and witnessed', async () => {
    const node = await start();
    try {
      for (const acceptance of office.acceptances()) nameOf(await node.door.submit(acceptance));
      const proposal = nameOf(await node.door.submit(office.sign('accountant', { action: 'kernel.propose', body: openYear(2026) })));
      nameOf(await node.door.submit(office.sign('head', { action: 'kernel.approve', body: { proposal } })));
      const held = { path: '', case: CASE, disclosures: ['what is known of somebody'] };
      await node.vault.holdings.putPending({ tx: proposal, exp: 0, holdings: [held] });
      node.vault.holdings.release(proposal);
      await node.backup(join(office.dir, 'backup'));
      await keep(node, office.sign('accountant', { action: 'kernel.propose', body: openYear(2027) }));
      const [{ jws } = { jws: '' }] = kept;
      const lost = await node.door.submit(Buffer.from(jws));
      assert.equal(lost.kind, 'repeated');
      await keep(node, office.sign('head', { action: 'kernel.approve', body: { proposal: (lost as { name: string }).name } }));
      await keep(node, office.sign('accountant', { action: 'kernel.propose', body: openYear(2028) }));
      policy = node.door.policy();
      await witnessed(node);
      cpSync(join(office.data, 'keys'), join(office.dir, 'copy-of-keys'), { recursive: true });
      cpSync(join(office.data, 'vault-keys'), join(office.dir, 'vault-keys'), { recursive: true });
    } finally {
      await node.close();
    }
  });

  async function keep(node: RunningNode, jws: Uint8Array): Promise<void> {
    const name = nameOf(await node.door.submit(jws));
    kept.push({ jws: asciiText(jws), receipt: node.door.receipt(name)! });
  }

  test('the restored backup refuses to fork, and names the command that helps', async () => {
    rmSync(office.data, { recursive: true });
    restoreBackup({ backup: join(office.dir, 'backup'), dir: office.data, keys: join(office.dir, 'copy-of-keys') });
    cpSync(join(office.dir, 'vault-keys'), join(office.data, 'vault-keys'), { recursive: true });
    await assert.rejects(start(), { code: 'would-fork', next: 'resume --after-loss' });
    await witness.close();
    // Without its witness a restored ledger does not start either: nobody could say what is missing.
    await assert.rejects(start(), { code: 'witness-unreachable' });
    await assert.rejects(resume(), { code: 'witness-unreachable' });
    assert.ok(!existsSync(`${office.data}.successor`));
    witness = await startWitness({ dir: auditor, logs: [logKey()] });
  });

  function logKey(): string {
    return nodeVkeys(loadNodeKeys(join(office.data, 'keys')), office.charter.origin, 'office.example/node-1').log;
  }
  const resume = (): Promise<ResumeReport> =>
    resumeAfterLoss({ dir: office.data, reason: 'lost-disk', witnesses: [witness], notes: new Map() });

  test('resume says what is missing and builds the successor', async () => {
    report = await resume();
    assert.deepEqual([report.predecessor, report.quorum, report.silent], [office.charter.origin, 2, []]);
    // Three lost transactions and their seals.
    assert.equal(report.missing, 6);
    assert.deepEqual(report.founders, ['clerk', 'head', 'reviewer']);
    assert.notEqual(report.successor, report.predecessor);
  });

  test('the successor takes nothing until two officers accept it, then the old receipts', async () => {
    await witness.close();
    const charter = decodeCharter(readFileSync(join(office.data, 'charter.json')), nodeCrypto);
    const { dir, data, keys } = office;
    const successor = officeOf({ dir, data, charter, keys, clock: Date.now });
    const log = nodeVkeys(loadNodeKeys(join(data, 'keys')), charter.origin, 'office.example/node-1').log;
    witness = await startWitness({ dir: auditor, logs: [log] });
    const node = await start();
    try {
      // What the vault held of the old ledger opens as what it was, and nothing of it lies in the old directory.
      const [held] = await node.vault.holdings.ofCase(CASE);
      assert.deepEqual(held?.disclosures, ['what is known of somebody']);
      assert.ok(!existsSync(join(report.kept, 'vault.db')) && !existsSync(join(report.kept, 'vault-keys')));
      const early = await node.door.submit(successor.sign('accountant', { action: 'kernel.propose', body: openYear(2029) }));
      assert.equal(early.kind === 'refused' && early.refusal.code, 'kernel.not-founded');
      for (const acceptance of successor.acceptances()) nameOf(await node.door.submit(acceptance));
      assert.deepEqual((await losses(node)).lost, [[report.carried, report.witnessed - 1]]);
      await pageSays(node, '/', [/Continues an earlier record/, /Missing of it: 6 lines/, /href="\/predecessor"/]);
      await pageSays(node, '/predecessor', [
        /the disk that held it was lost/,
        new RegExp(`Lines 0 to ${report.carried - 1}, up to stamp no\\.`),
        new RegExp(`Audit: ${report.witnessed} lines`),
        new RegExp(`Lines ${report.carried} to ${report.witnessed - 1}<`),
        new RegExp(`Below ${report.carried}\\?`),
        new RegExp(`From ${report.witnessed} on nobody else knows of it`),
        /href="\/predecessor\/log\/policy"/,
      ]);
      const readmit = ({ jws, receipt }: (typeof kept)[number]): Promise<Outcome> =>
        node.door.submit(successor.sign('clerk', { action: 'kernel.readmit', body: { transaction: jws, receipt } }));
      // In their old order: the approval needs the proposal, under the name it had.
      for (const one of kept.slice(0, 2)) nameOf(await readmit(one));
      const twice = await readmit(kept[0]!);
      assert.equal(twice.kind === 'refused' && twice.refusal.code, 'kernel.readmitted');
      assert.ok(node.door.record('treasury/year/2027') !== undefined && node.door.record('treasury/year/2026') !== undefined);
      const { lost, readmitted, taken } = await losses(node);
      assert.equal(readmitted, 2);
      assert.deepEqual(
        taken.map(({ index }) => index),
        [report.carried, report.carried + 2],
      );
      const again = taken.map(({ index, by }) => ({ index, by, here: node.door.placed(by)!.index }));
      await pageSays(node, '/predecessor', [
        /Missing of the earlier record: 4 lines/,
        /Taken again since: 2 records/,
        ...again.map(
          ({ index, by, here }) =>
            new RegExp(
              `Line ${index} of the earlier record</span><span class="when"><a href="/entries/${by}">taken again in line ${here}<`,
            ),
        ),
        new RegExp(`Line ${report.carried + 1}<`),
      ]);
      for (const { by } of again) await pageSays(node, `/entries/${by}`, [/lost record/]);
      assert.ok(
        lost.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)).length === report.missing - 2,
      );
      await node.projections.waitFor(node.storage.head().height, 10_000);
      await pageSays(node, '/entries', [/Taken again: /]);
      await listsHold(node, ['2026', '2027']);
      await witnessed(node);
      const audited = await auditLedger(new HttpSource(node.url));
      assert.ok(audited.ok, JSON.stringify(audited));
      assert.ok(audited.compared.includes('predecessor'));
    } finally {
      await node.close();
    }
    const source = new DirectorySource(office.data);
    const audited = await auditLedger(source);
    source.close();
    assert.ok(audited.ok, JSON.stringify(audited));
  });

  /** What the pages say to people. */
  async function pageSays(node: RunningNode, path: string, sentences: readonly RegExp[]): Promise<void> {
    const response = await fetch(`${node.url}${path}`);
    const page = await response.text();
    assert.equal(response.status, 200, page);
    for (const sentence of sentences) assert.match(page, sentence);
    // By itself: letters of a proof in base64 may happen to spell it.
    assert.doesNotMatch(page, /<script|undefined|\[object|(?<![\w+/-])NaN(?![\w+/=-])/);
  }

  async function losses(node: RunningNode): Promise<Losses> {
    const response = await fetch(`${node.url}/api/v1/predecessor`);
    assert.equal(response.status, 200);
    return (await response.json()) as Awaited<ReturnType<typeof losses>>;
  }

  /** The lists go on where the predecessor's stood; nobody of the office is twice in them, and nobody is missing. */
  async function listsHold(node: RunningNode, years: readonly string[]): Promise<void> {
    const answer = await node.projections.list('treasury.years', { limit: 10 });
    assert.ok(answer.ok, JSON.stringify(answer));
    assert.deepEqual(answer.value.rows.map((row) => row.year).sort(), years);
    const officers = await node.projections.list('kernel.officers', { limit: 10 });
    assert.ok(officers.ok, JSON.stringify(officers));
    assert.deepEqual(
      officers.value.rows.map(({ officer, status }) => [officer, status]),
      ['accountant', 'clerk', 'head', 'reviewer'].map((officer) => [officer, 'active']),
    );
    const life = await node.projections.life('kernel/charter/current', { limit: 10 });
    assert.ok(life.ok, JSON.stringify(life));
    assert.deepEqual(
      life.value.map(({ type, height, entry }) => [type, height, entry]),
      [['kernel.charter.founded', 1, undefined]],
    );
  }

  test('old receipts verify as before, and a backup of the successor holds its predecessor', async () => {
    for (const { receipt } of kept) assert.ok(verifyReceipt(receipt, policy, nodeCrypto).ok);
    const node = await start();
    try {
      const saved = await node.backup(join(office.dir, 'second'));
      assert.ok(saved.files.includes(join('predecessor', 'ledger.db')));
    } finally {
      await node.close();
    }
    const source = new DirectorySource(join(office.dir, 'second'));
    const audited = await auditLedger(source);
    source.close();
    assert.ok(audited.ok, JSON.stringify(audited));
  });

  test('a backup that holds all that its witness saw starts as it is, once the witness has said so', async () => {
    const node = await start();
    await witnessed(node);
    await node.backup(join(office.dir, 'third'), { keys: true });
    await node.close();
    rmSync(office.data, { recursive: true });
    restoreBackup({ backup: join(office.dir, 'third'), dir: office.data });
    // No backup holds the keys of the vault.
    cpSync(join(office.dir, 'vault-keys'), join(office.data, 'vault-keys'), { recursive: true });
    assert.ok(existsSync(join(office.data, 'restored.json')));
    await assert.rejects(startNode({ dir: office.data }), { code: 'witness-unreachable' });
    const restored = await start();
    await restored.close();
    assert.ok(!existsSync(join(office.data, 'restored.json')));
    const again = await startNode({ dir: office.data });
    await again.close();
  });
});
