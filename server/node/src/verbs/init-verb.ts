/** `init`: charter, node keys and block 1 in one go (issue 3 §2). Officers' keys are made on the officers' own devices; `--demo` makes all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { type Charter, type CharterDraft, type EnrolledKey, EnrolledKeySchema, unreachableActions } from '@tabularium/kernel';
import { makeBodyChecker } from '@tabularium/protocol';
import { acceptCharter } from '../accept-charter.ts';
import { charterDigest } from '../charter-digest.ts';
import { dataDirectory } from '../data-directory.ts';
import { DemoOfficers } from '../demo-officers.ts';
import { type FoundingNode, foundLedger } from '../found-ledger.ts';
import { PROFILES, type Profile, type ProfileName, profileDraft } from '../founding-profiles.ts';
import { NodeFault } from '../node-fault.ts';
import { reachWords } from '../reach-words.ts';
import { dataOf, dataOption, textOf, textsOf, witnessOption } from './settings.ts';
import type { Verb, VerbCall } from './verb.ts';

const KEYS_NEEDED = 2;

export const initVerb: Verb = {
  help: `tabularium init --data DIR --name NAME [--profile town | small] [--officer ID=FILE …] [--demo]
                [--zone ZONE] [--holidays FILE] [--witness NAME=VKEY[,URL] …] [--url ADDRESS] [--log public | members]
                [--charter FILE]

Founds a ledger: makes the node's keys, the charter and its seal. Each officer makes two keys on a device of their own
(tabularium key new FILE), and gives you what is printed.

  --name NAME            the ledger's name, such as ledger.vellmere.example
  --profile town         ${PROFILES.town.title} (default)
  --profile small        ${PROFILES.small.title}
  --officer ID=FILE      public key of an officer, two for each: as printed by key new or key show with --json
  --demo                 make all officers' keys here, unprotected, and accept the charter with them: never for real work
  --zone ZONE            time zone (default Europe/Vienna)
  --holidays FILE        dates on which offices are closed, YYYY-MM-DD, one a line
  --witness NAME=VKEY    an outside witness, with its address after a comma if it is known
  --url ADDRESS          public address of this node
  --log members          entries for agencies and witnesses only (default public)
  --charter FILE         a draft of a charter in JSON instead of a profile, without nodes`,
  options: {
    ...dataOption,
    ...witnessOption,
    name: { type: 'string' },
    profile: { type: 'string' },
    officer: { type: 'string', multiple: true },
    demo: { type: 'boolean' },
    zone: { type: 'string' },
    holidays: { type: 'string' },
    url: { type: 'string' },
    log: { type: 'string' },
    charter: { type: 'string' },
  },
  async run(call) {
    const dir = dataOf(call, call.positionals[0]);
    const place = dataDirectory(dir);
    const demo = call.values.demo === true ? DemoOfficers.make(Object.keys(PROFILES[profileOf(call)].posts)) : undefined;
    const charter = foundLedger({ dir, draft: draftOf(call, demo) });
    if (demo !== undefined) {
      demo.save(place.officers);
      await acceptCharter(dir, charter, demo);
    }
    say(charter, dir, demo !== undefined, call);
    for (const words of unreachableWords(charter)) call.console.note(words);
    return undefined;
  },
};

function profileOf(call: VerbCall): ProfileName {
  const name = textOf(call, 'profile') ?? 'town';
  if (!Object.hasOwn(PROFILES, name)) throw new NodeFault('usage', `--profile is one of ${Object.keys(PROFILES).join(', ')}`);
  return name as ProfileName;
}

function draftOf(call: VerbCall, demo: DemoOfficers | undefined): (node: FoundingNode) => CharterDraft {
  const file = textOf(call, 'charter');
  const url = textOf(call, 'url');
  if (file !== undefined) {
    const draft = readJson(file) as CharterDraft;
    const agency = Object.keys(draft.agencies ?? {})[0] ?? '';
    return (node) => ({ ...draft, nodes: { 'node-1': { agency, ...node, ...(url === undefined ? {} : { url }) } } });
  }
  const profile = profileOf(call);
  const name = textOf(call, 'name');
  if (name === undefined) throw new NodeFault('usage', 'a ledger needs a name: --name ledger.vellmere.example', { next: 'init --help' });
  const keys = demo === undefined ? givenKeys(call, PROFILES[profile]) : demo.enrolled;
  const log = textOf(call, 'log') ?? 'public';
  if (log !== 'public' && log !== 'members') throw new NodeFault('usage', '--log is public or members');
  const holidays = holidaysOf(call);
  const zone = textOf(call, 'zone') ?? 'Europe/Vienna';
  const witnesses = witnessesNamed(call);
  return (node) => {
    try {
      return profileDraft({
        profile,
        name,
        zone,
        holidays,
        keys,
        witnesses,
        log,
        node,
        now: Date.now(),
        ...(url === undefined ? {} : { url }),
      });
    } catch (cause) {
      throw new NodeFault('input-invalid', (cause as Error).message, { cause });
    }
  };
}

/** Two keys or more for every post; says of all posts what is missing, not only of the first. */
function givenKeys(call: VerbCall, profile: Profile): Readonly<Record<string, readonly EnrolledKey[]>> {
  const keys: Record<string, EnrolledKey[]> = Object.fromEntries(Object.keys(profile.posts).map((post) => [post, []]));
  for (const given of textsOf(call, 'officer')) {
    const [, post = '', path = ''] = /^([^=]+)=(.+)$/.exec(given) ?? [];
    const known = keys[post];
    if (known === undefined) throw new NodeFault('usage', `--officer ${given}: the posts are ${Object.keys(keys).join(', ')}`);
    known.push(...readKeys(path));
  }
  const missing = Object.entries(keys).flatMap(([post, { length }]) => (length < KEYS_NEEDED ? [`${post} (${KEYS_NEEDED - length})`] : []));
  if (missing.length > 0) {
    throw new NodeFault('input-invalid', `keys are missing of: ${missing.join(', ')}`, {
      next: 'key new FILE, twice for each officer, on the officer’s own device; then init --officer ID=FILE …',
    });
  }
  return keys;
}

