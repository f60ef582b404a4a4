/** A node signs two other roots for a size that all have signed, one for each listener: nobody counts them, everybody publishes both notes. */
import { join } from 'node:path';
import { loadNodeKeys, nodeCrypto, nodeSigner, nodeVkeys } from '@tabularium/crypto';
import { Notary } from '@tabularium/engine-port/notary';
import { cosignerName } from '@tabularium/kernel';
import { checkSignature, formatCheckpoint, isBy, parseCheckpoint, parseNote } from '@tabularium/log';
import type { Agencies } from '../agencies.ts';
import type { Agency } from '../agency.ts';
import type { Scenario } from '../scenario.ts';
import { until } from '../until.ts';

export const equivocation: Scenario = {
  name: 'equivocation',
  async run({ agencies, watcher, random }) {
    const liar = random.pick(agencies.all);
    const honest = agencies.others(liar);
    const sizes = honest.map((agency) => watcher.size(agency, 'own'));
    const size = Math.min(...sizes);
    const lies = [1, 2].map((byte) => forged(agencies, liar, size, byte));
    for (const [n, agency] of honest.entries()) {
      const client = agency.exchange(liar);
      // The last one hears both.
      for (const lie of n === honest.length - 1 ? lies : [lies[n % lies.length]!]) {
        const received = await client.sendCheckpoint(lie);
        if (received !== 'contradiction') throw new Error(`${agency.id} takes another root for size ${size} (${received})`);
      }
      client.close();
    }
    await Promise.all(
      honest.map((agency) => until(`${agency.id} publishes the lie`, async () => isPublished(agencies, agency, liar, size))),
    );
    return { size, published: honest.length };
  },
};

/** A checkpoint with a root that is none, signed with the node's own keys. */
function forged({ origin }: Agencies, liar: Agency, size: number, byte: number): string {
  const keys = loadNodeKeys(join(liar.dir, 'keys'));
  const vkeys = nodeVkeys(keys, origin, cosignerName({ name: origin.slice(0, origin.lastIndexOf('/')) }, liar.id));
  const notary = new Notary({ origin, signer: nodeSigner(keys), clock: Date.now, crypto: nodeCrypto, vkeys });
  return notary.sign(formatCheckpoint({ origin, size, root: new Uint8Array(32).fill(byte) }));
}

/** Both notes are there, of one size and two roots, and the liar's signature is on the one that the node did not make. */
async function isPublished({ origin }: Agencies, agency: Agency, liar: Agency, size: number): Promise<boolean> {
  const { evidence } = JSON.parse(await agency.text('/api/v1/evidence')) as {
    readonly evidence: readonly Readonly<Record<string, unknown>>[];
  };
  const told = evidence.find((one) => one.node === liar.id && one.kind === 'contradiction' && one.size === size);
  if (told === undefined) return false;
  const [ours, theirs] = [told.ours, told.theirs].map((note) => parseNote(String(note))!);
  const [a, b] = [ours!, theirs!].map(({ text }) => parseCheckpoint(text)!);
  const isSignedBy = ({ text, signatures }: NonNullable<typeof ours>, who: Agency): boolean => {
    const key = who.logKey(origin);
    return signatures.some((line) => isBy(line, key) && checkSignature(key, line.signature, text, nodeCrypto).valid);
  };
  if (a!.size !== b!.size || Buffer.compare(a!.root, b!.root) === 0 || !isSignedBy(ours!, agency) || !isSignedBy(theirs!, liar))
    throw new Error(`${agency.id} publishes evidence that convicts nobody: ${JSON.stringify(told)}`);
  return true;
}
