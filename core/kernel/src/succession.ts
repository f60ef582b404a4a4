/**
 * Succession (DESIGN §4): a ledger that cannot go on ends, and another one carries its state. The successor's charter is leaf 0 of a log of
 * its own and names what it succeeds; its genesis state is the predecessor's records, byte for byte, under a charter and a founding of its
 * own. So whoever has the predecessor's log can make the successor's first state root anew, and nothing in it rests on anyone's word.
 */
import type { Crypto } from '@tabularium/protocol';
import { type Charter, type CharterDraft, CharterFault, CharterSections } from './charter.ts';
import { charterFounded, foldCharter, type Genesis } from './genesis.ts';
import type { StateReader } from './machine-types.ts';
import { CHARTER_KEY, type CharterRecord, type KeyRecord, keyKey, type OfficerRecord } from './records.ts';

/** Officers and their keys in state lie under this prefix. */
const OFFICERS = 'kernel/officer/';
const OFFICERS_END = 'kernel/officer0';
const PAGE = 500;
/** What a charter asks of each officer it lists. */
const KEYS_NEEDED = 2;

export interface SuccessorDraft {
  /** State of the predecessor as it is carried over. */
  readonly state: StateReader;
  readonly predecessor: NonNullable<Charter['predecessor']>;
  /** Nodes of the successor, with fresh keys. */
  readonly nodes: CharterDraft['nodes'];
  /** Who must accept it: at least two officers, so that no one continues a ledger alone. */
  readonly founding: CharterDraft['founding'];
}

/**
 * The charter that continues a ledger: its charter in force, and of the officers those who accept it, for leaf 0 has little room; all of
 * them are carried over with the state. Module versions keep the one in force and count heights anew.
 */
export function successorDraft({ state, predecessor, nodes, founding }: SuccessorDraft): CharterDraft {
  const record = chartered(state);
  const sections = Object.fromEntries(Object.keys(CharterSections).map((name) => [name, record[name as keyof CharterRecord]]));
  const modules = Object.fromEntries(
    Object.entries(record.modules).flatMap(([name, versions]) => {
      const version = versions.filter(({ from }) => from <= predecessor.height).at(-1)?.version;
      return version === undefined ? [] : [[name, [{ version, from: 0 }]]];
    }),
  );
  const { name, log } = record;
  const founders = possibleFounders(state);
  const officers = Object.fromEntries(founding.officers.flatMap((id) => (Object.hasOwn(founders, id) ? [[id, founders[id]]] : [])));
  return { ...sections, name, log, nodes, modules, officers, founding, predecessor } as unknown as CharterDraft;
}

/** Who can accept a successor's charter: active officers with two keys or more, as a charter lists them. */
export function possibleFounders(state: StateReader): CharterDraft['officers'] {
  const { agencies, roles, offices } = chartered(state);
  const listed: Record<string, CharterDraft['officers'][string]> = {};
  for (const [key, officer] of officersIn(state)) {
    if (officer.kind !== 'officer' || officer.status !== 'active' || officer.keys.length < KEYS_NEEDED) continue;
    if (!Object.hasOwn(agencies, officer.agency)) continue;
    listed[key.slice(OFFICERS.length)] = {
      agency: officer.agency,
      keys: officer.keys.map((kid) => enrolled(state.get(keyKey(kid)), kid)),
      // An amendment may have dropped what an officer's record still names.
      roles: officer.roles.filter(({ role, office }) => Object.hasOwn(roles, role) && Object.hasOwn(offices, office)),
    };
  }
  return listed;
}

function chartered(state: StateReader): CharterRecord {
  const text = state.get(CHARTER_KEY);
  if (text === undefined) throw new CharterFault('the predecessor has no charter in its state');
  return JSON.parse(text) as CharterRecord;
}

function* officersIn(state: StateReader): Generator<readonly [key: string, officer: OfficerRecord]> {
  for (let start = OFFICERS; ; ) {
    const page = state.scan(start, OFFICERS_END, PAGE);
    for (const [key, value] of page) yield [key, JSON.parse(value) as OfficerRecord];
    if (page.length < PAGE) return;
    start = `${page.at(-1)![0]}\u0000`;
  }
}

function enrolled(text: string | undefined, kid: string): CharterDraft['officers'][string]['keys'][number] {
  if (text === undefined) throw new CharterFault(`the key ${kid} of an officer is not in the state`);
  const key = JSON.parse(text) as KeyRecord;
  return key.kind === 'es256' ? { kind: key.kind, jwk: key.jwk } : { kind: key.kind, jwk: key.jwk, rpId: key.rpId, origins: key.origins };
}

/**
 * Block 1 of a successor: every record of the predecessor as it stands, but charter and founding, which are the successor's own; their
 * revisions count on. Its one event tells of these two. Everybody else is in the predecessor's events, which lists fold before this.
 * `carried` are all records, key and canonical value, in any order.
 */
export function successorGenesis(
  charter: Charter,
  time: number,
  crypto: Crypto,
  carried: Iterable<readonly [key: string, value: string]>,
): Genesis {
  if (charter.predecessor === undefined) throw new CharterFault('the charter names no predecessor');
  const records = new Map(carried);
  const before: StateReader = { get: (key) => records.get(key), scan: () => [] };
  const last = records.get(CHARTER_KEY);
  const founded = charterFounded(charter, last === undefined ? undefined : (JSON.parse(last) as CharterRecord), crypto);
  const { writes, events } = foldCharter(charter, [founded], { time, crypto, before });
  for (const [key, value] of writes) if (value !== null) records.set(key, value);
  return { writes: new Map([...records.keys()].sort().map((key) => [key, records.get(key)!])), events };
}
