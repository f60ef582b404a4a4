/** `network join`: the ledger of the others, taken over by executing its log or by a snapshot. */
import { type Joined, joinNetwork } from '../../network/join-network.ts';
import { dataOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';
import { networkOf } from './network-settings.ts';
import { EXCHANGE_TO_ASK, required } from './required.ts';

export async function joinStep(call: VerbCall): Promise<undefined> {
  const dir = dataOf(call);
  const joined = await joinNetwork({
    dir,
    from: required(call, 'from', EXCHANGE_TO_ASK),
    origin: required(call, 'origin'),
    snapshot: call.values.snapshot === true,
    settings: networkOf(call),
    ...watching(call),
  });
  sayJoined(call, dir, joined);
}

/** How it gets on, for whoever waits. */
export function watching({ console }: VerbCall): Pick<Parameters<typeof joinNetwork>[0], 'report' | 'onProgress'> {
  return {
    report: (error) => console.note((error as Error).message),
    onProgress: (by, done, total) => console.progress(by === 'log' ? 'executing the log' : 'taking a snapshot', done, total),
  };
}

export function sayJoined({ console }: VerbCall, dir: string, { origin, by, height, size }: Joined): void {
  const how =
    by === 'log'
      ? `every decision up to height ${height} was made again here, with the same result`
      : `the state at height ${height} is here, and as many of the others stand by it as count. What led to it comes in the background; lists follow then`;
  console.say('joined', { origin, by, height, size }, `${how}\nnext:  tabularium start --data ${dir}`);
}
