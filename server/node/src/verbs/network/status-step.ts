/** `network status`: what the running node knows of itself and of the others. */
import { askNode } from '../../admin-socket.ts';
import { NodeFault } from '../../node-fault.ts';
import type { NodeStatus } from '../../start-node.ts';
import { dataOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';

export async function statusStep(call: VerbCall): Promise<undefined> {
  const dir = dataOf(call);
  const status = (await askNode(dir, { verb: 'status' })) as NodeStatus;
  const { network, height, size, halted, missing } = status;
  if (network === undefined) throw new NodeFault('input-invalid', `the ledger in ${dir} is run by one node`, { next: 'network adopt' });
  const { node, agreed, peers, evidence } = network;
  const rows = [
    [node, `height ${height}, ${size} leaves, ${agreed} agreed`, halted ?? 'runs'],
    ...peers.map(({ id, received, trouble }) => [id, received ?? 'not heard yet', trouble ?? 'reached']),
  ];
  const width = Math.max(...rows.map(([id]) => id!.length));
  const words = rows.map(([id, said, state]) => `${id!.padEnd(width)}  ${said}  ${state}`);
  if (evidence > 0) words.push(`${evidence} contradictions are recorded in ${dir}/evidence.jsonl`);
  if (missing !== undefined) words.push(`blocks ${missing.from} to ${missing.to} are on their way to this node; its lists follow them`);
  const more = { ...(missing === undefined ? {} : { missing }), ...(halted === undefined ? {} : { halted }) };
  call.console.say('network', { ...network, height, size, ...more }, words.join('\n'));
}
