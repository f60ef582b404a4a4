/** `sandbox`: a ledger for training, founded, run, and laid back every night (docs/operate/training.md). */
import { readFileSync } from 'node:fs';
import { logSerializers } from '@tabularium/api';
import { pino } from 'pino';
import { BUILT_PORTAL } from '../built-portal.ts';
import { PROFILES, type ProfileName } from '../founding-profiles.ts';
import { NodeFault } from '../node-fault.ts';
import type { SandboxSource } from '../sandbox/found-sandbox.ts';
import { type RunningSandbox, runSandbox } from '../sandbox/run-sandbox.ts';
import { DEFAULT_PORT, dataOf, dataOption, numberOf, textIn, textOf } from './settings.ts';
import type { Verb, VerbCall } from './verb.ts';
import { WEB_HELP, webOf, webOptions } from './web-settings.ts';

const DEFAULT_HOUR = 3;
const LOOK_MS = 30_000;

export const sandboxVerb: Verb = {
  help: `tabularium sandbox --data DIR [--charter FILE | --profile town | small] [--zone ZONE] [--hour N] [--reset]
                   [--host ADDRESS] [--port N] [--public-url URL] [--behind-proxy ADDRESSES] [--writes-per-minute N]

Runs a ledger for training until it is told to end: your charter under a name for training (its host ends in .test), invented officers in
every post, whose keys every page may use. The first start founds it; every night it is laid back to what it was then.

  --data DIR               a folder of its own, new or empty at first (TABULARIUM_DATA): today/, beginning/, yesterday/
  --charter FILE           a ledger's charter.json, or a draft of one: all but its people, nodes and witnesses is taken over
  --profile town           instead: ${PROFILES.town.title} (default)
  --profile small          instead: ${PROFILES.small.title}
  --zone ZONE              time zone of a profile (default Europe/Vienna)
  --hour N                 lay it back at this hour of the office's clocks (default ${DEFAULT_HOUR})
  --reset                  lay it back now, before it opens
  --host ADDRESS           where to listen (TABULARIUM_HOST; default 127.0.0.1, this machine only)
  --port N                 the port (TABULARIUM_PORT; default ${DEFAULT_PORT}; 0 for any)
${WEB_HELP}`,
  options: {
    ...dataOption,
    charter: { type: 'string' },
    profile: { type: 'string' },
    zone: { type: 'string' },
    hour: { type: 'string' },
    reset: { type: 'boolean' },
    host: { type: 'string' },
    port: { type: 'string' },
    ...webOptions,
  },
  async run(call) {
    const { console } = call;
    const ended = new Ending();
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => ended.end(undefined));
    const sandbox = await runSandbox({
      dir: dataOf(call, call.positionals[0]),
      source: sourceOf(call),
      hour: numberOf(call, 'hour', 'TABULARIUM_SANDBOX_HOUR', 0, 23) ?? DEFAULT_HOUR,
      reset: call.values.reset === true,
      node: {
        host: textOf(call, 'host') ?? textIn(call.env, 'TABULARIUM_HOST') ?? '127.0.0.1',
        port: numberOf(call, 'port', 'TABULARIUM_PORT', 0, 65_535) ?? DEFAULT_PORT,
        logger: pino({ level: 'warn', serializers: logSerializers }, pino.destination(2)),
        report: (error) => console.note(error instanceof Error ? error.message : String(error)),
        onStop: (fault) => ended.end(fault),
        onStopAsked: () => ended.end(undefined),
        web: webOf(call),
        portal: BUILT_PORTAL,
      },
      onLaidBack: (next) =>
        console.say('laid-back', { next }, `laid back to its beginning; what was there lies in yesterday/ until ${instant(next)}`),
    });
    say(sandbox, call);
    const look = setInterval(() => void sandbox.look().catch((error: unknown) => ended.end(error)), LOOK_MS);
    const why = await ended.came;
    clearInterval(look);
    await sandbox.close();
    if (why !== undefined) throw why;
    console.say('stopped', {}, 'stopped');
    return undefined;
  },
};

/** A signal, or what keeps it from going on; the first counts. */
class Ending {
  readonly #promise = Promise.withResolvers<unknown>();
  readonly came = this.#promise.promise;

  end(why: unknown): void {
    this.#promise.resolve(why);
  }
}

function sourceOf(call: VerbCall): SandboxSource {
  const [file, profile] = [textOf(call, 'charter'), textOf(call, 'profile')];
  if (file !== undefined && profile !== undefined) throw new NodeFault('usage', '--charter or --profile, not both');
  if (file !== undefined) return { charter: readJson(file) };
  const name = profile ?? 'town';
  if (!Object.hasOwn(PROFILES, name)) throw new NodeFault('usage', `--profile is one of ${Object.keys(PROFILES).join(', ')}`);
  return { profile: name as ProfileName, zone: textOf(call, 'zone') ?? 'Europe/Vienna' };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new NodeFault('input-invalid', `${path} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
}

function say({ node: { url, origin }, next }: RunningSandbox, { console }: VerbCall): void {
  const words = `${origin} listens on ${url}, for training: nothing in it has an effect\nlaid back next at ${instant(next)}`;
  console.say('ready', { url, origin, next, pid: process.pid }, words);
}

function instant(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
