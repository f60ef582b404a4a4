/**
 * Gives memory back when a thread has nothing to do. V8 collects when something is allocated, which a node that rests does not do: what
 * starting up and a busy hour left behind would stay until the next one. Every thread of a node rests by itself.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const QUIET_MS = 5_000;

/**
 * Call what it returns at each piece of work; when there was none for `quietMs`, `letGo` is called and garbage collected, once. `letGo`
 * drops what can be had again, such as pages of a database in memory.
 */
export function restWhenQuiet(letGo: () => void, quietMs: number = QUIET_MS): () => void {
  const rest = (): void => {
    letGo();
    collectGarbage();
  };
  const timer = setTimeout(rest, quietMs).unref();
  return () => void timer.refresh();
}

/** The collector is not at hand in a thread that was started without `--expose-gc`; in a context made after the flag was set it is. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
