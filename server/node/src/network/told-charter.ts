/** The charter in force as another node tells it: of the right form, and otherwise unproven until a ledger bears it out. */
import { type CharterRecord, CharterSchema } from '@tabularium/kernel';
import { makeBodyChecker } from '@tabularium/protocol';
import { NodeFault } from '../node-fault.ts';

const areNodes = makeBodyChecker(CharterSchema.properties.nodes);

/** Throws `NodeFault` `input-invalid` where it is none of this ledger, or not one of many agencies. */
export function readToldCharter(text: string, origin: string): CharterRecord {
  const charter = parsed(text);
  const { nodes, nodeQuorum } = charter ?? {};
  const isRight = charter?.origin === origin && nodes !== undefined && areNodes(nodes).ok;
  if (!isRight || !Number.isInteger(nodeQuorum) || nodeQuorum! < 1)
    throw new NodeFault('input-invalid', `what a node gives as the charter in force is no charter of ${origin}`);
  if (Object.values(nodes).some(({ validator }) => validator === undefined))
    throw new NodeFault('input-invalid', `${origin} is no ledger of many agencies: its charter names no validators`);
  return charter;
}

function parsed(text: string): CharterRecord | undefined {
  try {
    return JSON.parse(text) as CharterRecord;
  } catch {
    return undefined;
  }
}
