/** `network new`: an agency's keys, on its own machine. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_FILES } from '@tabularium/engine-cometbft';
import { dataDirectory } from '../../data-directory.ts';
import { makeAgencyNode } from '../../network/agency-keys.ts';
import { cometProgram } from '../../network/comet-program.ts';
import { dataOf, textOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';
import { EXCHANGE, numberGiven, PEER, required } from './required.ts';

const WEIGHT = 10;
const WEIGHT_MAX = 1_000;

export async function newStep(call: VerbCall): Promise<undefined> {
  const place = dataDirectory(dataOf(call));
  const url = textOf(call, 'url');
  const node = await makeAgencyNode({
    dir: place.dir,
    agency: required(call, 'agency'),
    peer: required(call, 'peer', PEER),
    exchange: required(call, 'exchange', EXCHANGE),
    power: numberGiven(call, 'power', 0, WEIGHT_MAX) ?? WEIGHT,
    ...(url === undefined ? {} : { url }),
    program: cometProgram(),
  });
  const { dir, nodeEntry, keys } = place;
  const next = existsSync(place.charter)
    ? `next:  tabularium network adopt --data ${dir} --node ${nodeEntry}, and --node FILE for each other that comes in`
    : `next:  give ${nodeEntry} to the agency whose node runs the ledger; it is public. Tell it by another way that it is yours:
       exchange key ${node.validator.tls}`;
  call.console.say(
    'keys',
    { dir, file: nodeEntry, node },
    `The keys of this agency's node never leave this machine. Copy them to a safe place, no backup holds them unless you say so:
       ${[keys, ...KEY_FILES.map((file) => join(place.comet, file))].join('\n       ')}
${next}`,
  );
}
