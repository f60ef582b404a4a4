/** The amendment by which a ledger comes to be run by several agencies, or by one again (ADR 0011 "Terms"). */
import { nodeCrypto } from '@tabularium/crypto';
import type { CharterRecord } from '@tabularium/kernel';
import { type JsonObject, thumbprint } from '@tabularium/protocol';
import { NodeFault } from '../node-fault.ts';
import type { AgencyNode } from './agency-keys.ts';

/** Sections of the charter that an amendment replaces. */
export type Amendment = Partial<Pick<CharterRecord, 'agencies' | 'nodes' | 'nodeQuorum'>>;

/** More than two thirds of those who vote. */
export function quorumOf(voting: number): number {
  return Math.floor((2 * voting) / 3) + 1;
}

/**
 * Nodes come in, or those that are in get new keys, addresses or weights. A node is told by its log key; one whose key is new replaces the
 * node `as` where that is said, and otherwise is named after its agency. Public keys can be copied: a node that is in the charter gets
 * other keys or another agency only where `as` says that this is meant. Throws `NodeFault` `input-invalid`.
 */
export function amendmentFor(
  charter: CharterRecord,
  added: readonly (AgencyNode & { readonly as?: string })[],
  quorum?: number,
): Amendment {
  const nodes: Record<string, CharterRecord['nodes'][string]> = { ...charter.nodes };
  const given = new Set<string>();
  for (const { as, ...node } of added) {
    const id = as ?? idFor(nodes, node);
    if (given.has(id)) throw new NodeFault('input-invalid', `two of the files are for the node ${id}`);
    if (as === undefined && Object.hasOwn(nodes, id) && !isSame(nodes[id]!, node))
      throw new NodeFault('input-invalid', `the file with the log key of node ${id} has another agency, or other keys, than that node`, {
        next: `network adopt --node ${id}=FILE, if that is meant`,
      });
    given.add(id);
    nodes[id] = node;
  }
  return amendment(charter, nodes, quorum);
}

/** A node goes. The last one that is left goes on by itself. */
export function amendmentWithout(charter: CharterRecord, id: string, quorum?: number): Amendment {
  const { [id]: gone, ...nodes } = charter.nodes;
  if (gone === undefined)
    throw new NodeFault('input-invalid', `the charter has no node ${id}: its nodes are ${Object.keys(charter.nodes).join(', ')}`);
  const [[last, one] = ['', undefined], ...others] = Object.entries(nodes);
  if (others.length > 0) return amendment(charter, nodes, quorum);
  const { validator: _, ...alone } = one!;
  return amendment(charter, { [last]: alone }, 1);
}

/** The nodes as they stand, for whoever signs. */
export function bodyOf(change: Amendment): JsonObject {
  return change as unknown as JsonObject;
}

function amendment(charter: CharterRecord, nodes: CharterRecord['nodes'], quorum?: number): Amendment {
  const voting = Object.values(nodes).filter(({ validator }) => validator === undefined || validator.power > 0).length;
  const missing = Object.values(nodes).filter(({ agency }) => !Object.hasOwn(charter.agencies, agency));
  const agencies = { ...charter.agencies, ...Object.fromEntries(missing.map(({ agency }) => [agency, {}])) };
  const nodeQuorum = quorum ?? quorumOf(voting);
  return { nodes, nodeQuorum, ...(missing.length === 0 ? {} : { agencies }) };
}

/** Whether it may be the same agency's node, with another address or weight, or one that gets its section of a validator only now. */
function isSame(before: CharterRecord['nodes'][string], { agency, cosigner, notice, validator: { key, tls } }: AgencyNode): boolean {
  const { validator = { key, tls } } = before;
  const keys = [before.agency, before.cosigner, thumbprint(before.notice, nodeCrypto), validator.key, validator.tls];
  return [agency, cosigner, thumbprint(notice, nodeCrypto), key, tls].every((one, n) => one === keys[n]);
}

function idFor(nodes: CharterRecord['nodes'], { log, agency }: AgencyNode): string {
  const known = Object.entries(nodes).find(([, node]) => node.log === log)?.[0];
  if (known !== undefined) return known;
  for (let n = 1; ; n++) {
    const id = n === 1 ? agency : `${agency}-${n}`;
    if (!Object.hasOwn(nodes, id)) return id;
  }
}
