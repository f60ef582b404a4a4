/** Texts that somebody says belong to an entry, held against it as if they were submitted with it. */
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { disclosedBody } from '@tabularium/kernel';
import { checkDisclosures, parseTransaction } from '@tabularium/protocol';
import type { SpreadText } from '@tabularium/texts';

/** The texts under the name of their transaction. Throws where one of them is no published text of this entry. */
export function textsOfEntry(leaf: Uint8Array, disclosures: readonly string[]): readonly SpreadText[] {
  const parsed = parseTransaction(leaf, nodeCrypto);
  if (!parsed.ok) throw new Error(`an entry with texts cannot be read: ${parsed.code}`);
  const { name: tx, payload } = parsed.transaction;
  const disclosed = disclosedBody(payload.action, payload.body, catalogue);
  if (disclosed === undefined || !fits(disclosed, disclosures)) throw new Error(`it gives texts that are none of the entry ${tx}`);
  return disclosures.map((disclosure) => ({ tx, disclosure }));
}

function fits(disclosed: NonNullable<ReturnType<typeof disclosedBody>>, disclosures: readonly string[]): boolean {
  const checked = checkDisclosures(disclosed.body, disclosed.schema, disclosures, nodeCrypto);
  // What is missing may come from somebody else, or later.
  if (checked.ok || checked.code === 'disclosure-missing') return true;
  // Signers can give one field two digests and hand in either text at another node: each by itself was rightly taken.
  return disclosures.length > 1 && disclosures.every((one) => fits(disclosed, [one]));
}
