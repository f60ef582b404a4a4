/** `network adopt`: the amendment by which other agencies' nodes come in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CharterRecord } from '@tabularium/kernel';
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
  const charter = charterIn(dir);
  const change = amendmentFor(charter, given, numberGiven(call, 'quorum', 1, QUORUM_MAX));
  const from = Object.keys(charter.nodes).flatMap((id) => change.nodes?.[id]?.validator?.exchange ?? [])[0] ?? 'https://…';
  writeAmendment(call, dir, change, {
    before: unusual(charter, change),
    after: [`       nodes that are new take the ledger     tabularium network join --data DIR --from ${from} --origin ${charter.origin}`],
  });
}

/** What is more than nodes that come in: whoever signs should notice a slip of the pen. */
function unusual({ agencies, nodes }: CharterRecord, change: Amendment): readonly string[] {
  const added = Object.keys(change.agencies ?? {}).filter((code) => !Object.hasOwn(agencies, code));
  const moved = Object.entries(change.nodes ?? {}).flatMap(([id, { agency }]) => {
    const before = nodes[id]?.agency ?? agency;
    return before === agency ? [] : [`warning: node ${id} was agency ${before}'s, and would be ${agency}'s`];
  });
  return [...(added.length === 0 ? [] : [`It names agencies that the charter does not have yet: ${added.join(', ')}.`]), ...moved];
}

interface Words {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** Writes it, and says how it comes into force. */
export function writeAmendment(call: VerbCall, dir: string, change: Amendment, { before = [], after = [] }: Words = {}): void {
  const path = join(dataDirectory(dir).dir, 'amendment.json');
  const proposal = { action: 'kernel.charter.amend', body: change };
  writeWhole(path, `${JSON.stringify(proposal, undefined, 2)}\n`);
  call.console.say(
    'amendment',
    { file: path, proposal: JSON.parse(readFileSync(path, 'utf8')) as object },
    [
      `${path} changes the charter: nodes ${Object.keys(change.nodes ?? {}).join(', ')}; ${change.nodeQuorum} of them must cosign.`,
      ...before,
      `next:  an officer reads it and proposes it    tabularium tx sign kernel.propose --body ${path} --submit --key FILE`,
      `       others sign it too, by its name        tabularium tx sign kernel.approve --body '{"proposal":"NAME"}' --submit --key FILE`,
      ...after,
    ].join('\n'),
  );
}
