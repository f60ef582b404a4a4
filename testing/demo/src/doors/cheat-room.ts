/** Where visitors of a demo try to cheat: one at a time, each on a copy that is gone afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DemoPlace } from '../found-demo.ts';
import type { CheatPlayed } from './cheat-played.ts';

const SCRIPT = fileURLToPath(new URL('./cheat-process.ts', import.meta.url));
/** A trick takes some seconds; one that takes this long is lost. */
const PATIENCE_MS = 120_000;

export class CheatRoom {
  readonly #place: DemoPlace;
  #running: { readonly child: ChildProcess; readonly gone: Promise<void> } | undefined;
  #closed = false;

  constructor(place: DemoPlace) {
    this.#place = place;
  }

  get isBusy(): boolean {
    return this.#running !== undefined || this.#closed;
  }

  /** Throws where a trick is being played already, and where this one could not be. */
  async play(way: CheatPlayed['way']): Promise<CheatPlayed> {
    if (this.isBusy) throw new Error('somebody tries to cheat already');
    const work = mkdtempSync(join(tmpdir(), `tabularium-cheat-${process.pid}-`));
    const child = spawn(process.execPath, [SCRIPT, this.#place.dir, work, way], {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    });
    const told = outputOf(child);
    const gone = told.then(
      () => {},
      () => {},
    );
    this.#running = { child, gone };
    try {
      return JSON.parse(await told) as CheatPlayed;
    } finally {
      rmSync(work, { recursive: true, force: true });
      this.#running = undefined;
    }
  }

  /** Ends what is being played. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#running?.child.kill('SIGKILL');
    await this.#running?.gone;
  }
}

/** What it printed, once it has ended well. */
function outputOf(child: ChildProcess): Promise<string> {
  let out = '';
  let err = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(out);
      else reject(new Error(`the trick was not played (${signal ?? code}): ${err.slice(0, 2_000)}`));
    });
  });
}
