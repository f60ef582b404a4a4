/**
 * Several agencies on one machine, for trying it out: folders, keys and ports of each, the amendment that makes validators of them, and one
 * process for each node, which is what would run on a machine of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';
import { withLedger } from '../open-ledger.ts';
import { type AgencyNode, makeAgencyNode } from './agency-keys.ts';
import { cometProgram } from './comet-program.ts';
import { joinNetwork } from './join-network.ts';
import { type Amendment, amendmentFor } from './term-amendment.ts';

const HOST = '127.0.0.1';
const WEIGHT = 10;
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
/** As the command line starts a node. */
const FLAGS = ['--max-semi-space-size=32'];

export interface LocalNode {
  /** Agency's code. */
  readonly agency: string;
  readonly dir: string;
  /** Of its API. */
  readonly port: number;
}

export interface LocalPlan {
  /** Folder of the whole. */
  readonly dir: string;
  /** Codes of agencies and their folders within `dir`; the first one's holds the ledger, founded and accepted. */
  readonly agencies: readonly { readonly agency: string; readonly folder: string }[];
  /** Signs the amendment of the charter in the name of those it takes, and submits it. */
  readonly amend: (change: Amendment, ledger: Parameters<Parameters<typeof withLedger>[1]>[0]) => Promise<void>;
  /** Told of what is done next, in words. */
  readonly onStep?: (words: string) => void;
}

export interface LocalNetworkEvents {
  /** A node says something. */
  readonly onLine: (agency: string, line: Readonly<Record<string, unknown>>) => void;
  readonly onEnd: (agency: string, code: number | null) => void;
  /** What is done next, in words. */
  readonly onStep?: (words: string) => void;
}

/** The nodes of a folder that was laid out before. */
export function localNodes(dir: string): readonly LocalNode[] | undefined {
  const path = join(dir, 'network.json');
  if (!existsSync(path)) return undefined;
  const nodes = JSON.parse(readFileSync(path, 'utf8')) as readonly (Omit<LocalNode, 'dir'> & { readonly folder: string })[];
  return nodes.map(({ agency, port, folder }) => ({ agency, port, dir: join(dir, folder) }));
}

/** Makes everybody's keys and amends the charter: from here on the nodes order together. */
export async function layOutNetwork({ dir, agencies, amend, onStep }: LocalPlan): Promise<readonly LocalNode[]> {
  const program = cometProgram();
  const ports = await freePorts(3 * agencies.length);
  const nodes = agencies.map(({ agency, folder }, n) => ({ agency, folder, dir: join(dir, folder), port: ports[3 * n]! }));
  const entries: AgencyNode[] = [];
  for (const [n, node] of nodes.entries()) {
    onStep?.(`${node.agency} makes its keys`);
    const [, peer, exchange] = ports.slice(3 * n);
    entries.push(
      await makeAgencyNode({
        program,
        dir: node.dir,
        agency: node.agency,
        peer: `${HOST}:${peer}`,
        exchange: `https://${HOST}:${exchange}`,
        url: `http://${HOST}:${node.port}`,
        power: WEIGHT,
      }),
    );
  }
  onStep?.('the charter is amended: these agencies’ nodes run the ledger together from here on');
  await withLedger(nodes[0]!.dir, (ledger) => amend(amendmentFor(ledger.charterNow(), entries), ledger));
  writeWhole(join(dir, 'network.json'), `${JSON.stringify(nodes.map(({ agency, folder, port }) => ({ agency, folder, port })))}\n`);
  return nodes;
}

export class LocalNetwork {
  readonly nodes: readonly LocalNode[];
  readonly #events: LocalNetworkEvents;
  readonly #children = new Map<string, ChildProcess>();

  constructor(nodes: readonly LocalNode[], events: LocalNetworkEvents) {
    this.nodes = nodes;
    this.#events = events;
    // Whatever ends this process, nothing of it goes on.
    process.once('exit', () => {
      for (const child of this.#children.values()) child.kill('SIGKILL');
    });
  }

  /** Starts every node; those that have no ledger yet take it over from the first. Returns the ledger's origin. */
  async start(): Promise<string> {
    const [first, ...others] = this.nodes;
    const { onStep } = this.#events;
    onStep?.(`the node of ${first!.agency} starts`);
    const { origin } = await this.run(first!);
    for (const node of others) {
      if (existsSync(join(node.dir, 'charter.json'))) continue;
      onStep?.(`${node.agency} takes the ledger over: every decision is made again there`);
      await joinNetwork({ dir: node.dir, from: exchangeOf(first!), origin });
    }
    if (others.length > 0) onStep?.(`the nodes of ${others.map(({ agency }) => agency).join(', ')} start too`);
    await Promise.all(others.map((node) => this.run(node)));
    return origin;
  }

  /** Starts one node and resolves when it is ready. */
  async run({ agency, dir, port }: LocalNode): Promise<{ readonly url: string; readonly origin: string }> {
    const child = spawn(process.execPath, [...FLAGS, MAIN, 'start', '--data', dir, '--port', String(port), '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { MALLOC_ARENA_MAX: '4', ...process.env },
    });
    this.#children.set(agency, child);
    let faults = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      faults = (faults + text).slice(-2_000);
    });
    const ready = new Promise<{ readonly url: string; readonly origin: string }>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (text) => {
        const line = JSON.parse(text) as Readonly<Record<string, unknown>>;
        this.#events.onLine(agency, line);
        if (line.event === 'ready') resolve({ url: String(line.url), origin: String(line.origin) });
      });
      child.once('exit', (code) => reject(new NodeFault('halted', `the node of ${agency} ended with ${code}: ${faults.trim()}`)));
    });
    child.once('exit', (code) => {
      if (this.#children.get(agency) === child) this.#children.delete(agency);
      this.#events.onEnd(agency, code);
    });
    return await ready;
  }

  /** Process id of an agency's node, while it runs. */
  pid(agency: string): number | undefined {
    return this.#children.get(agency)?.pid;
  }

  /** Ends one node, or all of them, and waits. */
  async stop(agency?: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const children = [...this.#children].filter(([name]) => agency === undefined || name === agency).map(([, child]) => child);
    await Promise.all(
      children.map(async (child) => {
        const ended = once(child, 'exit');
        child.kill(signal);
        await ended;
      }),
    );
  }
}

function exchangeOf({ dir }: LocalNode): string {
  const { validator } = JSON.parse(readFileSync(join(dir, 'node.json'), 'utf8')) as { readonly validator: { readonly exchange: string } };
  return validator.exchange;
}

/** Held all at once, so that no two are the same. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, HOST));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
