/** `network up`: the demo town's agencies, each with a node of its own, on this machine alone. */
import { join } from 'node:path';
import { foundDemoNetwork } from '../../network/demo-network.ts';
import { LocalNetwork, type LocalNode, localNodes } from '../../network/local-network.ts';
import { NodeFault } from '../../node-fault.ts';
import { dataOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';
import { watchNetwork } from './network-table.ts';
import { numberGiven } from './required.ts';

const NODES = 4;
const NODES_MAX = 16;

export async function upStep(call: VerbCall): Promise<undefined> {
  const { console } = call;
  const dir = dataOf(call);
  const count = numberGiven(call, 'nodes', 1, NODES_MAX) ?? NODES;
  const known = localNodes(dir);
  if (known !== undefined && call.values.nodes !== undefined && known.length !== count)
    throw new NodeFault('directory-taken', `the network in ${dir} has ${known.length} nodes`, {
      next: 'network up without --nodes, or another folder',
    });
  if (known === undefined)
    console.note(`${count} agencies make their keys; three officers of the demo town sign the amendment that lets them run its ledger`);
  const onStep = (words: string): void => console.note(words);
  const nodes: readonly LocalNode[] = known ?? (await foundDemoNetwork(dir, count, onStep));
  const network = new LocalNetwork(nodes, {
    onLine: (agency, { event, message }) => {
      if (event === 'note') console.note(`${agency}: ${String(message)}`);
    },
    onStep,
    onEnd: (agency, code) => {
      if (!ending) console.note(`the node of ${agency} ended with ${code ?? 'a signal'}`);
    },
  });
  let ending = false;
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  try {
    const ready = await Promise.race([network.start().then(() => true), told.then(() => false)]);
    if (!ready) return undefined;
    for (const { agency, port, dir: folder } of nodes) {
      const value = { agency, url: `http://127.0.0.1:${port}`, dir: folder, pid: network.pid(agency) };
      console.say('node', value, `${agency.padEnd(12)} ${value.url}   ${folder}`);
    }
    console.note(`officers' keys (demo only): ${join(nodes[0]!.dir, 'officers')}; Ctrl-C ends all nodes`);
    const stopWatching = watchNetwork(network, console);
    await told;
    stopWatching();
  } finally {
    ending = true;
    await network.stop();
  }
  console.say('stopped', {}, 'stopped');
  return undefined;
}
