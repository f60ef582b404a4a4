/**
 * The tlog-policy text that state generates (DESIGN §4 "Keys of a node"): every node's log key and cosigner key, and the outside
 * witnesses. Where nodes vote on blocks, those without a vote are listed and do not count, and comments name each consensus key and its
 * weight. The text's SHA-256 stands in each seal as `validators`.
 */
import { formatPolicy, formatVkey, verifierKey } from '@tabularium/log';
import { type Crypto, decodeBase64 } from '@tabularium/protocol';
import type { CharterRecord } from './records.ts';

/** Name under which a node cosigns: `<ledger name>/<node>`, distinct from the origin. */
export function cosignerName(charter: Pick<CharterRecord, 'name'>, node: string): string {
  return `${charter.name}/${node}`;
}

/** Whether a node's cosignature counts: it does unless the node follows others without a vote. */
export function countsInQuorum({ validator }: Pick<CharterRecord['nodes'][string], 'validator'>): boolean {
  return validator === undefined || validator.power > 0;
}

const texts = new WeakMap<object, string>();

export function policyText(
  charter: Pick<CharterRecord, 'name' | 'origin' | 'nodes' | 'nodeQuorum' | 'witnesses' | 'witnessQuorum'>,
  crypto: Crypto,
): string {
  const known = texts.get(charter);
  if (known !== undefined) return known;
  const nodes = Object.entries(charter.nodes).sort(([a], [b]) => (a < b ? -1 : 1));
  const outside = Object.entries(charter.witnesses).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = (text: string) => decodeBase64(text)!;
  const logs = nodes.map(([, node]) => ({
    vkey: formatVkey(verifierKey(charter.origin, 0x01, key(node.log), crypto)),
    ...(node.url === undefined ? {} : { url: node.url }),
  }));
  const witnesses = [
    ...nodes.map(([id, node]) => ({
      name: `node-${id}`,
      vkey: formatVkey(verifierKey(cosignerName(charter, id), 0x04, key(node.cosigner), crypto)),
    })),
    ...outside.map(([id, { vkey, url }]) => ({ name: `witness-${id}`, vkey, ...(url === undefined ? {} : { url }) })),
  ];
  const members = nodes.filter(([, node]) => countsInQuorum(node)).map(([id]) => `node-${id}`);
  const groups = [{ name: 'nodes', threshold: charter.nodeQuorum, members }];
  let quorum = 'nodes';
  if (charter.witnessQuorum > 0) {
    groups.push({ name: 'outside', threshold: charter.witnessQuorum, members: outside.map(([id]) => `witness-${id}`) });
    groups.push({ name: 'both', threshold: 2, members: ['nodes', 'outside'] });
    quorum = 'both';
  }
  const consensus = nodes.flatMap(([id, { validator }]) =>
    validator === undefined ? [] : [`# validator node-${id} ${validator.key} ${validator.power}\n`],
  );
  const text = formatPolicy({ logs, witnesses, groups, quorum }) + consensus.join('');
  texts.set(charter, text);
  return text;
}
