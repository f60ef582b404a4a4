/**
 * The three keys of a node (DESIGN §4): its log key (Ed25519, named by the origin), a separate cosigner key
 * (Ed25519, cosignature/v1) and a notice key (ES256) for refusal notices. They live under `keys/` of the data
 * directory and never leave it but by the operator's own copy.
 */
import { join } from 'node:path';
import type { NodeSigner } from '@tabularium/engine-port';
import { type Ed25519Key, ed25519FromPem, generateEd25519, signEd25519 } from './ed25519.ts';
import { type Es256Key, es256FromPem, generateEs256, signEs256 } from './es256.ts';
import { readPrivateKey, savePrivateKey } from './key-file.ts';

export interface NodeKeys {
  readonly log: Ed25519Key;
  readonly cosigner: Ed25519Key;
  readonly notice: Es256Key;
}

export function generateNodeKeys(): NodeKeys {
  return { log: generateEd25519(), cosigner: generateEd25519(), notice: generateEs256() };
}

/** Write the keys into the folder `dir` (usually `<data>/keys`) as log.pem, cosigner.pem and notice.pem. Throws EEXIST rather than overwrite. */
export function saveNodeKeys(dir: string, keys: NodeKeys): void {
  savePrivateKey(join(dir, 'log.pem'), keys.log.privateKey);
  savePrivateKey(join(dir, 'cosigner.pem'), keys.cosigner.privateKey);
  savePrivateKey(join(dir, 'notice.pem'), keys.notice.privateKey);
}

/** Read what `saveNodeKeys` wrote. Throws ENOENT, `KeyFileExposed`, or RangeError when a file holds another kind of key. */
export function loadNodeKeys(dir: string): NodeKeys {
  return {
    log: ed25519FromPem(readPrivateKey(join(dir, 'log.pem'))),
    cosigner: ed25519FromPem(readPrivateKey(join(dir, 'cosigner.pem'))),
    notice: es256FromPem(readPrivateKey(join(dir, 'notice.pem'))),
  };
}

/** What an engine gets of the keys: signatures, never the keys. */
export function nodeSigner(keys: NodeKeys): NodeSigner {
  return {
    signLog: signEd25519(keys.log.privateKey),
    signCosign: signEd25519(keys.cosigner.privateKey),
    signNotice: signEs256(keys.notice.privateKey),
  };
}
