/** Founding: a charter, its state, and the quorum without which nothing happens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { canonicalJson, encodeBase64url, type JsonObject } from '@tabularium/protocol';
import { encodeCharter } from './charter.ts';
import { genesisWrites } from './genesis.ts';
import { KEYS, Rig, START } from './ledger-rig.test.ts';
import { CHARTER_KEY, type FoundingRecord, type KeyRecord, keyKey, type OfficerRecord, officerKey } from './records.ts';

test('given a charter, its state is what the charter says, canonical, stamped and in key order', () => {
  const { charter } = new Rig({ founded: false });
  const writes = genesisWrites(charter, START, nodeCrypto);
  assert.deepEqual([...writes.keys()], [...writes.keys()].sort());
  for (const text of writes.values()) assert.equal(text, canonicalJson(JSON.parse(text) as JsonObject));
  const tx = encodeBase64url(nodeCrypto.sha256(encodeCharter(charter, nodeCrypto)));
  const clara = JSON.parse(writes.get(officerKey('clara'))!) as OfficerRecord & JsonObject;
  assert.deepEqual(
    { ...clara, roles: clara.roles.length },
    {
      kind: 'officer',
      agency: 'town',
      keys: KEYS.clara!.map(({ kid }) => kid),
      roles: 1,
      status: 'active',
      v: 1,
      rev: 1,
      tx,
      rule: 'kernel.founding',
      time: START,
    },
  );
  const key = JSON.parse(writes.get(keyKey(KEYS.clara![1].kid))!) as KeyRecord;
  assert.deepEqual([key.kind, key.holder, key.status], ['es256', 'clara', 'active']);
  const sections = JSON.parse(writes.get(CHARTER_KEY)!) as JsonObject;
  assert.equal(sections.origin, charter.origin);
  assert.equal('officers' in sections, false, 'officers have records of their own');
  assert.equal(writes.size, 2 + 8 + 16);
});

test('until the quorum has accepted it, a ledger takes nothing else', () => {
  const rig = new Rig({ founded: false });
  rig.no('not-founded', 'clara', 'permit.permit.write', { permit: 'a', days: 1 });
  rig.no('not-founded', 'clara', 'kernel.key.add', {});
  rig.no('not-founder', 'judith', 'kernel.charter.accept', { charter: rig.digest });
  rig.no('charter-other', 'clara', 'kernel.charter.accept', { charter: '0'.repeat(64) });
  rig.ok('clara', 'kernel.charter.accept', { charter: rig.digest });
  rig.no('already-accepted', 'clara', 'kernel.charter.accept', { charter: rig.digest }, { key: KEYS.clara![1] });
  rig.no('not-founded', 'clara', 'permit.permit.write', { permit: 'a', days: 1 });
  rig.ok('anna', 'kernel.charter.accept', { charter: rig.digest });
  const founding = rig.record<FoundingRecord>('kernel/founding/current')!;
  assert.deepEqual([founding.accepted, founding.complete], [['clara', 'anna'], true]);
  rig.no('already-founded', 'mira', 'kernel.charter.accept', { charter: rig.digest });
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 1 });
});
