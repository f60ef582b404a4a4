/**
 * A node as `start` runs it, on a machine whose clock is wrong, or in the hands of somebody who proposes what is no block: an entry point
 * for fault runs, like the node's own but for what `TABULARIUM_MISBEHAVIOUR` says.
 */
import { CometEngine } from '@tabularium/engine-cometbft';
import type { Misbehaviour } from './misbehaviour.ts';
import { spoiled } from './spoiled-proposals.ts';

const { clockOffsetMs = 0, proposesGarbage = false } = JSON.parse(process.env.TABULARIUM_MISBEHAVIOUR ?? '{}') as Misbehaviour;

if (clockOffsetMs !== 0) {
  const now = Date.now;
  Date.now = () => now() + clockOffsetMs;
}
if (proposesGarbage) {
  const handlers = Object.getOwnPropertyDescriptor(CometEngine.prototype, 'handlers')!.get!;
  Object.defineProperty(CometEngine.prototype, 'handlers', {
    get(this: CometEngine) {
      return spoiled(handlers.call(this) as CometEngine['handlers']);
    },
  });
}
await import('@tabularium/node/main');
