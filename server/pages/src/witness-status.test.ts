/** Only a valid line of an outside witness counts; the office’s own cosigner never does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateEd25519, nodeCrypto, signEd25519 } from '@tabularium/crypto';
import {
  cosignatureLine,
  cosignedMessage,
  formatCheckpoint,
  formatNote,
  formatPolicy,
  formatVkey,
  logSignatureLine,
  verifierKey,
} from '@tabularium/log';
import { agencyStatus, witnessStatus } from './witness-status.ts';

const ORIGIN = 'town/0123456789abcdef';
const [log, hall, audit, stranger] = [generateEd25519(), generateEd25519(), generateEd25519(), generateEd25519()] as const;
const logKey = verifierKey(ORIGIN, 0x01, log.publicKey, nodeCrypto);
const key = (name: string, { publicKey }: typeof log) => verifierKey(name, 0x04, publicKey, nodeCrypto);
const keys = { hall: key('town/hall', hall), audit: key('audit.example', audit), stranger: key('stranger.example', stranger) };
const policy = formatPolicy({
  logs: [{ vkey: formatVkey(logKey) }],
  witnesses: [
    { name: 'node-hall', vkey: formatVkey(keys.hall) },
    { name: 'witness-court-of-audit', vkey: formatVkey(keys.audit) },
  ],
  groups: [{ name: 'nodes', threshold: 1, members: ['node-hall'] }],
  quorum: 'nodes',
});

function note(
  size: number,
  cosigners: readonly (readonly [name: keyof typeof keys, secret: typeof log, seconds: number])[],
  spoil = false,
): string {
  const body = formatCheckpoint({ origin: ORIGIN, size, root: new Uint8Array(32) });
  const lines = cosigners.map(([name, secret, seconds]) => {
    const signature = signEd25519(secret.privateKey)(cosignedMessage(spoil ? seconds + 1 : seconds, body, nodeCrypto.utf8));
    return cosignatureLine(keys[name], seconds, signature);
  });
  return formatNote(body, [logSignatureLine(logKey, signEd25519(log.privateKey)(nodeCrypto.utf8.encode(body))), ...lines]);
}

test('nobody outside has seen what only the office has signed', () => {
  for (const checkpoint of [
    note(7, []),
    note(7, [['hall', hall, 1000]]),
    note(7, [['stranger', stranger, 1000]]),
    note(7, [['audit', audit, 1000]], true),
    'no note',
    undefined,
  ]) {
    assert.deepEqual(witnessStatus([checkpoint], policy, nodeCrypto), { size: 0, witnesses: [] });
  }
});

test('the largest checkpoint that was seen outside counts, with the newest time', () => {
  const newest = note(12, [['hall', hall, 3000]]);
  const witnessed = note(9, [
    ['audit', audit, 2000],
    ['hall', hall, 2500],
  ]);
  assert.deepEqual(witnessStatus([newest, witnessed], policy, nodeCrypto), {
    size: 9,
    witnesses: [{ name: 'Court of audit', time: 2_000_000 }],
  });
  assert.deepEqual(witnessStatus([witnessed, witnessed], 'no policy', nodeCrypto), { size: 0, witnesses: [] });
});

test('where several agencies run the ledger, those whose nodes signed are named; one alone is no company', () => {
  const both = policy
    .replace('witness-court-of-audit', 'node-court-of-audit')
    .replace('group nodes 1 node-hall', 'group nodes 2 node-hall node-court-of-audit');
  const signed = note(9, [
    ['audit', audit, 2000],
    ['hall', hall, 2500],
  ]);
  assert.deepEqual(agencyStatus(signed, both, nodeCrypto), { size: 9, names: ['Court of audit', 'Hall'] });
  const nobody = { size: 0, names: [] };
  assert.deepEqual(agencyStatus(note(9, [['hall', hall, 2500]]), both, nodeCrypto), nobody);
  assert.deepEqual(agencyStatus(signed, policy, nodeCrypto), nobody);
  assert.deepEqual(agencyStatus(undefined, both, nodeCrypto), nobody);
});
