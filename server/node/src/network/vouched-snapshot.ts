/**
 * Whether a snapshot is what honest nodes make. What it leads to is proven by consensus; that it leaves out no id that may not be used again is
 * not, and whoever does not know such an id would take a transaction twice. So more than a third of the nodes that vote must have made the very
 * same one: what goes into a snapshot depends on the ledger alone.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { OfferedSnapshot } from '@tabularium/engine-cometbft';
import { toHex } from '@tabularium/protocol';
import type { OtherNodes } from './other-nodes.ts';

/** All make theirs at the same block; one may take longer to write it. */
const PATIENCE_MS = 20_000;
const ASK_AGAIN_MS = 500;

export async function isVouched(
  { height, hash }: Pick<OfferedSnapshot, 'height' | 'hash'>,
  others: Pick<OtherNodes, 'ask' | 'third'>,
  patienceMs: number = PATIENCE_MS,
): Promise<boolean> {
  const wanted = toHex(hash);
  for (let waited = 0; ; waited += ASK_AGAIN_MS) {
    const said = await others.ask((client) => client.snapshotHash(height));
    if (said.filter(({ answer }) => answer === wanted).length >= others.third) return true;
    if (waited >= patienceMs) return false;
    await delay(ASK_AGAIN_MS);
  }
}
