/** Invented founders accept their charter by themselves: of a demo, or of a ledger for training. */
import { nodeCrypto } from '@tabularium/crypto';
import type { Charter } from '@tabularium/kernel';
import { charterDigest } from './charter-digest.ts';
import type { DemoOfficers } from './demo-officers.ts';
import { withLedger } from './open-ledger.ts';

/** As many as the charter asks for. No node runs on `dir`. */
export async function acceptCharter(dir: string, charter: Charter, officers: DemoOfficers): Promise<void> {
  await withLedger(dir, async ({ engine }) => {
    const act = { ledger: charter.origin, action: 'kernel.charter.accept', body: { charter: charterDigest(charter, nodeCrypto) } };
    for (const post of charter.founding.officers.slice(0, charter.founding.quorum)) {
      const outcome = await engine.submit(officers.sign(post, act));
      if (outcome.kind !== 'accepted') throw new Error(`${post} could not accept the charter: ${JSON.stringify(outcome)}`);
    }
  });
}
