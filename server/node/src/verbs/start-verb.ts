/** `start`: run a node until a signal, or somebody over the admin socket, ends it. */
import { logSerializers } from '@tabularium/api';
import { pino } from 'pino';
import { BUILT_PORTAL } from '../built-portal.ts';
import { NodeFault } from '../node-fault.ts';
import { type RunningNode, type StartOptions, startNode } from '../start-node.ts';
import { networkOf } from './network/network-settings.ts';
import {
  aboutOf,
  DEFAULT_PORT,
  databaseOf,
  databaseOption,
  dataOf,
  dataOption,
  numberOf,
  textIn,
  textOf,
  webhookAllowOf,
  webhookAllowOption,
  witnessesOf,
  witnessOption,
} from './settings.ts';
import { VAULT_HELP, vaultOf, vaultOptions } from './vault-settings.ts';
import type { Verb, VerbCall } from './verb.ts';
import { WEB_HELP, webOf, webOptions } from './web-settings.ts';

const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'];

export const startVerb: Verb = {
  help: `tabularium start [--data DIR] [--host ADDRESS] [--port N] [--database-url URL] [--witness VKEY=URL …]
                 [--admission-threads N] [--queue N] [--queue-bytes N] [--peer-listen HOST:PORT] [--exchange-listen HOST:PORT]
                 [--vault-keys FOLDER] [--public-url URL] [--behind-proxy ADDRESSES] [--writes-per-minute N] [--staff FILE]

Runs the node of a data directory until it is told to end (SIGTERM, SIGINT).

  --data DIR               the data directory (TABULARIUM_DATA; default data/ledger)
  --host ADDRESS           where to listen (TABULARIUM_HOST; default 127.0.0.1, this machine only)
  --port N                 the port (TABULARIUM_PORT; default ${DEFAULT_PORT}; 0 for any)
  --database-url URL       PostgreSQL for the lists (DATABASE_URL; default: a file in the data directory)
  --witness VKEY=URL       a witness besides those that the charter names (TABULARIUM_WITNESSES, separated by commas)
  --admission-threads N    threads that check signatures (TABULARIUM_ADMISSION_THREADS; default: one less than there are cores)
  --queue N                transactions that may wait (TABULARIUM_QUEUE; default 10000), then 429
  --queue-bytes N          their bytes (TABULARIUM_QUEUE_BYTES; default 67108864)
  --peer-listen HOST:PORT, --exchange-listen HOST:PORT
                           where the other agencies' nodes reach this one, if not where the charter says (TABULARIUM_PEER_LISTEN,
                           TABULARIUM_EXCHANGE_LISTEN); CometBFT's program: TABULARIUM_COMETBFT
  --snapshot-blocks N      a snapshot for agencies' nodes that join, every so many blocks (TABULARIUM_SNAPSHOT_BLOCKS; default 10000)
  --webhook-allow HOST:PORT  a webhook's receiver that may be inside this network (TABULARIUM_WEBHOOK_ALLOW, separated by commas)
${VAULT_HELP}
${WEB_HELP}

TABULARIUM_CONTACT: an e-mail address that the pages name; TABULARIUM_LICENCE: the address of the open data's licence (CC BY 4.0).
TABULARIUM_LOG_LEVEL: silent, error, warn (default), info or debug; the log goes to standard error.`,
  options: {
    ...dataOption,
    ...witnessOption,
    ...databaseOption,
    ...webhookAllowOption,
    host: { type: 'string' },
    port: { type: 'string' },
    'admission-threads': { type: 'string' },
    queue: { type: 'string' },
    'queue-bytes': { type: 'string' },
    'peer-listen': { type: 'string' },
    'exchange-listen': { type: 'string' },
    'snapshot-blocks': { type: 'string' },
    ...vaultOptions,
    ...webOptions,
  },
  async run(call) {
    const { console } = call;
    const level = textIn(call.env, 'TABULARIUM_LOG_LEVEL') ?? 'warn';
    const logger = pino({ level: LEVELS.includes(level) ? level : 'warn', serializers: logSerializers }, pino.destination(2));
    let end: (why: Ended) => void = () => {};
    // Whenever it comes, also while a node is closed for another to go on.
    let isTold = false;
    const tell = (): void => {
      isTold = true;
      end('told');
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, tell);
    const options: StartOptions = {
      dir: dataOf(call, call.positionals[0]),
      host: textOf(call, 'host') ?? textIn(call.env, 'TABULARIUM_HOST') ?? '127.0.0.1',
      port: numberOf(call, 'port', 'TABULARIUM_PORT', 0, 65_535) ?? DEFAULT_PORT,
      ...databaseOf(call),
      vault: vaultOf(call),
      witnesses: witnessesOf(call),
      limits: limitsOf(call),
      ...threadsOf(call),
      logger,
      report: (error) => console.note(error instanceof Error ? error.message : String(error)),
      onStop: (fault) => {
        console.fault(fault);
        // What a fresh start mends ends the process, so that whoever supervises it starts it again. A witness that contradicts this log
        // is not mended by that: reading goes on, and nothing new is taken.
        if (fault.code === 'halted') end(fault);
      },
      onStopAsked: tell,
      onTermChange: () => end('term-change'),
      network: networkOf(call),
      web: webOf(call),
      portal: BUILT_PORTAL,
      webhookAllow: webhookAllowOf(call),
      about: aboutOf(call),
    };
    for (;;) {
      const ended = new Promise<Ended>((resolve) => {
        end = resolve;
      });
      const node = await startNode(options);
      say(node, call);
      const why = await ended;
      await node.close();
      if (why === 'term-change' && !isTold) {
        console.note('the charter has changed whose nodes run this ledger: this one goes on as it says now');
        continue;
      }
      console.say('stopped', {}, 'stopped');
      return why instanceof NodeFault ? why.exitCode : undefined;
    }
  },
};

type Ended = 'told' | 'term-change' | NodeFault;

function say({ url, origin, storage }: RunningNode, { console }: VerbCall): void {
  const { height, size } = storage.head();
  console.say('ready', { url, origin, height, size, pid: process.pid }, `${origin} listens on ${url} (height ${height}, ${size} leaves)`);
}

function limitsOf(call: VerbCall): { readonly queueCount?: number; readonly queueBytes?: number } {
  const queueCount = numberOf(call, 'queue', 'TABULARIUM_QUEUE', 1, 1_000_000);
  const queueBytes = numberOf(call, 'queue-bytes', 'TABULARIUM_QUEUE_BYTES', 65_536, 2 ** 32);
  return { ...(queueCount === undefined ? {} : { queueCount }), ...(queueBytes === undefined ? {} : { queueBytes }) };
}

function threadsOf(call: VerbCall): { readonly admissionThreads?: number } {
  const admissionThreads = numberOf(call, 'admission-threads', 'TABULARIUM_ADMISSION_THREADS', 1, 64);
  return admissionThreads === undefined ? {} : { admissionThreads };
}
