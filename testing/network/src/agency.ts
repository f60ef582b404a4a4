/** One agency's node: a process of its own, as on a machine of its own, that is killed in earnest. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { nodeCrypto } from '@tabularium/crypto';
import { ExchangeClient, loadTlsIdentity } from '@tabularium/exchange';
import { type VerifierKey, verifierKey } from '@tabularium/log';
import type { AgencyNode, LocalNode } from '@tabularium/node/network';
import { decodeBase64 } from '@tabularium/protocol';
import type { Alarm } from './alarm.ts';
import type { Misbehaviour } from './misbehaviour.ts';

const MAIN = fileURLToPath(import.meta.resolve('@tabularium/node/main'));
const MISBEHAVING = fileURLToPath(new URL('./misbehaving-node.ts', import.meta.url));
const FLAGS = ['--max-semi-space-size=32'];
const SAID_MAX = 200;
const STARTED = '── started';

/** A line of a node's, as `start --json` writes them. */
export type Line = Readonly<Record<string, unknown>>;

export interface AgencyOptions {
  readonly node: LocalNode;
  readonly entry: AgencyNode;
  /** Id in the charter. */
  readonly id: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly alarm: Alarm;
}

export class Agency {
  readonly id: string;
  readonly dir: string;
  readonly url: string;
  readonly entry: AgencyNode;
  /** Told of each line. */
  onLine: ((line: Line) => void) | undefined;
  readonly #options: AgencyOptions;
  readonly #said: string[] = [];
  #child: ChildProcess | undefined;
  #isExpectedToEnd = false;

  constructor(options: AgencyOptions) {
    const { node, id, entry } = options;
    this.#options = options;
    this.id = id;
    this.dir = node.dir;
    this.url = `http://127.0.0.1:${node.port}`;
    this.entry = entry;
  }

  get runs(): boolean {
    return this.#child !== undefined;
  }

  /** The last that it said, with what it complained of. */
  get said(): readonly string[] {
    return this.#said;
  }

  /** Whether it said this since it was started. */
  hasSaid(words: string): boolean {
    return this.#said.slice(this.#said.lastIndexOf(STARTED)).some((line) => line.includes(words));
  }

  /** The key with which its node signs checkpoints of the ledger. */
  logKey(origin: string): VerifierKey {
    return verifierKey(origin, 0x01, decodeBase64(this.entry.log)!, nodeCrypto);
  }

  /** Resolves when it is ready. Rejects, with what it said, where it ends before that. */
  async start(misbehaviour?: Misbehaviour, more: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.runs || this.#options.alarm.isRaised) throw new Error(`${this.id} ${this.runs ? 'runs already' : 'is not started any more'}`);
    const entry = misbehaviour === undefined ? MAIN : MISBEHAVING;
    const child = spawn(
      process.execPath,
      [...FLAGS, entry, 'start', '--data', this.dir, '--port', String(this.#options.node.port), '--json'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          MALLOC_ARENA_MAX: '4',
          ...process.env,
          ...this.#options.environment,
          ...(misbehaviour === undefined ? {} : { TABULARIUM_MISBEHAVIOUR: JSON.stringify(misbehaviour) }),
          ...more,
        },
      },
    );
    this.#child = child;
    this.#isExpectedToEnd = false;
    this.#keep(STARTED);
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#keep(text.trimEnd()));
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (text) => {
        this.#keep(text);
        const line = JSON.parse(text) as Line;
        this.onLine?.(line);
        if (line.event === 'ready') resolve();
      });
      child.once('exit', (code, signal) => {
        if (this.#child === child) this.#child = undefined;
        const ended = new Error(`the node of ${this.id} ended with ${code ?? signal}:\n${this.#said.slice(-12).join('\n')}`);
        reject(ended);
        if (!this.#isExpectedToEnd && hasStarted) this.#options.alarm.raise(ended);
      });
    });
    let hasStarted = false;
    await ready;
    hasStarted = true;
  }

  /** SIGKILL; CometBFT goes with it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** In good order. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** SIGKILL for its CometBFT alone. False where none is found. */
  killComet(): boolean {
    const pid = this.#child?.pid;
    const comet = pid === undefined ? undefined : descendants(pid).find(({ name }) => name === 'cometbft')?.pid;
    if (comet === undefined) return false;
    try {
      process.kill(comet, 'SIGKILL');
      return true;
    } catch {
      return false;
    }
  }

  /** Runs another of the node's commands on the agency's machine. */
  async command(words: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
    const child = spawn(process.execPath, [MAIN, ...words, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.#options.environment },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-4_000);
      });
    }
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  }

  /** Sends a transaction as a client does. Rejects where there is no answer. */
  post(transaction: Uint8Array, query = '', signal: AbortSignal = AbortSignal.timeout(40_000)): Promise<Response> {
    return fetch(`${this.url}/api/v1/transactions${query}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: transaction,
      signal,
    });
  }

  async text(path: string): Promise<string> {
    const response = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(30_000) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${this.id} answers ${path} with ${response.status}: ${text}`);
    return text;
  }

  /** Speaks with this agency's exchange as another agency's node. */
  exchange(as: Agency): ExchangeClient {
    const { exchange: url, tls } = this.entry.validator;
    return new ExchangeClient({ identity: loadTlsIdentity(join(as.dir, 'keys')), peer: { id: this.id, url, tls } });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#isExpectedToEnd = true;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  #keep(text: string): void {
    this.#said.push(text.slice(0, 2_000));
    if (this.#said.length > SAID_MAX) this.#said.shift();
  }
}

interface Process {
  readonly pid: number;
  readonly name: string;
}

/** Every process that descends from this one, where the system has /proc. */
function descendants(of: number): readonly Process[] {
  let pids: readonly string[] = [];
  try {
    pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  } catch {
    return [];
  }
  const all = pids.flatMap((pid) => {
    try {
      const [, name, parent] = /^[0-9]+ \((.*)\) \S ([0-9]+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
      return [{ pid: Number(pid), name: name!, parent: Number(parent) }];
    } catch {
      return [];
    }
  });
  const under = (parent: number): Process[] => all.filter((one) => one.parent === parent).flatMap((one) => [one, ...under(one.pid)]);
  return under(of);
}
