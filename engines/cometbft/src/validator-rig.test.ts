/** Validators with CometBFT itself, each on a folder of its own, with everything that ends and begins again. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateNodeKeys, nodeCrypto, nodeSigner, nodeVkeys } from '@tabularium/crypto';
import { CounterMachine, counterAdmit, counterGenesis, COUNTER_ORIGIN as ORIGIN, totalKey } from '@tabularium/engine-port/contract';
import { initialise } from '@tabularium/engine-port/genesis';
import { openSqliteStorage, type SqliteStorage } from '@tabularium/store';
import { type AbciServer, serveAbci } from './abci-server.ts';
import { type CometEngine, openCometEngine } from './comet-engine.ts';
import { type CometHome, makeKeys, type ValidatorKey, writeHome } from './comet-home.ts';
import { CometProcess } from './comet-process.ts';

const setup = spawnSync(fileURLToPath(new URL('../../../tools/setup-cometbft.sh', import.meta.url)), { encoding: 'utf8' });
/** CometBFT's program; undefined where there is no Go to build it with. */
export const program = setup.status === 0 ? setup.stdout.trim() : undefined;
/** Why there is none. */
export const whyNot = setup.stderr.trim();
if (program === undefined && setup.status !== 77) throw new Error(whyNot);

export class Validator {
  readonly dir = mkdtempSync(join(tmpdir(), 'tabularium-validator-'));
  readonly #keys = generateNodeKeys();
  readonly #port: number;
  readonly reports: unknown[] = [];
  readonly origin = ORIGIN;
  readonly now = Date.now;
  storage!: SqliteStorage;
  engine!: CometEngine;
  comet!: CometProcess;
  #server!: AbciServer;

  private constructor(port: number) {
    this.#port = port;
  }

  /** A ledger of so many validators, founded and running. `acquainted`: whether they are told of each other. */
  static async found(count: number, acquainted = true): Promise<Validator[]> {
    const validators = [];
    for (let n = 0; n < count; n++) validators.push(new Validator(await freePort()));
    const keys: ValidatorKey[] = [];
    for (const { home } of validators) keys.push(await makeKeys(home([])));
    const peers = acquainted ? validators.map(({ peer }) => peer) : [];
    const time = Date.now();
    for (const [n, one] of validators.entries()) {
      await writeHome(one.home(peers.filter((_, m) => m !== n)), { chainId: 'counters', time, validators: keys });
      one.#openStorage();
      initialise(one.#options(), counterGenesis(time, nodeCrypto));
    }
    await Promise.all(validators.map((one) => one.#open()));
    return validators;
  }

  readonly home = (peers: readonly string[]): CometHome => ({
    program: program!,
    dir: join(this.dir, 'comet'),
    abciPath: join(this.dir, 'abci.sock'),
    rpcPath: join(this.dir, 'rpc.sock'),
    peerAddress: `127.0.0.1:${this.#port}`,
    peers,
  });

  /** As others call it. */
  get peer(): string {
    return `${this.#nodeId()}@127.0.0.1:${this.#port}`;
  }

  get total(): number {
    return (JSON.parse(this.storage.get(totalKey('visits')) ?? '{"total":0}') as { total: number }).total;
  }

  /** CometBFT is killed, the application closed. */
  async kill(): Promise<void> {
    process.kill(this.comet.pid!, 'SIGKILL');
    await this.comet.ended();
    await this.#close();
  }

  /** CometBFT and the application end in that order. */
  async stop(): Promise<void> {
    await this.comet.stop();
    await this.#close();
  }

  async start(): Promise<void> {
    this.#openStorage();
    await this.#open();
  }

  dispose(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  #nodeId(): string {
    return execFileSync(program!, ['show-node-id', '--home', join(this.dir, 'comet')], { encoding: 'utf8' }).trim();
  }

  #openStorage(): void {
    this.storage = openSqliteStorage(join(this.dir, 'ledger'), { sha256: nodeCrypto.sha256 });
  }

  #options() {
    return {
      storage: this.storage,
      machine: new CounterMachine(),
      admit: counterAdmit(nodeCrypto),
      clock: Date.now,
      signer: nodeSigner(this.#keys),
      crypto: nodeCrypto,
      origin: ORIGIN,
      chainId: 'counters',
      vkeys: nodeVkeys(this.#keys, ORIGIN, `${ORIGIN}/node`),
      keyOf: () => undefined,
      report: (error: unknown) => void this.reports.push(error),
    };
  }

  async #open(): Promise<void> {
    this.engine = openCometEngine(this.#options());
    const home = this.home([]);
    const report = (error: unknown): void => void this.reports.push(error);
    this.#server = await serveAbci({ path: home.abciPath, handlers: this.engine.handlers, report });
    this.comet = await CometProcess.start(home);
    this.engine.start(this.comet.rpc);
  }

  async #close(): Promise<void> {
    await this.#server.close();
    this.storage.close();
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  return port;
}
