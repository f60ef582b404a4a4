/**
 * After a loss: a successor carries what the backup held, and takes what lay beyond it again from the receipts that people kept. The
 * predecessor's log is a real one, a few leaves long, signed and cosigned by its node.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateNodeKeys, nodeCrypto, signEd25519 } from '@tabularium/crypto';
import {
  cosignatureLine,
  cosignedMessage,
  formatCheckpoint,
  formatNote,
  formatReceipt,
  formatTlogProof,
  formatVkey,
  LogTree,
  leafHash,
  logSignatureLine,
  parseReceipt,
  parseTlogProof,
  type Receipt,
  verifierKey,
} from '@tabularium/log';
import { asciiBytes, asciiText, type JsonObject, type Transaction, toHex } from '@tabularium/protocol';
import { type CharterDraft, CharterFault, encodeCharter, makeCharter } from './charter.ts';
import { HOUR, KEYS, type Key, NODE, newKey, type Options, Rig, type RigOptions } from './ledger-rig.test.ts';
import { cosignerName } from './policy-text.ts';
import type { ProposalRecord } from './records.ts';
import { possibleFounders, successorDraft } from './succession.ts';
import type { Permit } from './test-modules.test.ts';

/** Another town, whose log the trust list knows as well. */
const FRIEND = 'friend.example/0123456789abcdef';
const FRIEND_KEYS = generateNodeKeys();

/** The town's first ledger, whose disk is lost later. */
class Predecessor {
  readonly rig = new Rig();
  readonly leaves: Uint8Array[] = [encodeCharter(this.rig.charter, nodeCrypto), asciiBytes('{"a":"seal"}')];

  /** A transaction that it accepted. */
  accept(officer: string, action: string, body: JsonObject, options: Options = {}): Transaction {
    const transaction = this.rig.sign(officer, action, body, options);
    assert.equal(this.rig.block([transaction]).verdicts[0]!.kind, 'accepted');
    this.leaves.push(transaction.bytes);
    return transaction;
  }

  /** The receipt of any leaf; `seconds` stand beside the cosignature. */
  receipt(bytes: Uint8Array, key: Key, { seconds = Math.floor(this.rig.time / 1_000), origin = this.rig.charter.origin } = {}): string {
    const index = this.leaves.indexOf(bytes);
    const tree = LogTree.empty(nodeCrypto.sha256);
    for (const leaf of this.leaves) tree.append(leafHash(leaf, nodeCrypto.sha256));
    const text = formatCheckpoint({ origin, size: tree.size, root: tree.root() });
    const keys = origin === FRIEND ? FRIEND_KEYS : NODE;
    const log = verifierKey(origin, 0x01, keys.log.publicKey, nodeCrypto);
    const cosigner = verifierKey(cosignerName(this.rig.charter, 'one'), 0x04, NODE.cosigner.publicKey, nodeCrypto);
    const checkpoint = formatNote(text, [
      logSignatureLine(log, signEd25519(keys.log.privateKey)(nodeCrypto.utf8.encode(text))),
      cosignatureLine(cosigner, seconds, signEd25519(NODE.cosigner.privateKey)(cosignedMessage(seconds, text, nodeCrypto.utf8))),
    ]);
    const { jwk } = key.enrolled;
    return formatReceipt({ entry: asciiText(bytes), jwk, index, hashes: tree.inclusion(index, tree.size), checkpoint });
  }

  /** A ledger that continues from the state and size of a backup. */
  successor(
    backup: { readonly state: ReadonlyMap<string, string>; readonly size: number },
    change: Partial<RigOptions['charter']> = {},
    accepting: readonly string[] = ['clara', 'mira'],
  ): Rig {
    const draft = successorDraft({
      state: { get: (key) => backup.state.get(key), scan: (...range) => scan(backup.state, ...range) },
      predecessor: this.described(backup.size),
      nodes: this.rig.charter.nodes,
      founding: { officers: ['clara', 'mira'], quorum: 2 },
    });
    const rig = new Rig({ charter: { ...draft, ...change } as Partial<CharterDraft>, carried: backup.state, founded: false });
    rig.time = this.rig.time + HOUR;
    for (const founder of accepting) rig.ok(founder, 'kernel.charter.accept', { charter: rig.digest });
    return rig;
  }

  described(size: number): NonNullable<CharterDraft['predecessor']> {
    const { charter, machine, state, height } = this.rig;
    return {
      origin: charter.origin,
      policy: machine.policy(state),
      checkpoint: '',
      state: '0'.repeat(64),
      height,
      size,
      reason: 'lost-disk',
    };
  }

