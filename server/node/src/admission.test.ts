/** The admission threads answer as the strict reader does, learn keys in time, and once one is dead nothing is admitted any more. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nodeCrypto } from '@tabularium/crypto';
import type { Admission } from '@tabularium/engine-port';
import { parseTransaction } from '@tabularium/protocol';
import fc from 'fast-check';
import { type AdmissionThreads, openAdmission } from './admission.ts';
import type { TableKey } from './key-table.ts';
import { newKey, newOffice, type Office, type OfficerKey } from './node-rig.test.ts';

interface Vector {
  /** Text, or bytes in hex where they are no text. */
  readonly input?: string;
  readonly inputHex?: string;
  readonly expected: { readonly code: string };
}

const bytesOf = ({ input, inputHex }: Vector): Uint8Array =>
  input === undefined ? Buffer.from(inputHex!, 'hex') : Buffer.from(input, 'utf8');
const tableKey = ({ kid, enrolled }: OfficerKey): TableKey => ({ kid, kind: enrolled.kind, jwk: enrolled.jwk });
const told = (admission: Admission): string =>
  admission.ok ? 'ok' : admission.kind === 'malformed' ? admission.code : admission.refusal.code;

describe('admission', () => {
  let office: Office;
  let threads: AdmissionThreads;
  const deaths: Error[] = [];
  const accept = { action: 'kernel.charter.accept', body: { charter: 'a'.repeat(64) } };

  before(() => {
    office = newOffice();
    threads = openAdmission({ crypto: nodeCrypto, threads: 2, onDeath: (error) => deaths.push(error) });
    threads.learn(Object.values(office.keys).flatMap((pair) => pair.map(tableKey)));
  });
  after(async () => {
    await threads.close();
    office.remove();
    assert.deepEqual(deaths, []);
  });

  test('gives back exactly what the strict reader reads, in order', async () => {
    const batch = Array.from({ length: 40 }, (_, n) => office.sign(n % 2 === 0 ? 'head' : 'clerk', accept));
    const admissions = await threads.admit(batch);
    admissions.forEach((admission, i) => {
      const parsed = parseTransaction(batch[i]!, nodeCrypto);
      assert.ok(admission.ok && parsed.ok);
      assert.deepEqual(admission.transaction, parsed.transaction);
    });
  });

  test('names what is wrong with each of a mixed batch', async () => {
    const stranger = newKey();
    const good = office.sign('head', accept);
    const forged = good.slice();
    forged[forged.length - 20] = forged[forged.length - 20] === 0x41 ? 0x42 : 0x41;
    const passkeyLike = office.sign('head', { ...accept, key: stranger });
    const batch = [
      good,
      new Uint8Array(0),
      forged,
      passkeyLike,
      Buffer.from('{"type":"seal"}'),
      office.sign('head', { ...accept, body: { charter: 7 } }),
    ];
    assert.deepEqual((await threads.admit(batch)).map(told), [
      'ok',
      'empty',
      'kernel.signature-invalid',
      'kernel.key-unknown',
      'leading-brace',
      'body-invalid',
    ]);
    const [, , , , , body] = await threads.admit(batch);
    assert.ok(!body!.ok && body!.kind === 'malformed' && body!.detail.startsWith('body/charter'));
    threads.learn([tableKey(stranger)]);
    assert.deepEqual((await threads.admit([passkeyLike])).map(told), ['ok']);
    // A key that is known as a passkey does not sign plainly.
    threads.learn([{ ...tableKey(stranger), kind: 'passkey', rpId: 'a.example', origins: ['https://a.example'] }]);
    assert.deepEqual((await threads.admit([passkeyLike])).map(told), ['kernel.key-kind']);
  });

  test('answers every hostile vector of the protocol with its code', async () => {
    const path = fileURLToPath(new URL('../../../testing/vectors/data/transaction-malformed.json', import.meta.url));
    const { vectors } = JSON.parse(readFileSync(path, 'utf8')) as { vectors: readonly Vector[] };
    const admissions = await threads.admit(vectors.map(bytesOf));
    assert.deepEqual(
      admissions.map(told),
      vectors.map(({ expected }) => expected.code),
    );
  });

  test('has an answer for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), async (batch) => {
        const admissions = await threads.admit(batch);
        assert.equal(admissions.length, batch.length);
        assert.ok(admissions.every((admission) => !admission.ok));
      }),
      { numRuns: 50 },
    );
  });

  test('once a thread is dead nothing is admitted, and it is said once', async () => {
    const said: Error[] = [];
    const worker = new URL(`data:text/javascript,${encodeURIComponent('setTimeout(() => process.exit(3), 50)')}`);
    const doomed = openAdmission({ crypto: nodeCrypto, threads: 1, onDeath: (error) => said.push(error), worker });
    await assert.rejects(doomed.admit([office.sign('head', accept)]), /ended with code 3/);
    await assert.rejects(doomed.admit([office.sign('head', accept)]), /admission has stopped/);
    assert.equal(said.length, 1);
    await doomed.close();
    await assert.rejects(
      threads.admit([]).then(() => doomed.admit([])),
      /stopped|closed/,
    );
  });
});
