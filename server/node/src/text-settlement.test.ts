/** When a text that waits for its entry is past hope: by the clock for who orders alone, by the ledger where several do. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { makeDisclosure } from '@tabularium/protocol';
import { openLedgerStorage } from './ledger-storage.ts';
import { newOffice } from './node-rig.test.ts';
import { withLedger } from './open-ledger.ts';
import { openSettledTexts, textTime } from './text-settlement.ts';

const DAY_MS = 86_400_000;

test('a node of several that was away for long keeps what it handed over, until the ledger is past its time', async () => {
  const office = newOffice();
  try {
    await withLedger(office.data, async () => {});
    const storage = openLedgerStorage(office.data);
    const { time } = storage.head();
    const muchLater = () => time + DAY_MS;
    const { text } = makeDisclosure(randomBytes(16), 'title', 'A title', nodeCrypto);
    const pendingAt = async (seconds: number): Promise<number> => {
      const texts = openSettledTexts(office.data, storage, seconds);
      const { pending } = texts.counts();
      await texts.close();
      return pending;
    };
    const texts = openSettledTexts(office.data, storage, 0);
    await texts.putPending('a transaction', Math.floor(time / 1_000) + 60, [text]);
    texts.release('a transaction');
    await texts.close();
    assert.equal(await pendingAt(textTime(storage, muchLater, true)), 1);
    const later = { head: () => ({ ...storage.head(), time: muchLater() }) };
    assert.equal(await pendingAt(textTime({ ...later, missing: () => ({ from: 1, to: 2 }) }, muchLater, true)), 1);
    assert.equal(await pendingAt(textTime({ ...later, missing: () => undefined }, muchLater, true)), 0);
    assert.equal(textTime(storage, muchLater, false), Math.floor(muchLater() / 1_000));
    storage.close();
  } finally {
    office.remove();
  }
});
