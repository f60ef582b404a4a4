/**
 * A node that may have cast votes which it does not remember casts none (ADR 0011): the note of that in its directory, which is there until
 * blocks are decided that are surely newer than any of those votes.
 */
import { type DataDirectory, readIfThere, writeWhole } from '../data-directory.ts';

/** For whoever looks after the node. */
export const VOTELESS =
  'this node casts no vote until blocks are decided that are surely newer than any vote which it forgot; where a third of the weight or more casts none, people decide (docs/operate/network.md)';

/** Since when the node casts no vote, ms UTC; undefined where it does. */
export function readVoteless({ voteless }: DataDirectory): number | undefined {
  const file = readIfThere(voteless);
  return file === undefined ? undefined : (JSON.parse(Buffer.from(file).toString('utf8')) as { readonly since: number }).since;
}

export function writeVoteless({ voteless }: DataDirectory, since: number): void {
  writeWhole(voteless, `${JSON.stringify({ since })}\n`);
}
