/** Waiting for what must come about, with a limit that is far beyond what it takes. */
import { setTimeout as delay } from 'node:timers/promises';

const STEP_MS = 50;

/** Throws, naming `what`, where it has not come about after so many seconds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    if (await condition()) return;
    await delay(STEP_MS);
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}
