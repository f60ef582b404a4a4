/** `network status`: what the running node knows of itself and of the others. */
import { askNode } from '../../admin-socket.ts';
import { dataDirectory } from '../../data-directory.ts';
import { readVoteless, VOTELESS } from '../../network/voteless.ts';
import { NodeFault } from '../../node-fault.ts';
import type { NodeStatus } from '../../start-node.ts';
import { dataOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';

/** What another node made of the newest checkpoint that it was told of. */
const TOLD: Readonly<Record<string, string>> = { '': 'not heard yet', accepted: 'has come as far', ahead: 'has not come as far' };

export async function statusStep(call: VerbCall): Promise<undefined> {
  const dir = dataOf(call);
  const status = (await askNode(dir, { verb: 'status' })) as NodeStatus;
  const { network, height, size, halted, missing } = status;
  if (network === undefined) throw new NodeFault('input-invalid', `the ledger in ${dir} is run by one node`, { next: 'network adopt' });
  const since = readVoteless(dataDirectory(dir));
  const { node, agreed, peers, evidence } = network;
  const rows = [
    [node, `height ${height}, ${size} leaves, ${agreed} agreed`, halted ?? 'runs'],
    ...peers.map(({ id, received, trouble }) => [id, TOLD[received ?? ''] ?? received ?? '', trouble ?? 'reached when last told']),
  ];
  const width = Math.max(...rows.map(([id]) => id!.length));
  const words = rows.map(([id, said, state]) => `${id!.padEnd(width)}  ${said}  ${state}`);
  if (evidence > 0) words.push(`${evidence} contradictions are recorded in ${dir}/evidence.jsonl`);
  if (since !== undefined) words.push(VOTELESS);
  if (missing !== undefined) words.push(`blocks ${missing.from} to ${missing.to} are on their way to this node; its lists follow them`);
  const more = {
    ...(missing === undefined ? {} : { missing }),
    ...(halted === undefined ? {} : { halted }),
    ...(since === undefined ? {} : { votelessSince: since }),
  };
  call.console.say('network', { ...network, height, size, ...more }, words.join('\n'));
}
