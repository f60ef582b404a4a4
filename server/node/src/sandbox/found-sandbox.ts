/**
 * The ledger that a sandbox begins as: an office's own charter (its posts, roles, offices, modules, limits), under a name for training, and in
 * every post an invented officer whose keys are made here. Nobody real is enrolled, and no real key can sign in it.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { catalogue } from '@tabularium/catalogue';
import type { CharterDraft } from '@tabularium/kernel';
import { isTrainingOrigin } from '@tabularium/log';
import { acceptCharter } from '../accept-charter.ts';
import { dataDirectory } from '../data-directory.ts';
import { DemoOfficers } from '../demo-officers.ts';
import { type FoundingNode, foundLedger } from '../found-ledger.ts';
import { PROFILES, type ProfileName, profileDraft } from '../founding-profiles.ts';
import { NodeFault } from '../node-fault.ts';
import type { SandboxPlace } from './sandbox-place.ts';

/** A charter as it lies beside a ledger, a draft of one, or a ready-made profile. */
export type SandboxSource = { readonly charter: unknown } | { readonly profile: ProfileName; readonly zone: string };

const TERM_YEARS = 4;

/** Found once; what was begun and not finished begins again. Throws `NodeFault` `input-invalid` for a charter that is none. */
export async function foundSandbox({ beginning }: SandboxPlace, source: SandboxSource, now: number): Promise<void> {
  if (existsSync(beginning)) return;
  const dir = `${beginning}.new`;
  rmSync(dir, { recursive: true, force: true });
  const posts = 'profile' in source ? Object.keys(PROFILES[source.profile].posts) : postsOf(source.charter);
  const officers = DemoOfficers.make(posts);
  const charter = foundLedger({
    dir,
    draft: (node) => ('profile' in source ? fromProfile(source, officers, node, now) : fromCharter(source.charter, officers, node, now)),
  });
  officers.save(dataDirectory(dir).officers);
  await acceptCharter(dir, charter, officers);
  renameSync(dir, beginning);
}

function postsOf(charter: unknown): readonly string[] {
  const { officers } = (charter ?? {}) as { readonly officers?: unknown };
  if (typeof officers !== 'object' || officers === null || Object.keys(officers).length === 0)
    throw new NodeFault('input-invalid', 'the charter names no officers: give a ledger’s charter.json, or a draft of one');
  return Object.keys(officers);
}

type Source<K extends string> = Extract<SandboxSource, Readonly<Record<K, unknown>>>;

function fromProfile({ profile, zone }: Source<'profile'>, officers: DemoOfficers, node: FoundingNode, now: number): CharterDraft {
  try {
    const keys = officers.enrolled;
    return profileDraft({ profile, name: 'training.test', zone, holidays: [], keys, witnesses: {}, log: 'public', node, now });
  } catch (cause) {
    throw new NodeFault('input-invalid', (cause as Error).message, { cause });
  }
}

/** What is left out belongs to the real ledger: whom it succeeds, its nodes, its witnesses. */
function fromCharter(charter: unknown, invented: DemoOfficers, node: FoundingNode, now: number): CharterDraft {
  try {
    const { origin: _, predecessor: _before, ...given } = charter as CharterDraft & { readonly origin?: string };
    const until = Date.UTC(new Date(now).getUTCFullYear() + TERM_YEARS, 11, 31);
    const keys = invented.enrolled;
    const officers = Object.entries(given.officers).map(([post, { agency, roles }]): [string, CharterDraft['officers'][string]] => {
      const terms = roles.map(({ role, office }) => ({ role, office, until }));
      return [post, { agency, keys: [...(keys[post] ?? [])], roles: terms }];
    });
    const agency = Object.values(given.nodes ?? {})[0]?.agency ?? Object.keys(given.agencies)[0] ?? '';
    return {
      ...given,
      name: trainingName(given.name),
      officers: Object.fromEntries(officers),
      nodes: { 'node-1': { agency, ...node } },
      nodeQuorum: 1,
      witnesses: {},
      witnessQuorum: 0,
      modules: Object.fromEntries(Object.keys(given.modules).map((name) => [name, [{ version: versionOf(name), from: 0 }]])),
    };
  } catch (cause) {
    if (cause instanceof NodeFault) throw cause;
    throw new NodeFault('input-invalid', 'this is no charter: give a ledger’s charter.json, or a draft of one', { cause });
  }
}

/** The version that this node holds: what is learned today is what will be in force. */
function versionOf(module: string): number {
  const held = catalogue.find(({ name }) => name === module);
  if (held === undefined) throw new NodeFault('input-invalid', `the charter asks for the module ${module}, which this node does not have`);
  return held.version;
}

/** `ledger.vellmere.example/town` becomes `ledger.vellmere.example.test/town`. */
export function trainingName(name: string): string {
  if (isTrainingOrigin(name)) return name;
  const [host = '', ...path] = name.split('/');
  return [`${host}.test`, ...path].join('/');
}
