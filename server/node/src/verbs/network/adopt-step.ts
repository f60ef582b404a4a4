/** `network adopt`: the amendment by which other agencies' nodes come in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirectory, writeWhole } from '../../data-directory.ts';
import { readAgencyNode } from '../../network/agency-keys.ts';
import { charterIn } from '../../network/charter-in.ts';
import { type Amendment, amendmentFor } from '../../network/term-amendment.ts';
import { NodeFault } from '../../node-fault.ts';
import { dataOf, textsOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';
import { numberGiven } from './required.ts';

const QUORUM_MAX = 64;

export async function adoptStep(call: VerbCall): Promise<undefined> {
  const given = textsOf(call, 'node').map((text) => {
    const [, as, path = text] = /^([a-z0-9.-]+)=(.+)$/.exec(text) ?? [];
    return { ...readAgencyNode(path), ...(as === undefined ? {} : { as }) };
  });
  if (given.length === 0) throw new NodeFault('usage', '--node FILE is missing', { next: 'network --help' });
  const dir = dataOf(call);
  writeAmendment(call, dir, amendmentFor(charterIn(dir), given, numberGiven(call, 'quorum', 1, QUORUM_MAX)));
}

/** Writes it, and says how it comes into force. */
export function writeAmendment(call: VerbCall, dir: string, change: Amendment): void {
  const path = join(dataDirectory(dir).dir, 'amendment.json');
  const proposal = { action: 'kernel.charter.amend', body: change };
  writeWhole(path, `${JSON.stringify(proposal, undefined, 2)}\n`);
  call.console.say(
    'amendment',
    { file: path, proposal: JSON.parse(readFileSync(path, 'utf8')) as object },
    `${path} changes the charter: nodes ${Object.keys(change.nodes ?? {}).join(', ')}; ${change.nodeQuorum} of them must cosign.
next:  an officer reads it and proposes it    tabularium tx sign kernel.propose --body @${path} --submit --key FILE
       others sign it too                     tabularium tx sign kernel.approve --body '{"proposal":"…"}' --submit --key FILE
       nodes that are new take the ledger     tabularium network join --data DIR --from ADDRESS --origin ORIGIN`,
  );
}