/** A public key as `key new --json` prints it, a bare JWK, an enrolled key (a passkey's too), or a list of any of them. */
function readKeys(path: string): EnrolledKey[] {
  const isKey = makeBodyChecker(EnrolledKeySchema);
  return [readJson(path)].flat(1).map((value) => {
    const { kind, jwk, kty } = value as { readonly kind?: unknown; readonly jwk?: unknown; readonly kty?: unknown };
    const key =
      kty !== undefined ? { kind: 'es256', jwk: publicPart(value) } : kind === undefined ? { kind: 'es256', jwk: publicPart(jwk) } : value;
    const fits = isKey(key);
    if (!fits.ok) throw new NodeFault('input-invalid', `${path} holds no public key: key${fits.path} ${fits.message}`);
    return key as EnrolledKey;
  });
}

/** The four members of a public P-256 key. A private one is refused: it should never have left its owner's device. */
function publicPart(value: unknown): object {
  const { kty, crv, x, y, d } = (value ?? {}) as Record<string, unknown>;
  if (d !== undefined)
    throw new NodeFault('input-invalid', 'this is a private key; ask for the public part (tabularium key show FILE --json)');
  return { kty, crv, x, y };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new NodeFault('input-invalid', `${path} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
}

function holidaysOf(call: VerbCall): readonly string[] {
  const path = textOf(call, 'holidays');
  if (path === undefined) return [];
  const days = readFileSync(path, 'utf8')
    .split(/\s+/)
    .filter((day) => day !== '');
  const wrong = days.find((day) => !/^\d{4}-\d{2}-\d{2}$/.test(day));
  if (wrong !== undefined) throw new NodeFault('input-invalid', `${path}: ${wrong} is no date`);
  return days;
}

function witnessesNamed(call: VerbCall): CharterDraft['witnesses'] {
  return Object.fromEntries(
    textsOf(call, 'witness').map((text) => {
      const [, name = '', vkey = '', url] = /^([a-z0-9.-]+)=([^,]+)(?:,(https?:\/\/.+))?$/.exec(text) ?? [];
      if (name === '') throw new NodeFault('usage', `a witness is given as NAME=VKEY or NAME=VKEY,URL, not ${text}`);
      return [name, url === undefined ? { vkey } : { vkey, url }];
    }),
  );
}

/** What this charter's officers could never sign together, said at the one moment when it costs nothing to mend. */
function unreachableWords(charter: Charter): string[] {
  const { officers } = charter;
  return unreachableActions({ charter, officers: Object.values(officers), catalogue, height: 1, time: Date.now() }).map(
    (one) => `warning: ${reachWords(one)}`,
  );
}

function say(charter: Charter, dir: string, accepted: boolean, { console }: VerbCall): void {
  const { origin, founding } = charter;
  const digest = charterDigest(charter, nodeCrypto);
  const value = { origin, charter: digest, dir, founders: founding.officers, quorum: founding.quorum, accepted };
  const keys = `The node's keys lie in ${join(dir, 'keys')}. Copy them to a safe place now: no backup holds them unless you say so.`;
  const next = accepted
    ? `next:  tabularium start --data ${dir}\n       officers' keys (demo only): ${join(dir, 'officers')}`
    : `next:  1. tabularium start --data ${dir}
       2. ${founding.quorum} of ${founding.officers.join(', ')} read ${join(dir, 'charter.json')} and accept it, each with
          tabularium tx sign kernel.charter.accept --body '{"charter":"${digest}"}' --submit --key FILE`;
  console.say('founded', value, `founded ${origin}\n${keys}\n${next}`);
}
