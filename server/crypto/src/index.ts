/** Node's crypto for core, and the keys of a node. */
export { sha256, utf8 } from './digest.ts';
export { type Ed25519Key, ed25519FromPem, ed25519Key, generateEd25519, signEd25519, verifyEd25519 } from './ed25519.ts';
export { derSignature, type Es256Key, es256FromPem, es256Key, generateEs256, signEs256, verifyEs256 } from './es256.ts';
export { KeyFileExposed, readPrivateKey, savePrivateKey } from './key-file.ts';
export { nodeCrypto } from './node-crypto.ts';
export { generateNodeKeys, loadNodeKeys, type NodeKeys, nodeSigner, saveNodeKeys } from './node-keys.ts';
export { nodeVkeys } from './node-vkeys.ts';
