/** Several agencies with real CometBFT, each node as `start` runs it, all in this process; folders and processes end with the test. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bindings, catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import type { Outcome } from '@tabularium/engine-port';
import { type BlockInput, type BlockResult, Machine, type StateReader } from '@tabularium/kernel';
import { canonicalJson, type JsonObject, parseJson } from '@tabularium/protocol';
import { DemoOfficers } from '../demo-officers.ts';
import type { NodeFault } from '../node-fault.ts';
import { type RunningNode, type StartOptions, startNode } from '../start-node.ts';
import { type AgencyNode, makeAgencyNode } from './agency-keys.ts';
import { cometProgram, whyNoComet } from './comet-program.ts';
import { amendCharter, foundDemoNetwork } from './demo-network.ts';
import { joinNetwork } from './join-network.ts';
import { freePorts, type LocalNode } from './local-network.ts';
import type { Amendment } from './term-amendment.ts';

/** Why there is no CometBFT to test with; undefined where there is. */
export const whyNot = whyNoComet();

export class Agency {
  readonly dir: string;
  readonly port: number;
  readonly reports: string[] = [];
  readonly faults: NodeFault[] = [];
  readonly #options: Partial<StartOptions>;
  #node: RunningNode | undefined;
  #turning: Promise<void> = Promise.resolve();

  constructor({ dir, port }: LocalNode, options: Partial<StartOptions> = {}) {
    this.dir = dir;
    this.port = port;
    this.#options = options;
  }