  backup(): { readonly state: ReadonlyMap<string, string>; readonly size: number } {
    return { state: new Map(this.rig.state.records), size: this.leaves.length };
  }
}

function scan(records: ReadonlyMap<string, string>, start: string, end: string, limit: number) {
  const keys = [...records.keys()].filter((key) => key >= start && key < end).sort();
  return keys.slice(0, limit).map((key) => [key, records.get(key)!] as const);
}

function receiptOf(text: string): Receipt {
  const parsed = parseReceipt(text);
  assert.ok(parsed.ok);
  return parsed.receipt;
}

const evidence = (transaction: Transaction, receipt: string) => ({ transaction: asciiText(transaction.bytes), receipt });
const clara = KEYS.clara![0];

test('given a backup, a successor carries its records on and takes the lost ones again under their old names and ids', () => {
  const old = new Predecessor();
  old.accept('clara', 'permit.permit.write', { permit: 'kept', days: 1 });
  const backup = old.backup();
  const write = old.accept('clara', 'permit.permit.write', { permit: 'lost', days: 2 });
  const numbers = old.accept('clara', 'permit.permit.numbers', { n: 2 });
  const rig = old.successor(backup);
  assert.notEqual(rig.charter.origin, old.rig.charter.origin);
  assert.equal(rig.record<Permit>('permit/permit/kept')!.days, 1);
  assert.equal(rig.record('permit/permit/lost'), undefined);
  assert.equal(rig.record('kernel/charter/current')!.rev, 2, 'revisions count on');

  rig.no('action-not-permitted', 'mira', 'kernel.readmit', evidence(write, old.receipt(write.bytes, clara)));
  const tx = rig.ok('conrad', 'kernel.readmit', evidence(write, old.receipt(write.bytes, clara)));
  const lost = rig.record<Permit>('permit/permit/lost')!;
  assert.deepEqual([lost.days, lost.by, lost.tx], [2, 'clara', write.name]);
  const marker = rig.record(`kernel/readmitted/${write.name}`)!;
  assert.deepEqual([marker.index, marker.tx], [3, tx]);
  const [readmitted, written] = rig.events.slice(-2);
  assert.deepEqual([readmitted!.type, readmitted!.signers[0]!.officer], ['kernel.readmitted', 'conrad']);
  assert.deepEqual(
    [written!.type, written!.signers.map(({ officer }) => officer)],
    ['permit.written', ['clara']],
    'nobody is added to its signers',
  );

  rig.ok('conrad', 'kernel.readmit', evidence(numbers, old.receipt(numbers.bytes, clara)));
  for (const n of [0, 1]) {
    const id = toHex(nodeCrypto.sha256(nodeCrypto.utf8.encode(`${numbers.name}${n}`))).slice(0, 32);
    assert.ok(rig.record(`permit/number/${id}`) !== undefined, 'the ids it had then');
  }
});

test('nothing happens twice: not what was taken again, not what was carried over', () => {
  const old = new Predecessor();
  const kept = old.accept('clara', 'permit.permit.numbers', { n: 1 });
  const backup = old.backup();
  const lost = old.accept('clara', 'permit.permit.numbers', { n: 1 });
  const rig = old.successor(backup);
  rig.no('readmitted', 'clara', 'kernel.readmit', evidence(kept, old.receipt(kept.bytes, clara)));
  rig.ok('clara', 'kernel.readmit', evidence(lost, old.receipt(lost.bytes, clara)));
  rig.no('readmitted', 'conrad', 'kernel.readmit', evidence(lost, old.receipt(lost.bytes, clara)));
});

test('what several signed is taken again signature by signature, and whoever hands it in signs nothing', () => {
  const old = new Predecessor();
  old.accept('clara', 'permit.permit.write', { permit: 'a', days: 2 });
  const backup = old.backup();
  const proposal = old.accept('clara', 'kernel.propose', { action: 'permit.permit.grant', body: { permit: 'a' } });
  const approval = old.accept('mira', 'kernel.approve', { proposal: proposal.name });
  const rig = old.successor(backup);
  rig.no('proposal-unknown', 'conrad', 'kernel.readmit', evidence(approval, old.receipt(approval.bytes, KEYS.mira![0])));
  rig.ok('conrad', 'kernel.readmit', evidence(proposal, old.receipt(proposal.bytes, clara)));
  const open = rig.record<ProposalRecord>(`kernel/proposal/${proposal.name}`)!;
  assert.deepEqual(
    open.signers.map(({ officer }) => officer),
    ['clara'],
  );
  rig.ok('conrad', 'kernel.readmit', evidence(approval, old.receipt(approval.bytes, KEYS.mira![0])));
  assert.equal(rig.record<Permit>('permit/permit/a')!.state, 'granted');
  assert.deepEqual(
    rig.events.at(-1)!.signers.map(({ officer }) => officer),
    ['clara', 'mira'],
  );
});

