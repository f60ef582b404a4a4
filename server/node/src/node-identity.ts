/** Which of the charter's nodes this one is, by its keys (DESIGN §4 "Keys of a node"). */
import { KeyFileExposed, loadNodeKeys, type NodeKeys, nodeVkeys } from '@tabularium/crypto';
import { type CharterRecord, cosignerName } from '@tabularium/kernel';
import { encodeBase64 } from '@tabularium/protocol';
import { NodeFault } from './node-fault.ts';

export interface NodeIdentity {
  /** Id in the charter's `nodes`. */
  readonly id: string;
  readonly keys: NodeKeys;
  readonly vkeys: { readonly log: string; readonly cosigner: string };
}

/** The public half of a node's keys as the charter lists it. */
export function nodeEntry(keys: NodeKeys): Pick<CharterRecord['nodes'][string], 'log' | 'cosigner' | 'notice'> {
  return { log: encodeBase64(keys.log.publicKey), cosigner: encodeBase64(keys.cosigner.publicKey), notice: keys.notice.jwk };
}

/** Throws `NodeFault` `node-keys` when keys are missing, readable by others, or not in the charter. */
export function loadIdentity(dir: string, charter: CharterRecord): NodeIdentity {
  const keys = loadKeys(dir);
  const own = nodeEntry(keys);
  const found = Object.entries(charter.nodes).find(([, node]) => node.log === own.log);
  if (found === undefined) {
    throw new NodeFault('node-keys', `the keys in ${dir} belong to no node of the charter of ${charter.origin}`, {
      // A node of several has left, or has new keys; on one of its own people would begin another ledger.
      next: Object.values(charter.nodes).some(({ validator }) => validator !== undefined)
        ? 'if this node has left the ledger there is nothing to start, and audit reads what it has; otherwise put its keys back'
        : 'put the keys of this node back, or resume --after-loss',
    });
  }
  const [id, node] = found;
  const { x, y } = node.notice;
  if (node.cosigner !== own.cosigner || x !== own.notice.x || y !== own.notice.y) {
    throw new NodeFault('node-keys', `the keys in ${dir} are not all those that the charter of ${charter.origin} names for node ${id}`);
  }
  return { id, keys, vkeys: nodeVkeys(keys, charter.origin, cosignerName(charter, id)) };
}

function loadKeys(dir: string): NodeKeys {
  try {
    return loadNodeKeys(dir);
  } catch (cause) {
    if (cause instanceof KeyFileExposed) throw new NodeFault('node-keys', cause.message, { cause });
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      throw new NodeFault('node-keys', `the node's keys are not in ${dir}; a backup holds them only when it was asked to`, {
        next: 'put your copy of keys/ there, or resume --after-loss',
        cause,
      });
    }
    throw cause;
  }
}
