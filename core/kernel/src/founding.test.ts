/** Founding: a charter, its state, and the quorum without which nothing happens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { canonicalJson, encodeBase64url, type JsonObject, makeBodyChecker } from '@tabularium/protocol';
import { encodeCharter } from './charter.ts';
import { genesis } from './genesis.ts';
import { kernelModule } from './kernel-module.ts';
import { KEYS, Rig, START } from './ledger-rig.test.ts';
import { CHARTER_KEY, FOUNDING_KEY, type FoundingRecord, type KeyRecord, keyKey, type OfficerRecord, officerKey } from './records.ts';

test('given a charter, its state is what the charter says, canonical, stamped and in key order', () => {
  const { charter } = new Rig({ founded: false });
  const { writes } = genesis(charter, START, nodeCrypto);
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

test('its events name the charter and appoint every founder, under the charter’s own name', () => {
  const { charter, founding, digest } = new Rig({ founded: false });
  const tx = encodeBase64url(nodeCrypto.sha256(encodeCharter(charter, nodeCrypto)));
  const [first, ...appointed] = founding;
  assert.deepEqual([first!.type, first!.data.charter, first!.keys], ['kernel.charter.founded', digest, [CHARTER_KEY, FOUNDING_KEY]]);
  assert.deepEqual(
    appointed.map(({ type, data }) => [type, data.officer]),
    Object.keys(charter.officers)
      .sort()
      .map((officer) => ['kernel.officer.appointed', officer]),
  );
  assert.ok(
    founding.every((event) => event.tx === tx && event.entry === -1 && event.action === 'kernel.founding' && event.signers.length === 0),
  );
  const written = founding.flatMap(({ keys }) => keys);
  const { writes } = genesis(charter, START, nodeCrypto);
  assert.deepEqual(written.toSorted(), [...writes.keys()], 'every record has the event that wrote it');
  for (const { type, data } of founding) {
    assert.ok(makeBodyChecker(kernelModule.events[type.slice('kernel.'.length)]!.data)(data).ok, type);
  }
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
