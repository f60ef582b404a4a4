/** The measured node as its own process: `bench-node.ts DIR`. One line of JSON when it is ready; ends with its standard input. */
import { startNode } from '@tabularium/node';

const begun = performance.now();
const node = await startNode({ dir: process.argv[2]!, adminSocket: false });
console.log(
  JSON.stringify({
    port: Number(new URL(node.url).port),
    readyMs: Math.round(performance.now() - begun + 0),
    bootMs: Math.round(performance.now()),
  }),
);
process.on('SIGINT', () => {});
for await (const line of process.stdin.setEncoding('utf8')) {
  if (String(line).startsWith('rss'))
    console.log(JSON.stringify({ rss: process.memoryUsage().rss, projections: node.projections.height, height: node.door.head().height }));
}
await node.close();
process.exit(0);
