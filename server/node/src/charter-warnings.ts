/**
 * What an amendment would bring about that no rule forbids and nobody wants: a module version that this node lacks, so that it stops at a
 * height to come, and actions that could never gather their signers. Said in a dry run, and at the console once it stands in the charter.
 */
import type { CheckWarning } from '@tabularium/api';
import {
  CHARTER_KEY,
  type CharterRecord,
  type ModuleDefinition,
  missingVersions,
  type OfficerRecord,
  type StateReader,
  type Unreachable,
  unreachableActions,
} from '@tabularium/kernel';
import { type JsonObject, makeBodyChecker } from '@tabularium/protocol';
import { reachWords } from './reach-words.ts';

const AMEND = 'kernel.charter.amend';
const OFFICERS = 'kernel/officer/';
const OFFICERS_END = 'kernel/officer0';
const PAGE = 500;

export interface Standpoint {
  readonly state: StateReader;
  readonly catalogue: readonly ModuleDefinition[];
  /** Of the block to come. */
  readonly height: number;
  /** ms UTC. */
  readonly time: number;
}

/** Of an amendment, a proposal of one or an approval of one; nothing of any other act. */
export function amendmentWarnings(action: string, body: JsonObject, at: Standpoint): readonly CheckWarning[] {
  const sections = amendmentIn(action, body, at);
  if (sections === undefined) return [];
  const before = charterOf(at.state);
  const after: CharterRecord = { ...before, ...sections };
  const known = new Set(unreachable(before, at).map(({ permission }) => permission));
  return [
    ...versionWarnings(after, at),
    ...unreachable(after, at)
      .filter(({ permission }) => !known.has(permission))
      .map((one) => ({ code: 'signers-unreachable', text: reachWords(one) }) as const),
  ];
}

/** What the charter in force puts before a node that lacks a version. */
export function versionWarnings(charter: CharterRecord, { catalogue, height }: Omit<Standpoint, 'state' | 'time'>): CheckWarning[] {
  return missingVersions(charter.modules, catalogue, height).map(({ module, version, from }) => ({
    code: 'version-missing',
    text: `this node lacks version ${version} of module ${module}, in force from height ${from} on: it stops before that block until it is updated`,
  }));
}

export function charterOf(state: StateReader): CharterRecord {
  return JSON.parse(state.get(CHARTER_KEY)!) as CharterRecord;
}

/** The sections that an act would replace, where it is in form and about an amendment. */
function amendmentIn(action: string, body: JsonObject, { state, catalogue }: Standpoint): Partial<CharterRecord> | undefined {
  let [asked, content] = [action, body];
  if (action === 'kernel.propose') [asked, content] = [String(body.action), body.body as JsonObject];
  if (action === 'kernel.approve') {
    const proposal = state.get(`kernel/proposal/${String(body.proposal)}`);
    if (proposal === undefined) return undefined;
    const open = JSON.parse(proposal) as { readonly action: string; readonly body: JsonObject };
    [asked, content] = [open.action, open.body];
  }
  const schema = catalogue.find(({ name }) => name === 'kernel')?.actions['charter.amend']?.body;
  if (asked !== AMEND || schema === undefined || !makeBodyChecker(schema)(content).ok) return undefined;
  return content as unknown as Partial<CharterRecord>;
}

function unreachable(charter: CharterRecord, { state, catalogue, height, time }: Standpoint): Unreachable[] {
  return unreachableActions({ charter, officers: activeOfficers(state), catalogue, height, time });
}

function* activeOfficers(state: StateReader): Generator<OfficerRecord> {
  for (let start = OFFICERS; ; ) {
    const page = state.scan(start, OFFICERS_END, PAGE);
    for (const [, text] of page) {
      const officer = JSON.parse(text) as OfficerRecord;
      if (officer.kind === 'officer' && officer.status === 'active') yield officer;
    }
    if (page.length < PAGE) return;
    start = `${page.at(-1)![0]}\u0000`;
  }
}
