/** The thread that sorts a copy of the state tree's leaves and writes them as a new `state-tree.base`, while blocks go on being sealed. */
import { parentPort, workerData } from 'node:worker_threads';
import { sortByHash } from './hash-order.ts';
import { roomFor, type StateRun, writeRun } from './state-run.ts';

const { path, run } = workerData as { readonly path: string; readonly run: StateRun };

const order = sortByHash(run.count, run.keyHashes, 32);
const sorted = roomFor(run.count);
order.forEach((from, to) => {
  sorted.keyHashes.set(run.keyHashes.subarray(from * 32, from * 32 + 32), to * 32);
  sorted.leafHashes.set(run.leafHashes.subarray(from * 32, from * 32 + 32), to * 32);
  sorted.refs[to] = run.refs[from]!;
});
writeRun(path, { height: run.height, count: run.count, ...sorted });
parentPort?.postMessage('written');
