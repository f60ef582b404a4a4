/** The Court of Audit's witness as its own process: `witness-process.ts DIR PORT VKEY`. Says its address, or why it cannot run, in one line of JSON. */
import { type RunningWitness, startWitness } from '@tabularium/witness';

const [dir, port, vkey] = process.argv.slice(2);
if (dir === undefined || port === undefined || vkey === undefined) throw new Error('usage: witness-process.ts DIR PORT VKEY');
let witness: RunningWitness;
try {
  witness = await startWitness({ dir, port: Number(port), logs: [vkey] });
} catch (error) {
  console.log(JSON.stringify({ why: error instanceof Error ? error.message : String(error) }));
  process.exit(1);
}
console.log(JSON.stringify({ url: witness.url, vkey: witness.vkey }));
process.stdin.resume();
process.stdin.once('end', () => void witness.close().then(() => process.exit(0)));
// A key stroke reaches every process of a terminal; the town says when the witness ends.
process.on('SIGINT', () => {});
