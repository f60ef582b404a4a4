/**
 * Writes the town's year through the node's own front door: signed transactions in batches over HTTP, at the block times of the story.
 * The node's clock is the story's; nothing else about it differs from any other node.
 */
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { encodeCharter } from '@tabularium/kernel';
import { startNode } from '@tabularium/node';
import { toHex } from '@tabularium/protocol';
import { foundingSteps, foundingTime, type SignedStep, seededRandom, signSteps, townYear } from '@tabularium/scenarios';
import type { WitnessAddress } from '@tabularium/witness';
import { type DemoPlace, type FoundedDemo, saveNotes } from './found-demo.ts';

const MAX_BATCH = 200;

export interface WrittenYear {
  readonly transactions: number;
  readonly accepted: number;
  readonly refused: number;
}

/** Throws where the ledger answers a step otherwise than the story has it. `onProgress` is told of transactions done and in all. */
export async function writeYear(
  place: DemoPlace,
  { charter, year, keyOf }: FoundedDemo,
  witnesses: readonly WitnessAddress[],
  onProgress: (done: number, all: number) => void = () => {},
): Promise<WrittenYear> {
  let now = foundingTime(year);
  const node = await startNode({ dir: place.town, clock: () => now, adminSocket: false, witnesses });
  const digest = toHex(nodeCrypto.sha256(encodeCharter(charter, nodeCrypto)));
  const steps = [...foundingSteps(year, digest), ...townYear({ seed: 1, year })];
  const random = seededRandom(Number.parseInt(digest.slice(0, 8), 16));
  const signed = signSteps(steps, { ledger: charter.origin, keyOf, catalogue, crypto: nodeCrypto, randomBytes: (n) => random.bytes(n) });
  const names: Record<string, string> = {};
  let accepted = 0;
  let done = 0;
  try {
    for (const batch of byTime(signed)) {
      now = batch[0]!.step.at;
      const answers = await post(node.url, batch);
      for (const [n, { step, name }] of batch.entries()) {
        const outcome = answers[n]!;
        if (outcome !== step.expect) throw new Error(`${step.key}: expected ${step.expect}, was answered ${outcome}`);
        if (outcome === 'accepted') accepted++;
        if (step.story !== undefined && outcome === 'accepted') names[step.key] = name;
      }
      done += batch.length;
      onProgress(done, steps.length);
    }
  } finally {
    await node.close();
  }
  saveNotes(place, { year, names });
  return { transactions: steps.length, accepted, refused: steps.length - accepted };
}

/** Steps of one block time together, in bounded runs. */
function* byTime(steps: Iterable<SignedStep>): Generator<SignedStep[]> {
  let batch: SignedStep[] = [];
  for (const signed of steps) {
    if (batch.length > 0 && (batch[0]!.step.at !== signed.step.at || batch.length >= MAX_BATCH)) {
      yield batch;
      batch = [];
    }
    batch.push(signed);
  }
  if (batch.length > 0) yield batch;
}

/** `accepted` or the refusal's code, one for each. */
async function post(url: string, batch: readonly SignedStep[]): Promise<string[]> {
  const text = new TextDecoder('latin1');
  const body = batch.map(({ bytes, disclosures }) => JSON.stringify({ transaction: text.decode(bytes), disclosures })).join('\n');
  const response = await fetch(`${url}/api/v1/transactions/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body,
  });
  const lines = (await response.text()).trimEnd().split('\n');
  if (response.status !== 200 || lines.length !== batch.length) throw new Error(`the node answered ${response.status}: ${lines[0]}`);
  return lines.map((line) => {
    const { status, code } = JSON.parse(line) as { readonly status: number; readonly code?: string };
    return status === 201 ? 'accepted' : (code ?? String(status));
  });
}
