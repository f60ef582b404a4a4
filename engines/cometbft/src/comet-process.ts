/**
 * CometBFT as a child of ours. It is stopped before the application is: left alone on its socket it would wait and ignore a polite end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { CometHome } from './comet-home.ts';
import { CometRpc } from './comet-rpc.ts';

/** What it replays before it answers may be long. */
const READY_TRIES = 24_000;
const READY_WAIT_MS = 50;
const STOP_MS = 10_000;
/** By itself it calls a peer that is away less and less often, after some days no more. */
const DIAL_MS = 10_000;

/** Of a line of its log, in JSON: its own words come first. */
const MESSAGE = /^\{"_msg":"((?:[^"\\]|\\.)*)"/;

/**
 * It must not outlive us, whatever ends us: a shell holds the end of a pipe of ours before CometBFT is there, and when that closes without a
 * word, it ends its whole group. The first line is CometBFT's process id, which it says before it is CometBFT; the exit code is CometBFT's.
 */
const KEEPER = `exec 3<&0
( cat <&3 >/dev/null; kill -KILL 0 ) 2>/dev/null & keeper=$!
/bin/sh -c 'echo $$; exec "$@"' cometbft "$@" </dev/null 3<&- & comet=$!
exec 3<&-
wait "$comet"; code=$?
kill "$keeper" 2>/dev/null
exit "$code"`;

export class CometProcess {
  readonly rpc: CometRpc;
  readonly #child: ChildProcess;
  /**
   * Told of what it reports: the words of its own, and the whole line. Peers' words may stand in a line, too, and must not be taken for
   * CometBFT's.
   */
  onReport: ((message: string, line: string) => void) | undefined;
  #said = '';
  #pid: number | undefined;
  #stopping = false;

  private constructor(child: ChildProcess, rpc: CometRpc) {
    this.#child = child;
    this.rpc = rpc;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8');
      let rest = '';
      stream.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop()!;
        for (const line of lines) {
          if (this.#pid === undefined && stream === child.stdout) this.#pid = Number(line);
          else this.#say(line);
        }
      });
    }
  }

  /** Starts it on its folder and waits until it answers. Throws with the last it said where it ends before that. */
  static async start({ program, dir, rpcPath, peers }: Pick<CometHome, 'program' | 'dir' | 'rpcPath' | 'peers'>): Promise<CometProcess> {
    // One that was killed leaves its socket behind.
    await rm(rpcPath, { force: true });
    const child = spawn('/bin/sh', ['-c', KEEPER, 'keeper', program, 'start', '--home', dir], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A terminal's Ctrl-C is for us, who end it in order.
      detached: true,
    });
    child.stdin.on('error', () => {});
    const comet = new CometProcess(child, new CometRpc(rpcPath));
    let failed: Error | undefined;
    child.once('error', (error) => {
      failed = error;
    });
    for (let tries = 0; tries < READY_TRIES; tries++) {
      if (failed !== undefined) throw failed;
      if (!comet.runs) throw new Error(`CometBFT ended with ${child.exitCode ?? child.signalCode}: ${comet.#said}`);
      if (await comet.rpc.isUp()) {
        comet.#dial(peers);
        return comet;
      }
      await delay(READY_WAIT_MS);
    }
    await comet.stop();
    throw new Error(`CometBFT does not answer: ${comet.#said}`);
  }

  get runs(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** CometBFT's own process id. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** Again and again, those that are not there. */
  #dial(peers: readonly string[]): void {
    if (peers.length === 0) return;
    const dialing = setInterval(() => {
      if (!this.#stopping) this.rpc.dial(peers).catch(() => {});
    }, DIAL_MS).unref();
    this.#child.once('exit', () => clearInterval(dialing));
  }

  #say(line: string): void {
    this.#said = `${this.#said}${line}\n`.slice(-4_000);
    const message = MESSAGE.exec(line)?.[1];
    if (message !== undefined) this.onReport?.(message, line);
  }

  /** Whether it ends, or has ended, because it was told to. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /** The last it said. */
  get said(): string {
    return this.#said;
  }

  /** Resolves when it has ended. */
  async ended(): Promise<void> {
    if (this.runs) await once(this.#child, 'exit');
  }

  /** Ends it in good order, and otherwise by force. May be called again. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.rpc.close();
    if (!this.runs) return;
    const ended = this.ended();
    try {
      if (this.#pid !== undefined) process.kill(this.#pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
    // Whoever holds the pipe's other end ends all by force, also where its process id was not heard yet.
    const force = setTimeout(() => this.#child.stdin?.destroy(), STOP_MS);
    await ended;
    clearTimeout(force);
  }
}
