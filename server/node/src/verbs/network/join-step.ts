/** `network join`: the ledger of the others, taken over by executing its log. */
import { joinNetwork } from '../../network/join-network.ts';
import { dataOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';
import { required } from './required.ts';

export async function joinStep(call: VerbCall): Promise<undefined> {
  const { console } = call;
  const dir = dataOf(call);
  const { origin, height, size } = await joinNetwork({
    dir,
    from: required(call, 'from', /^https:\/\//),
    origin: required(call, 'origin'),
    onProgress: (done, total) => console.progress('executing the log', done, total),
  });
  console.say(
    'joined',
    { origin, height, size },
    `every decision up to height ${height} was made again here, with the same result\nnext:  tabularium start --data ${dir}`,
  );
}
