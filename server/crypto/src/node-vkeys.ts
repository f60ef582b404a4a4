/** A node's verifier keys as text (C2SP signed-note): what a policy and `/log/vkey` show, and what the engine's notary is given. */
import { formatVkey, verifierKey } from '@tabularium/log';
import { nodeCrypto } from './node-crypto.ts';
import type { NodeKeys } from './node-keys.ts';

/** The log key is named by the ledger's origin; the cosigner key by the node, say `<origin>/<node>`. Throws RangeError on a bad name. */
export function nodeVkeys(keys: NodeKeys, origin: string, cosignerName: string): { readonly log: string; readonly cosigner: string } {
  return {
    log: formatVkey(verifierKey(origin, 0x01, keys.log.publicKey, nodeCrypto)),
    cosigner: formatVkey(verifierKey(cosignerName, 0x04, keys.cosigner.publicKey, nodeCrypto)),
  };
}
