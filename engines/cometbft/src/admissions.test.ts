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

test('a block of old and new is verified whole, though the new ones push the old ones out', async () => {
  const admissions = new Admissions(
    async (batch) => batch.map((): Admission => ({ ok: false, kind: 'malformed', code: 'jws-malformed', detail: '' })),
    nodeCrypto,
  );
  const rubbish = (n: number): Uint8Array => nodeCrypto.utf8.encode(`rubbish ${n}`);
  await admissions.of(Array.from({ length: 20_000 }, (_, n) => rubbish(n)));
  const verdicts = await admissions.of([rubbish(0), rubbish(20_001), rubbish(1)]);
  assert.deepEqual(
    verdicts.map((verdict) => verdict?.ok),
    [false, false, false],
  );
});

test('whoever asks after a key became known hears of it, though the same bytes are still being verified without it', async () => {
  const good = client.add({});
  const honest = counterAdmit(nodeCrypto);
  let keyIsKnown = false;
  const answers: (() => void)[] = [];
  const admissions = new Admissions(async (batch) => {
    // As a thread does it: with the keys that it was told of before the batch.
    const known = keyIsKnown;
    if (!known) await new Promise<void>((resolve) => answers.push(resolve));
    const verdicts = await honest(batch);
    return verdicts.map(
      (verdict): Admission =>
        known || !verdict.ok
          ? verdict
          : { ok: false, kind: 'refused', transaction: verdict.transaction, refusal: { code: 'kernel.key-unknown', rule: 'kernel.key' } },
    );
  }, nodeCrypto);
  const forMempool = admissions.of([good]);
  // The block that enrols the key is durable; the next one, decided elsewhere, uses it.
  keyIsKnown = true;
  const forBlock = admissions.of([good]);
  for (const run of answers) run();
  assert.deepEqual([(await forMempool)[0]!.ok, (await forBlock)[0]!.ok], [false, true]);
});
