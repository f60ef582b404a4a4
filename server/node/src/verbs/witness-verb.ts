/** `witness`: an auditor's machine that cosigns the checkpoints of other people's ledgers (C2SP tlog-witness), and never forgets one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import { parseVkey } from '@tabularium/log';
import { type Sighting, startWitness, WitnessName, WitnessRunning, watchLedger } from '@tabularium/witness';
import { writeWhole } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';
import { dataOf, dataOption, numberOf, textIn, textOf, textsOf } from './settings.ts';
import type { Verb, VerbCall } from './verb.ts';

const DEFAULT_PORT = 8081;
const WATCH_EVERY_MS = 60_000;
const TIMEOUT_MS = 10_000;

export const witnessVerb: Verb = {
  help: `tabularium witness --data DIR --name NAME [--log VKEY | --log URL …] [--watch URL …] [--host ADDRESS] [--port N]

Runs a witness: it cosigns what follows from what it has seen, and keeps evidence of what does not.

  --data DIR      the witness's own directory (TABULARIUM_DATA)
  --name NAME     its name, such as audit.example/w1; needed at the first start, fixed from then on
  --log VKEY      verifier key of a ledger it vouches for; or the ledger's address, to take the key from there now (compare
                  it with the charter). Remembered from start to start
  --watch URL     look for itself, each minute, at what this ledger shows to everyone
  --host, --port  where it listens (default 127.0.0.1, ${DEFAULT_PORT})`,
  options: {
    ...dataOption,
    name: { type: 'string' },
    log: { type: 'string', multiple: true },
    watch: { type: 'string', multiple: true },
    host: { type: 'string' },
    port: { type: 'string' },
  },
  async run(call) {
    const { console } = call;
    const dir = dataOf(call, call.positionals[0]);
    const logs = await knownLogs(dir, textsOf(call, 'log'), call);
    const name = textOf(call, 'name');
    const witness = await opened(() =>
      startWitness({
        dir,
        logs,
        host: textOf(call, 'host') ?? textIn(call.env, 'TABULARIUM_HOST') ?? '127.0.0.1',
        port: numberOf(call, 'port', 'TABULARIUM_PORT', 0, 65_535) ?? DEFAULT_PORT,
        ...(name === undefined ? {} : { name }),
        onEvidence: (origin, { reason, note }) =>
          console.say(
            'evidence',
            { origin, reason, note },
            `EVIDENCE against ${origin} (${reason}): it signed two histories. Kept in ${dir}.`,
          ),
        onFault: (error) => console.note(error.message),
      }),
    );
    const ending = new AbortController();
    const ended = new Promise<void>((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
    });
    const watching = textsOf(call, 'watch').map((ledgerUrl) =>
      watchLedger({
        ledgerUrl,
        witness: witness.witness,
        crypto: nodeCrypto,
        everyMs: WATCH_EVERY_MS,
        signal: ending.signal,
        onSighting: (sighting) => saySighting(sighting, ledgerUrl, call),
      }),
    );
    const { url, vkey } = witness;
    console.say(
      'ready',
      { url, vkey, logs: logs.length, pid: process.pid },
      `witness ${vkey}\nlistens on ${url}, vouches for ${logs.length} ledger${logs.length === 1 ? '' : 's'}`,
    );
    await ended;
    ending.abort();
    await Promise.all(watching);
    await witness.close();
    console.say('stopped', {}, 'stopped');
    return undefined;
  },
};

async function opened<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    if (cause instanceof WitnessRunning) throw new NodeFault('directory-in-use', cause.message, { cause });
    if (cause instanceof WitnessName || cause instanceof RangeError) throw new NodeFault('usage', cause.message, { cause });
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')
      throw new NodeFault('address-in-use', cause.message, { cause });
    throw cause;
  }
}

/** The ledgers vouched for, those of earlier starts and those given now. */
async function knownLogs(dir: string, given: readonly string[], { console }: VerbCall): Promise<readonly string[]> {
  const path = join(dir, 'logs.txt');
  const known = existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
  const added: string[] = [];
  for (const one of given) {
    const vkey = /^https?:\/\//.test(one) ? await fetchKey(one) : one;
    if (parseVkey(vkey, nodeCrypto)?.type !== 0x01) throw new NodeFault('usage', `${vkey} is no log key (a vkey of type 01)`);
    if (vkey !== one) console.note(`took the key ${vkey} from ${one}; compare it with the ledger's charter`);
    added.push(vkey);
  }
  const all = [...new Set([...known, ...added])];
  if (all.length > known.length) writeWhole(path, all.map((vkey) => `${vkey}\n`).join(''));
  return all;
}

async function fetchKey(url: string): Promise<string> {
  const address = `${url.replace(/\/+$/, '')}/log/vkey`;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    return (await response.text()).trim();
  } catch (cause) {
    throw new NodeFault('input-invalid', `${address} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function saySighting(sighting: Sighting, ledgerUrl: string, { console }: VerbCall): void {
  if (sighting.kind === 'smaller') {
    console.say(
      'sighting',
      { ledgerUrl, ...sighting },
      `WARNING: ${ledgerUrl} shows ${sighting.size} leaves, and ${sighting.seen} were cosigned`,
    );
  } else if (sighting.kind === 'refused') {
    console.say(
      'sighting',
      { ledgerUrl, ...sighting },
      `WARNING: what ${ledgerUrl} shows does not follow from what was cosigned (${sighting.detail})`,
    );
  } else if (sighting.kind === 'unreachable') console.note(`${ledgerUrl}: ${sighting.detail}`);
}
