/** A node that stands still asks the others again and again whether they keep what it needs: nobody wants to read of it each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTlsIdentity } from '@tabularium/exchange';
import type { CharterRecord } from '@tabularium/kernel';
import { LeftBehind } from './left-behind.ts';
import { freePorts } from './local-network.ts';
import { until } from './network-rig.test.ts';

test('others that cannot be reached are not reported at every look, and nothing is concluded from their silence', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const [a, b] = await freePorts(2);
  const nodeOf = (port: number): object => ({ validator: { power: 1, exchange: `https://127.0.0.1:${port}`, tls: '' } });
  const charter = { nodes: { a: nodeOf(a!), b: nodeOf(b!) }, nodeQuorum: 2 } as unknown as CharterRecord;
  let looks = 0;
  const said: unknown[] = [];
  const report = (error: unknown): void => void said.push(error);
  const leftBehind = new LeftBehind({
    height: () => 5,
    isBehind: () => true,
    others: () => {
      looks++;
      return { identity: makeTlsIdentity(), charter, node: 'joined', addresses: {}, report };
    },
    onLeftBehind: report,
  });
  t.after(() => leftBehind.close());
  await until(() => {
    t.mock.timers.tick(10_000);
    return looks === 5;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(said, []);
});
