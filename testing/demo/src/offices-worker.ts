/** The town's offices in a thread of their own: they sign the year step by step and submit it over HTTP, the next batch signed meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { foundingSteps, type SignedStep, type SigningKey, seededRandom, signSteps, townYear } from '@tabularium/scenarios';
import { officerKey } from './found-demo.ts';
import { MAX_BATCH, type OfficesMessage, type OfficesTask } from './offices-task.ts';
import { storyClock } from './story-clock.ts';
import { submitBatch } from './submit-batch.ts';

const task = workerData as OfficesTask;
const port = parentPort!;
const say = (message: OfficesMessage): void => port.postMessage(message);
await tell(task);

async function tell({ url, ledger, charterDigest, year, place, clock }: OfficesTask): Promise<void> {
  const { set } = storyClock(clock);
  const steps = [...foundingSteps(year, charterDigest), ...townYear({ seed: 1, year })];
  const random = seededRandom(Number.parseInt(charterDigest.slice(0, 8), 16));
  const keys = new Map<string, SigningKey>();
  const keyOf = (officer: string): SigningKey => {
    const key = keys.get(officer) ?? officerKey(place, officer);
    keys.set(officer, key);
    return key;
  };
  const signed = signSteps(steps, { ledger, keyOf, catalogue, crypto: nodeCrypto, randomBytes: (n) => random.bytes(n) });
  const names: Record<string, string> = {};
  let accepted = 0;
  let done = 0;
  const batches = byTime(signed);
  for (let batch = batches.next().value; batch !== undefined; ) {
    set(batch[0]!.step.at);
    const answering = submitBatch(url, batch);
    const next = batches.next().value;
    const answers = await answering;
    for (const [n, { step, name }] of batch.entries()) {
      const outcome = answers[n]!;
      if (outcome !== step.expect) throw new Error(`${step.key}: expected ${step.expect}, was answered ${outcome}`);
      if (outcome === 'accepted') accepted++;
      if (step.story !== undefined && outcome === 'accepted') names[step.key] = name;
    }
    done += batch.length;
    say({ kind: 'progress', done, all: steps.length });
    batch = next;
  }
  say({ kind: 'done', transactions: steps.length, accepted, refused: steps.length - accepted, names });
}

/** Steps of one block time together, in bounded runs. */
function* byTime(steps: Iterable<SignedStep>): Generator<SignedStep[], undefined> {
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
