/**
 * `npm run simulate -- --seed N --steps M` repeats one seed; `--seeds 1000 --steps 1000 [--from N]` runs many, on all cores.
 * `--real-signatures` signs with ES256 and Ed25519. Ends with exit code 1 and the command that repeats it at the first fault.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { SimulatedOffice } from './simulated-office.ts';
import { simulate, type Tally } from './simulation.ts';

interface Orders {
  readonly steps: number;
  readonly real: boolean;
}

type Report = { readonly seed: number; readonly tally: Tally } | { readonly seed: number; readonly fault: string };

const USAGE = 'usage: simulate [--seed N | --seeds COUNT [--from N]] [--steps M] [--real-signatures]';

function office({ real }: Orders): SimulatedOffice {
  return new SimulatedOffice(real ? 'real' : 'stand-in');
}

/** A thread takes one seed after the other from the main thread. */
function runThread(orders: Orders): void {
  const shared = office(orders);
  const port = parentPort!;
  port.on('message', (seed: number) => {
    simulate(seed, orders.steps, shared).then(
      (tally) => port.postMessage({ seed, tally } satisfies Report),
      (error: unknown) =>
        port.postMessage({ seed, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Report),
    );
  });
}

async function runMany(from: number, count: number, orders: Orders): Promise<boolean> {
  const total = { steps: 0, accepted: 0, refused: 0, blocks: 0, crashes: 0 };
  const codes = new Set<string>();
  const started = process.hrtime.bigint();
  let next = from;
  let done = 0;
  let failed = false;
  await Promise.all(
    Array.from({ length: Math.min(availableParallelism(), count) }, async () => {
      const worker = new Worker(new URL(import.meta.url), { workerData: orders });
      await new Promise<void>((resolve, reject) => {
        const give = (): void => {
          if (next < from + count && !failed) worker.postMessage(next++);
          else resolve();
        };
        worker.on('error', reject);
        worker.on('message', (report: Report) => {
          if ('fault' in report) {
            failed = true;
            console.error(
              `${report.fault}\nrepeat: npm run simulate -- --seed ${report.seed} --steps ${orders.steps}${orders.real ? ' --real-signatures' : ''}`,
            );
          } else {
            for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += report.tally[name];
            for (const code of report.tally.codes.keys()) codes.add(code);
            done++;
            if (done % Math.max(1, Math.floor(count / 20)) === 0) console.log(`${done} of ${count} seeds clean`);
          }
          give();
        });
        give();
      });
      await worker.terminate();
    }),
  );
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1_000;
  console.log(JSON.stringify({ seeds: done, ...total, refusalCodes: codes.size, seconds, clean: !failed }));
  return !failed;
}

async function runOne(seed: number, orders: Orders): Promise<boolean> {
  try {
    const { codes, ...tally } = await simulate(seed, orders.steps, office(orders));
    console.log(JSON.stringify({ seed, ...tally, codes: Object.fromEntries([...codes].sort(([, a], [, b]) => b - a)) }));
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    return false;
  }
}

function whole(text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`${text} is not a whole number from ${least} on\n${USAGE}`);
  return value;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      steps: { type: 'string', default: '1000' },
      'real-signatures': { type: 'boolean', default: false },
    },
  });
  const orders = { steps: whole(values.steps, 1), real: values['real-signatures'] };
  if (values.seeds !== undefined) return runMany(whole(values.from, 0), whole(values.seeds, 1), orders);
  return runOne(whole(values.seed ?? '1', 0), orders);
}

if (isMainThread) {
  process.exitCode = await main().then(
    (clean) => (clean ? 0 : 1),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      return 2;
    },
  );
} else runThread(workerData as Orders);