  /** Throws where it does not run. */
  get node(): RunningNode {
    assert.ok(this.#node !== undefined, `the node in ${this.dir} does not run: ${this.faults}`);
    return this.#node;
  }

  get runs(): boolean {
    return this.#node !== undefined;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get entry(): AgencyNode {
    return JSON.parse(readFileSync(join(this.dir, 'node.json'), 'utf8')) as AgencyNode;
  }

  /** As `start` does: when the charter changes who orders, with the other engine. */
  async start(options: Partial<StartOptions> = {}): Promise<void> {
    this.#node = await startNode({
      dir: this.dir,
      port: this.port,
      adminSocket: false,
      report: (error) => void this.reports.push(String(error)),
      onStop: (fault) => void this.faults.push(fault),
      onTermChange: () => {
        this.#turning = this.stop().then(() => this.start(options));
      },
      ...this.#options,
      ...options,
    });
  }

  /** A change of engine that is under way is over. */
  async turned(): Promise<void> {
    await this.#turning;
  }

  async stop(): Promise<void> {
    const node = this.#node;
    this.#node = undefined;
    await node?.close();
  }

  async get(path: string): Promise<Response> {
    return fetch(`${this.url}${path}`);
  }

  async text(path: string): Promise<string> {
    const response = await this.get(path);
    assert.ok(response.ok, `${path}: ${response.status}`);
    return response.text();
  }

  /** Submits as a client does. */
  async post(transaction: Uint8Array, query = ''): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
    const response = await fetch(`${this.url}/api/v1/transactions${query}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: transaction,
    });
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
  }
}

export class AgencyNetwork {
  readonly dir: string;
  readonly agencies: readonly Agency[];
  readonly officers: DemoOfficers;
  readonly origin: string;
  readonly #more: Agency[] = [];
  #serial = 0;

  private constructor(dir: string, agencies: readonly Agency[], officers: DemoOfficers, origin: string) {
    this.dir = dir;
    this.agencies = agencies;
    this.officers = officers;
    this.origin = origin;
  }

  /** Founded, amended, joined, running. `options`: of each node. */
  static async found(count: number, options: (n: number) => Partial<StartOptions> = () => ({})): Promise<AgencyNetwork> {
    const dir = mkdtempSync(join(tmpdir(), 'tabularium-network-'));
    const agencies = (await foundDemoNetwork(dir, count)).map((node, n) => new Agency(node, options(n)));
    const [first, ...others] = agencies as [Agency, ...Agency[]];
    await first.start();
    const { origin } = first.node;
    for (const { dir: own } of others) await joinNetwork({ dir: own, from: first.entry.validator.exchange, origin });
    await Promise.all(others.map((agency) => agency.start()));
    return new AgencyNetwork(dir, agencies, DemoOfficers.load(join(first.dir, 'officers')), origin);
  }

  /** The keys of one more agency's node in a folder of its own; what the charter says of it is then `entry`. */
  async agency(name: string, power: number, options: Partial<StartOptions> = {}): Promise<Agency> {
    const dir = join(this.dir, `${name}-${++this.#serial}`);
    const [port, peer, exchange] = await freePorts(3);
    await makeAgencyNode({
      ...{ program: cometProgram(), dir, agency: name, power, peer: `127.0.0.1:${peer}` },
      ...{ exchange: `https://127.0.0.1:${exchange}`, url: `http://127.0.0.1:${port}` },
    });
    const agency = new Agency({ agency: name, dir, port: port! }, options);
    this.#more.push(agency);
    return agency;
  }

  /** A transaction that is accepted whenever it comes, another one each time. */
  write(): Uint8Array {
    const body = {
      action: 'kernel.charter.amend',
      body: { limits: { maxExpirySeconds: 86_400 - ++this.#serial, maxLagMs: 2_000, proposalDays: 14 } },
    };
    return this.sign('mayor', 'kernel.propose', body);
  }

  sign(post: string, action: string, body: JsonObject): Uint8Array {
    return this.officers.sign(post, { ledger: this.origin, action, body });
  }

  /** Signed by as many officers as the charter asks for; at the first node that runs. */
  async amend(change: Amendment, agency: Agency = this.agencies[0]!): Promise<void> {
    await amendCharter(change, agency.node, this.officers);
  }

  /** Every node that runs has come to the same height, and the same state. */
  async level(agencies: readonly Agency[] = this.agencies): Promise<void> {
    await until(() => {
      const heads = agencies.map(({ node }) => node.storage.head());
      return new Set(heads.map(({ seal }) => seal)).size === 1;
    });
  }

  async dispose(): Promise<void> {
    const all = [...this.agencies, ...this.#more];
    for (const agency of all) await agency.turned();
    await Promise.all(all.map((agency) => agency.stop()));
    if (existsSync(this.dir)) rmSync(this.dir, { recursive: true, force: true });
  }
}

export async function until(condition: () => boolean | Promise<boolean>, seconds = 150): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await delay(50)) if (await condition()) return;
  assert.fail(`not within ${seconds} s: ${condition}`);
}

/** Sends until it is in: a node that is behind, or hears nothing, says so, and the same bytes may be sent again. */
export async function submitUntilIn(agency: Agency, transaction: Uint8Array): Promise<Extract<Outcome, { readonly index: number }>> {
  let outcome: Outcome | undefined;
  await until(async () => {
    outcome = await agency.node.engine.submit(transaction);
    return outcome.kind !== 'busy';
  });
  assert.ok(outcome !== undefined && (outcome.kind === 'accepted' || outcome.kind === 'repeated'), JSON.stringify(outcome));
  return outcome;
}

export const PROPOSALS = 'kernel/proposal/';

/** Once it is told to, it writes another number into every new proposal. */
export class DefectiveMachine extends Machine {
  isDefective = false;

  constructor() {
    super({ catalogue, bindings, crypto: nodeCrypto });
  }

  override execute(input: BlockInput, state: StateReader): BlockResult {
    const result = super.execute(input, state);
    if (!this.isDefective) return result;
    const writes = new Map(
      [...result.writes].map(([key, value]) => [key, key.startsWith(PROPOSALS) && value !== null ? altered(value) : value]),
    );
    return { ...result, writes };
  }
}

function altered(value: string): string {
  const parsed = parseJson(value);
  assert.ok(parsed.ok);
  return canonicalJson({ ...(parsed.value as JsonObject), needed: 99 });
}
