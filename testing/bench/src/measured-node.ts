/** Starts the measured node and asks it, and the system, how it does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const TICKS_PER_SECOND = 100;

export class MeasuredNode {
  readonly port: number;
  /** From the start of the process until it answered. */
  readonly bootMs: number;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, port: number, bootMs: number) {
    this.#child = child;
    this.#lines = lines;
    this.port = port;
    this.bootMs = bootMs;
  }

  static async start(dir: string, nodeArguments: readonly string[] = []): Promise<MeasuredNode> {
    const script = fileURLToPath(new URL('./bench-node.ts', import.meta.url));
    // The flag with which the command line starts a node; the environment, which tools/run.sh sets likewise, is inherited.
    const child = spawn(process.execPath, ['--max-semi-space-size=32', ...nodeArguments, script, dir], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const input: Interface = createInterface({ input: child.stdout! });
    const lines = input[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done === true) throw new Error('the measured node did not start');
    const { port, bootMs } = JSON.parse(first.value) as { port: number; bootMs: number };
    return new MeasuredNode(child, lines, port, bootMs);
  }

  /** CPU-seconds of the process so far, all threads. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  async memory(): Promise<{ readonly rss: number; readonly projections: number; readonly height: number }> {
    this.#child.stdin!.write('rss\n');
    return JSON.parse((await this.#lines.next()).value) as { rss: number; projections: number; height: number };
  }

  /** Wait until the projections have caught up. */
  async settle(): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      const { projections, height } = await this.memory();
      if (projections >= height) return;
      await new Promise((wake) => setTimeout(wake, 200));
    }
    throw new Error('the projections did not catch up');
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.stdin!.end();
    });
  }
}

/** Bytes that the files of a closed data directory occupy. */
export function bytesOf(dir: string): number {
  return readdirSync(dir, { withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isDirectory() ? bytesOf(join(dir, entry.name)) : statSync(join(dir, entry.name)).blocks * 512),
    0,
  );
}
