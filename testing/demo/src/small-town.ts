/**
 * The first weeks of the demo town, in this process and at the story's own times: enough ledger to damage, search and ask, in a second.
 * Everything goes in over HTTP, as from outside.
 */
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { type Charter, encodeCharter } from '@tabularium/kernel';
import { type RunningNode, type StartOptions, startNode } from '@tabularium/node';
import { toHex } from '@tabularium/protocol';
import {
  foundingSteps,
  foundingTime,
  type SignedStep,
  type SigningKey,
  type Step,
  seededRandom,
  signSteps,
  townYear,
} from '@tabularium/scenarios';
import { type DemoPlace, demoPlace, foundDemo, officerKey, saveNotes } from './found-demo.ts';
import { submitBatch } from './submit-batch.ts';

const YEAR = 2025;

export interface SmallTown {
  readonly place: DemoPlace;
  readonly charter: Charter;
  readonly node: RunningNode;
  /** What was submitted, in order; all of it accepted. */
  readonly signed: readonly SignedStep[];
  /** Time of the story, ms UTC; the node's clock stands still there. */
  now(): number;
  keyOf(officer: string): SigningKey;
}

export interface SmallTownOptions {
  /** Accepted steps to write; steps that the story refuses are left out. */
  readonly steps: number;
  /** Changes a step before it is signed. */
  readonly change?: (step: Step) => Step;
  readonly start?: Partial<StartOptions>;
}

/** Found it in `dir` and write its beginning. Throws where a step is answered otherwise than the story has it. */
export async function openSmallTown(dir: string, { steps, change = (step) => step, start = {} }: SmallTownOptions): Promise<SmallTown> {
  const place = demoPlace(dir);
  const { charter } = foundDemo(place, YEAR);
  let now = foundingTime(YEAR);
  const node = await startNode({ dir: place.town, clock: () => now, adminSocket: false, ...start });
  const keys = new Map<string, SigningKey>();
  const keyOf = (officer: string): SigningKey => {
    const key = keys.get(officer) ?? officerKey(place, officer);
    keys.set(officer, key);
    return key;
  };
  const digest = toHex(nodeCrypto.sha256(encodeCharter(charter, nodeCrypto)));
  const random = seededRandom(1);
  const told = [...foundingSteps(YEAR, digest), ...townYear({ seed: 1, year: YEAR })].filter(({ expect }) => expect === 'accepted');
  const signed = [
    ...signSteps(told.slice(0, steps).map(change), {
      ledger: charter.origin,
      keyOf,
      catalogue,
      crypto: nodeCrypto,
      randomBytes: (n) => random.bytes(n),
    }),
  ];
  try {
    for (const batch of Map.groupBy(signed, ({ step }) => step.at).values()) {
      now = batch[0]!.step.at;
      const answers = await submitBatch(node.url, batch);
      const wrong = answers.findIndex((answer) => answer !== 'accepted');
      if (wrong !== -1) throw new Error(`${batch[wrong]!.step.key} was answered ${answers[wrong]}`);
    }
  } catch (error) {
    await node.close();
    throw error;
  }
  saveNotes(place, { year: YEAR, names: Object.fromEntries(signed.map(({ step, name }) => [step.key, name])) });
  return { place, charter, node, signed, now: () => now, keyOf };
}