test('carried deadlines wait until the founders have accepted the successor', () => {
  const old = new Predecessor();
  old.accept('clara', 'permit.permit.write', { permit: 'a', days: 2, lapse: old.rig.time + HOUR });
  const backup = old.backup();
  const rig = old.successor(backup, {}, []);
  rig.time += 2 * HOUR;
  assert.equal(rig.machine.nextDeadline(rig.state), undefined);
  rig.ok('clara', 'kernel.charter.accept', { charter: rig.digest });
  rig.no('not-founded', 'clara', 'permit.permit.count', {});
  assert.equal(rig.record<Permit>('permit/permit/a')!.state, 'written-1');
  rig.ok('mira', 'kernel.charter.accept', { charter: rig.digest });
  assert.equal(rig.block().deadlines, 1);
  assert.equal(rig.record<Permit>('permit/permit/a')!.state, 'lapsed');
});

test('officers whose role, office or agency an amendment dropped do not keep a ledger from going on', () => {
  const old = new Predecessor();
  const { auditor: _, ...roles } = old.rig.charter.roles;
  old.rig.together(['clara', 'mira'], 'kernel.charter.amend', { roles });
  const { audit: __, ...agencies } = old.rig.charter.agencies;
  const { 'audit-hall': ___, ...offices } = old.rig.charter.offices;
  old.rig.together(['clara', 'mira'], 'kernel.charter.amend', { agencies, offices, recovery: { agencies: [], hours: 72 } } as JsonObject);
  const state = {
    get: (key: string) => old.rig.state.get(key),
    scan: (...range: [string, string, number]) => old.rig.state.scan(...range),
  };
  assert.deepEqual(Object.keys(possibleFounders(state)).sort(), ['clara', 'conrad', 'jonas', 'judith', 'mira', 'otto']);
  old.successor(old.backup()).ok('clara', 'permit.permit.count', {});
});

test('a receipt without its extra data will do', () => {
  const old = new Predecessor();
  const backup = old.backup();
  const lost = old.accept('clara', 'permit.permit.write', { permit: 'a', days: 2 });
  const rig = old.successor(backup);
  const { extra: _, ...bare } = parseTlogProof(old.receipt(lost.bytes, clara))!;
  rig.ok('clara', 'kernel.readmit', evidence(lost, formatTlogProof(bare)));
});

test('without a predecessor there is nothing to take again', () => {
  const old = new Predecessor();
  const lost = old.accept('clara', 'permit.permit.write', { permit: 'a', days: 2 });
  new Rig().no('no-predecessor', 'clara', 'kernel.readmit', evidence(lost, old.receipt(lost.bytes, clara)));
});

test('a receipt must prove this entry in this log, under the trust list that the charter names', () => {
  const old = new Predecessor();
  const backup = old.backup();
  const lost = old.accept('clara', 'permit.permit.write', { permit: 'a', days: 2 });
  const other = old.accept('clara', 'permit.permit.write', { permit: 'b', days: 2 });
  const rig = old.successor(backup);
  const receipt = old.receipt(lost.bytes, clara);
  const no = (transaction: Transaction, text: string) => rig.no('receipt-invalid', 'clara', 'kernel.readmit', evidence(transaction, text));
  no(lost, old.receipt(other.bytes, clara));
  no(other, receipt);
  rig.no('body-invalid', 'clara', 'kernel.readmit', evidence(lost, 'not a receipt'));
  rig.no('body-invalid', 'clara', 'kernel.readmit', evidence(lost, `${receipt}\u2014 Jane Doe\n`));
  // Its extra data hold the key that signed, and nothing else in its place.
  no(lost, old.receipt(lost.bytes, KEYS.mira![0]));
  no(lost, formatReceipt({ ...receiptOf(receipt), jwk: { ...clara.enrolled.jwk, x: 'Jane Doe' } }));
  const { extra: _, ...bare } = parseTlogProof(receipt)!;
  no(lost, formatTlogProof({ ...bare, index: bare.index + 1 }));
  no(lost, formatTlogProof({ ...bare, hashes: bare.hashes.slice(1) }));
  no(lost, formatTlogProof({ ...bare, checkpoint: bare.checkpoint.replace(/\n[^\n]+\n$/, '\n') }));
  no(lost, receipt.replace(/index \d+/, 'index 0'));
  // Signed for the successor itself, or for nobody's ledger.
  const own = rig.sign('clara', 'permit.permit.write', { permit: 'c', days: 2 });
  old.leaves.push(own.bytes);
  no(own, old.receipt(own.bytes, clara));
  rig.no('receipt-invalid', 'clara', 'kernel.readmit', { transaction: 'a.b.c', receipt });
  // A log that the trust list knows as well, but which is not the predecessor.
  const vkey = formatVkey(verifierKey(FRIEND, 0x01, FRIEND_KEYS.log.publicKey, nodeCrypto));
  const policy = `log ${vkey}\n${old.rig.machine.policy(old.rig.state)}`;
  const trusting = old.successor(backup, { predecessor: { ...old.described(backup.size), policy } });
  trusting.no('receipt-invalid', 'clara', 'kernel.readmit', evidence(lost, old.receipt(lost.bytes, clara, { origin: FRIEND })));
  trusting.ok('clara', 'kernel.readmit', evidence(lost, receipt));
});

