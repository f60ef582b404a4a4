/** The demo town on its own clock, with its witness and the portal as it stands in the sources: what a person would open in a browser. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeCrypto } from '@tabularium/crypto';
import { type DemoPlace, openSmallTown, type RunningDemo, runDemo, startCourtOfAudit } from '@tabularium/demo';
import { decodeCharter } from '@tabularium/kernel';

/** Enough of the town's year that the first invoices are paid: until the beginning of March. */
const STEPS = 1_500;

/** Throws where the portal cannot be built. */
export function buildPortal(): void {
  const script = fileURLToPath(new URL('../../../tools/build-portal.sh', import.meta.url));
  const built = spawnSync('bash', [script], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the portal was not built: ${built.stderr}`);
}

/** Opens what was founded and written. */
export async function openTown(place: DemoPlace, options: Parameters<typeof runDemo>[2] = {}): Promise<RunningDemo> {
  const charter = decodeCharter(readFileSync(join(place.town, 'charter.json')), nodeCrypto);
  return await runDemo(place, await startCourtOfAudit(place, charter), options);
}

/** Founds it in `dir`, writes its first weeks at the story's own times, and opens it. */
export async function newTown(
  dir: string,
  steps = STEPS,
  options: Parameters<typeof runDemo>[2] = {},
): Promise<RunningDemo & { readonly place: DemoPlace }> {
  const { place, node } = await openSmallTown(dir, { steps });
  await node.close();
  return Object.assign(await openTown(place, options), { place });
}
