/** A verdict is kept where it can never change, and only there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import type { Admission } from '@tabularium/engine-port';
import { COUNTER_ORIGIN, CounterClient, counterAdmit } from '@tabularium/engine-port/contract';
import { Admissions } from './admissions.ts';

const client = new CounterClient(nodeCrypto, { origin: COUNTER_ORIGIN, now: () => 1_790_000_000_000 });

test('what was verified is not verified again; a refusal and a failure are', async () => {
  const asked: number[] = [];
  let keyIsKnown = false;
  let fails = true;
  const honest = counterAdmit(nodeCrypto);
  const admissions = new Admissions(async (batch) => {
    asked.push(batch.length);
    if (fails) throw new Error('the worker died');
    const verdicts = await honest(batch);
    return verdicts.map(
      (verdict): Admission => (verdict.ok || verdict.kind === 'malformed' || !keyIsKnown ? verdict : ({ ...verdict, ok: true } as never)),
    );
  }, nodeCrypto);
  const good = client.add({});
  const unknownKey = client.add({}, { signer: 99 });
  const rubbish = nodeCrypto.utf8.encode('a.b');

  await assert.rejects(admissions.of([good]), /the worker died/);
  fails = false;
  const all = [good, unknownKey, rubbish, good];
  assert.deepEqual(
    (await admissions.of(all)).map(({ ok }) => ok),
    [true, false, false, true],
  );
  keyIsKnown = true;
  assert.deepEqual(
    (await admissions.of(all)).map(({ ok }) => ok),
    [true, true, false, true],
  );
  await admissions.of(all);
  assert.deepEqual(asked, [1, 4, 1]);
});
