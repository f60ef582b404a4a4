/** `network new`: an agency's keys, on its own machine. */

import { dataDirectory } from '../../data-directory.ts';
import { makeAgencyNode } from '../../network/agency-keys.ts';
import { cometProgram } from '../../network/comet-program.ts';
import { dataOf, textOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';
import { numberGiven, required } from './required.ts';

const WEIGHT = 10;
const WEIGHT_MAX = 1_000;

export async function newStep(call: VerbCall): Promise<undefined> {
  const place = dataDirectory(dataOf(call));
  const url = textOf(call, 'url');
  const node = await makeAgencyNode({
    dir: place.dir,
    agency: required(call, 'agency'),
    peer: required(call, 'peer', /^.+:[0-9]{1,5}$/),
    exchange: required(call, 'exchange', /^https:\/\/.+:[0-9]{1,5}$/),
    power: numberGiven(call, 'power', 0, WEIGHT_MAX) ?? WEIGHT,
    ...(url === undefined ? {} : { url }),
    program: cometProgram(),
  });
  const { dir, nodeEntry, keys } = place;
  call.console.say(
    'keys',
    { dir, file: nodeEntry, node },
    `The keys of this agency's node lie in ${keys} and ${place.comet}. They never leave this machine; copy them to a safe place.
next:  give ${nodeEntry} to the agency whose node runs the ledger; it is public, and tell it by another way that it is yours:
       exchange key ${node.validator.tls}`,
  );
}