test('an entry must have been cosigned before it expired', () => {
  const old = new Predecessor();
  const backup = old.backup();
  const lost = old.accept('clara', 'permit.permit.write', { permit: 'a', days: 2 });
  const rig = old.successor(backup);
  rig.no('receipt-expired', 'clara', 'kernel.readmit', evidence(lost, old.receipt(lost.bytes, clara, { seconds: lost.payload.exp })));
  rig.ok('clara', 'kernel.readmit', evidence(lost, old.receipt(lost.bytes, clara, { seconds: lost.payload.exp - 1 })));
});

test('it is decided anew: signature, key, officer, role, form and rules are those of now', () => {
  const old = new Predecessor();
  const stranger = newKey();
  old.accept('clara', 'permit.permit.write', { permit: 'there', days: 2 });
  const backup = old.backup();
  const rig = old.successor(backup);
  const no = (code: string, transaction: Transaction, key: Key = clara) => {
    if (!old.leaves.includes(transaction.bytes)) old.leaves.push(transaction.bytes);
    rig.no(code, 'conrad', 'kernel.readmit', evidence(transaction, old.receipt(transaction.bytes, key)));
  };
  const sign = (action: string, body: JsonObject, options: Options = {}, officer = 'clara') => old.rig.sign(officer, action, body, options);
  const write = (permit: string) => ({ permit, days: 2 });
  no('key-unknown', sign('permit.permit.write', write('x'), { key: stranger }), stranger);
  const good = sign('permit.permit.write', write('x'));
  old.leaves.push(good.bytes);
  const forged = new Uint8Array([
    ...good.bytes.subarray(0, good.bytes.lastIndexOf(0x2e)),
    ...sign('permit.permit.write', write('y')).bytes.subarray(good.bytes.lastIndexOf(0x2e)),
  ]);
  no('signature-invalid', { ...good, bytes: forged });
  no('action-unknown', sign('permit.permit.burn', {}));
  no('action-unknown', sign('permit.permit.inner', write('x')));
  no('action-unknown', sign('kernel.readmit', evidence(good, old.receipt(good.bytes, clara))));
  no('body-invalid', sign('permit.permit.write', { permit: 'x' }));
  no('signers-missing', sign('permit.permit.grant', { permit: 'there' }));
  no('stale-revision', sign('permit.permit.write', write('x'), { on: { 'permit/permit/there': 2 } }));
  no('already-founded', sign('kernel.charter.accept', { charter: rig.digest }));
  no('permit.there', sign('permit.permit.write', write('there')));
  no('action-not-permitted', sign('permit.permit.write', write('x'), {}, 'otto'), KEYS.otto![0]);
  no('role-not-held', sign('permit.permit.write', write('x'), { as: 'mayor@hall' }));
  no('mandate-unknown', sign('permit.permit.write', write('x'), { for: '0'.repeat(32) }));
  rig.ok('clara', 'kernel.key.revoke', { kid: clara.kid, reason: 'stolen' }, { key: KEYS.clara![1] });
  no('key-revoked', sign('permit.permit.write', write('x')));
});

test('a successor’s charter names a predecessor that can be checked', () => {
  const old = new Predecessor();
  const draft = (change: object) => {
    const { origin: _, type: __, v: ___, ...charter } = old.rig.charter;
    return () => makeCharter({ ...charter, predecessor: { ...old.described(2), ...change } }, nodeCrypto);
  };
  assert.ok(draft({})().predecessor !== undefined);
  for (const change of [
    { policy: 'nonsense' },
    { origin: 'other.example/0123456789abcdef' },
    { origin: 'nonsense' },
    { size: 1 },
    { height: 0 },
  ])
    assert.throws(draft(change), CharterFault);
});
