/** The first start: the town's whole year is written in a process of its own, with a progress bar, and begun anew if it is interrupted. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type DemoPlace, wholeYear } from './found-demo.ts';
import type { FoundingMessage } from './found-process.ts';
import { progressBar } from './progress-bar.ts';
import { shown } from './shown-path.ts';
import type { WrittenYear } from './write-year.ts';

export interface FirstYear {
  /** Resolves when the year is whole. */
  readonly written: Promise<void>;
  /** Ends it before that. */
  stop(): Promise<void>;
}

export function writeFirstYear({ dir }: DemoPlace): FirstYear {
  console.log(
    `Vellmere, a town of 8,000, opens its books: the budget year ${wholeYear(Date.now())} is written into a new ledger, once, in ${shown(dir)}.`,
  );
  const begun = performance.now();
  const bar = progressBar('signed transactions');
  const founding = fork(fileURLToPath(new URL('./found-process.ts', import.meta.url)), [dir], { execArgv: [] });
  const ended = new Promise<void>((resolve) => founding.once('exit', () => resolve()));
  const year = new Promise<WrittenYear>((resolve, reject) => {
    founding.on('message', (message: FoundingMessage) => {
      if (message.kind === 'progress') bar.update(message.done, message.all);
      else if (message.kind === 'done') resolve(message);
      else reject(new Error(message.why));
    });
    founding.once('exit', (code, signal) => reject(new Error(`the year was not written to its end (${signal ?? `exit code ${code}`})`)));
  });
  const written = year.then(async ({ transactions, refused }) => {
    await ended;
    bar.end();
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    console.log(`${transactions.toLocaleString('en')} transactions in ${seconds} s, ${refused} of them refused, as they should be.\n`);
  });
  return {
    written,
    stop: async () => {
      console.log('\nStopped before the year was whole; the next start begins it anew.');
      // It ends with the channel to this process, however this process ends.
      founding.disconnect();
      await ended;
    },
  };
}
