/** Runs the demo: the Court of Audit's witness in a process of its own, and the town's node in this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { loadNodeKeys, nodeVkeys } from '@tabularium/crypto';
import type { Charter } from '@tabularium/kernel';
import { BUILT_PORTAL, type RunningNode, startNode } from '@tabularium/node';
import { WebhookBook } from '@tabularium/webhooks';
import type { WitnessAddress } from '@tabularium/witness';
import type { OpenTown } from './act-as.ts';
import { keepBeginning, layBack, runOf } from './beginning.ts';
import { Catcher } from './doors/catcher.ts';
import { addDemoStory } from './doors/demo-story.ts';
import { addDoors, OWN_RECEIVER } from './doors/door-routes.ts';
import { addNextVisitor, decision } from './doors/next-visitor.ts';
import { addReset } from './doors/reset-route.ts';
import { type DemoPlace, inventedOfficers } from './found-demo.ts';
import { leaveWorkOpen } from './open-work.ts';
import { openYears } from './open-year.ts';

export interface RunningWitnessProcess extends WitnessAddress {
  readonly pid: number;
  close(): Promise<void>;
}

/** Start the witness on its machine, so to speak: another process with a directory of its own. */
export async function startCourtOfAudit(place: DemoPlace, charter: Charter, port = 0): Promise<RunningWitnessProcess> {
  const { log } = nodeVkeys(loadNodeKeys(join(place.town, 'keys')), charter.origin, charter.name);
  const script = fileURLToPath(new URL('./witness-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, place.witness, String(port), log], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = JSON.parse(await firstLine(child)) as WitnessAddress | { readonly why: string };
  if ('why' in said) throw new Error(`the Court of Audit's witness cannot run (${said.why}); if the demo runs already, stop it first`);
  return {
    ...said,
    pid: child.pid!,
    close: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        // The witness ends with its standard input, however this process ends.
        child.stdin!.end();
      }),
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout! });
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the witness ended with exit code ${code}`)));
    child.once('error', reject);
  });
}

export interface RunningDemo {
  readonly node: RunningNode;
  readonly witness: RunningWitnessProcess;
  close(): Promise<void>;
}

interface RunOptions {
  readonly port?: number;
  readonly host?: string;
  /** ms UTC; default the machine's. */
  readonly clock?: () => number;
}

/** A demo whose year is written; begun anew, it has another node and another witness. */
export async function runDemo(place: DemoPlace, witness: RunningWitnessProcess, options: RunOptions = {}): Promise<RunningDemo> {
  keepBeginning(place);
  let open = await openTown(place, witness, options, reset);
  let resetting: Promise<void> | undefined;
  function reset(): void {
    resetting ??= beginAnew().finally(() => (resetting = undefined));
  }
  async function beginAnew(): Promise<void> {
    const { charter, url } = open.node;
    await open.close();
    layBack(place);
    open = await openTown(place, await startCourtOfAudit(place, charter), { ...options, port: Number(new URL(url).port) }, reset);
  }
  return {
    get node() {
      return open.node;
    },
    get witness() {
      return open.witness;
    },
    close: async () => {
      await resetting;
      await open.close();
    },
  };
}

async function openTown(place: DemoPlace, witness: RunningWitnessProcess, options: RunOptions, reset: () => void): Promise<RunningDemo> {
  const { clock = Date.now } = options;
  const catcher = await Catcher.open(clock);
  let town: OpenTown | undefined;
  const node = await startNode({
    dir: place.town,
    webhookAllow: [catcher.place, OWN_RECEIVER],
    witnesses: [witness],
    portal: BUILT_PORTAL,
    invented: inventedOfficers(place),
    addRoutes: (app) => {
      addDoors(app, place, catcher);
      addDemoStory(app, () => town);
      addNextVisitor(app, () => town);
      addReset(app, runOf(place), reset);
    },
    ...options,
  }).catch(async (error: unknown) => {
    await catcher.close();
    throw error;
  });
  town = { place, node, clock };
  await openYears(town);
  await decision(town);
  tellCatcher(place, node, catcher);
  await leaveWorkOpen(town);
  return {
    node,
    witness,
    close: async () => {
      await node.close();
      await catcher.close();
      await witness.close();
    },
  };
}

/** The node tells the demo's own receiver what happens from the newest block on; of earlier runs nobody listens any more. */
function tellCatcher(place: DemoPlace, { webhooks, storage }: RunningNode, catcher: Catcher): void {
  const book = WebhookBook.openIfThere(place.town);
  for (const { id, url } of book?.list() ?? []) if (Catcher.isCatcher(url)) book?.remove(id);
  book?.close();
  catcher.secret = webhooks.add({ url: catcher.url, after: `${storage.head().height}-0` }).secret;
}
