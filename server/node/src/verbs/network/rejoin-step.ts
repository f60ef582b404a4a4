/** `network rejoin`: a node that was one of the others' takes their ledger over again. */
import { rejoinNetwork } from '../../network/rejoin-network.ts';
import { dataOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';
import { sayJoined, watching } from './join-step.ts';
import { networkOf } from './network-settings.ts';
import { EXCHANGE_TO_ASK, required } from './required.ts';

export async function rejoinStep(call: VerbCall): Promise<undefined> {
  const dir = dataOf(call);
  const joined = await rejoinNetwork({
    dir,
    from: required(call, 'from', EXCHANGE_TO_ASK),
    snapshot: call.values.snapshot === true,
    settings: networkOf(call),
    ...watching(call),
    onAside: (folder) => call.console.note(`the ledger that was here lies in ${folder} now`),
  });
  sayJoined(call, dir, joined);
}
