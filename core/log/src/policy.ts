/**
 * Trust policies (C2SP tlog-policy): which logs are believed, and which witnesses must have cosigned a checkpoint.
 *
 * A ledger's own policy text names the log and cosigner keys of all its nodes and its outside witnesses; another
 * office's "trust list" is the same format. Keys of a policy are Ed25519: type 01 for logs, 04 for witnesses; other
 * types make a policy unreadable here rather than silently weaker.
 */
import { type Crypto, decodeBase64, equalBytes } from '@tabularium/protocol';
import { parseDecimal } from './decimal.ts';
import { parseVkey, type VerifierKey } from './note.ts';

export interface PolicyLog {
  readonly key: VerifierKey;
  readonly url?: string;
}

export interface PolicyWitness {
  /** Name inside the policy only. */
  readonly name: string;
  readonly key: VerifierKey;
  readonly url?: string;
}

export interface PolicyGroup {
  readonly name: string;
  /** How many members must have witnessed. */
  readonly threshold: number;
  /** Names of witnesses and groups. */
  readonly members: readonly string[];
}

export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  /** Name of a witness or group, or `none`. */
  readonly quorum: string;
}

/** Why a text is not a policy. */
export type PolicyCode =
  | 'policy-characters'
  | 'policy-too-long'
  | 'policy-line-unknown'
  | 'policy-line-malformed'
  | 'policy-key-malformed'
  | 'policy-key-type'
  | 'policy-duplicate-key'
  | 'policy-duplicate-name'
  | 'policy-name-unknown'
  | 'policy-member-twice'
  | 'policy-threshold'
  | 'policy-quorum-missing'
  | 'policy-quorum-twice';

export type PolicyResult =
  | { readonly ok: true; readonly policy: Policy }
  /** `line` counts from 1; 0 for the whole text. */
  | { readonly ok: false; readonly code: PolicyCode; readonly line: number };

export const NO_QUORUM = 'none';
/** Lines of one kind; the specification asks for at least 32. */
export const MAX_POLICY_ENTRIES = 256;
export const MAX_POLICY_LENGTH = 256 * 1024;

/** A policy as it is written: keys as vkey text. */
export interface PolicyText {
  readonly logs: readonly { readonly vkey: string; readonly url?: string }[];
  readonly witnesses: readonly { readonly name: string; readonly vkey: string; readonly url?: string }[];
  readonly groups: readonly { readonly name: string; readonly threshold: number | 'any' | 'all'; readonly members: readonly string[] }[];
  readonly quorum: string;
}

/** Writes a policy, one entry a line in the given order, groups as given (a group may name only what stands before it). */
export function formatPolicy({ logs, witnesses, groups, quorum }: PolicyText): string {
  const lines: string[][] = [];
  for (const { vkey, url } of logs) lines.push(['log', vkey, ...(url === undefined ? [] : [url])]);
  for (const { name, vkey, url } of witnesses) lines.push(['witness', name, vkey, ...(url === undefined ? [] : [url])]);
  for (const { name, threshold, members } of groups) lines.push(['group', name, String(threshold), ...members]);
  lines.push(['quorum', quorum]);
  for (const word of lines.flat()) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
    if (!/^[^\u0000-\u0020\u007f]+$/.test(word)) throw new RangeError(`not a word of a policy: ${JSON.stringify(word)}`);
  }
  return lines.map((words) => `${words.join(' ')}\n`).join('');
}

/** A policy while it is read. */
interface Draft {
  readonly crypto: Crypto;
  readonly logs: PolicyLog[];
  readonly witnesses: PolicyWitness[];
  readonly groups: PolicyGroup[];
  /** Witnesses and groups share one space of names. */
  readonly names: Set<string>;
  /** Names that are members of a group already: each may be of one only, so that no witness counts twice. */
  readonly members: Set<string>;
  quorum: string | undefined;
}

export function parsePolicy(text: string, crypto: Crypto): PolicyResult {
  if (text.length > MAX_POLICY_LENGTH) return { ok: false, code: 'policy-too-long', line: 0 };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (!text.isWellFormed() || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) return { ok: false, code: 'policy-characters', line: 0 };
  const draft: Draft = { crypto, logs: [], witnesses: [], groups: [], names: new Set(), members: new Set(), quorum: undefined };
  for (const [i, line] of text.split('\n').entries()) {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length === 0 || words[0]!.startsWith('#')) continue;
    const code = readLine(words, draft);
    if (code !== undefined) return { ok: false, code, line: i + 1 };
  }
  const { logs, witnesses, groups, quorum } = draft;
  if (quorum === undefined) return { ok: false, code: 'policy-quorum-missing', line: 0 };
  return { ok: true, policy: { logs, witnesses, groups, quorum } };
}

function readLine([keyword, ...words]: readonly string[], draft: Draft): PolicyCode | undefined {
  switch (keyword) {
    case 'log':
      return readLog(words, draft);
    case 'witness':
      return readWitness(words, draft);
    case 'group':
      return readGroup(words, draft);
    case 'quorum':
      return readQuorum(words, draft);
    default:
      return 'policy-line-unknown';
  }
}

/** A key of the wanted type, or why there is none. */
function readKey(text: string, type: VerifierKey['type'], { crypto }: Draft): VerifierKey | PolicyCode {
  const key = parseVkey(text, crypto);
  if (key?.type === type) return key;
  const encoded = /^[^+]*\+[^+]*\+(.*)$/s.exec(text)?.[1];
  const typeByte = encoded === undefined ? undefined : decodeBase64(encoded)?.[0];
  return typeByte === undefined || typeByte === type ? 'policy-key-malformed' : 'policy-key-type';
}

function readLog([vkey, url, ...rest]: readonly string[], draft: Draft): PolicyCode | undefined {
  if (vkey === undefined || rest.length > 0) return 'policy-line-malformed';
  if (draft.logs.length === MAX_POLICY_ENTRIES) return 'policy-too-long';
  const key = readKey(vkey, 0x01, draft);
  if (typeof key === 'string') return key;
  if (isKnown(key, draft.logs)) return 'policy-duplicate-key';
  draft.logs.push(url === undefined ? { key } : { key, url });
  return undefined;
}

function readWitness([name, vkey, url, ...rest]: readonly string[], draft: Draft): PolicyCode | undefined {
  if (name === undefined || vkey === undefined || rest.length > 0) return 'policy-line-malformed';
  if (draft.witnesses.length === MAX_POLICY_ENTRIES) return 'policy-too-long';
  if (name === NO_QUORUM || draft.names.has(name)) return 'policy-duplicate-name';
  const key = readKey(vkey, 0x04, draft);
  if (typeof key === 'string') return key;
  if (isKnown(key, draft.witnesses)) return 'policy-duplicate-key';
  draft.names.add(name);
  draft.witnesses.push(url === undefined ? { name, key } : { name, key, url });
  return undefined;
}

/** The same public key under another name, or two keys that no signature line could tell apart. */
function isKnown(key: VerifierKey, known: readonly { readonly key: VerifierKey }[]): boolean {
  return known.some(
    ({ key: other }) => equalBytes(other.publicKey, key.publicKey) || (other.name === key.name && equalBytes(other.id, key.id)),
  );
}

function readGroup([name, count, ...members]: readonly string[], draft: Draft): PolicyCode | undefined {
  if (name === undefined || count === undefined || members.length === 0) return 'policy-line-malformed';
  if (draft.groups.length === MAX_POLICY_ENTRIES) return 'policy-too-long';
  if (name === NO_QUORUM || draft.names.has(name)) return 'policy-duplicate-name';
  const threshold = count === 'any' ? 1 : count === 'all' ? members.length : parseDecimal(count);
  if (threshold === undefined || threshold < 1 || threshold > members.length) return 'policy-threshold';
  for (const member of members) {
    if (!draft.names.has(member)) return 'policy-name-unknown';
    if (draft.members.has(member)) return 'policy-member-twice';
    draft.members.add(member);
  }
  draft.names.add(name);
  draft.groups.push({ name, threshold, members });
  return undefined;
}

function readQuorum([name, ...rest]: readonly string[], draft: Draft): PolicyCode | undefined {
  if (name === undefined || rest.length > 0) return 'policy-line-malformed';
  if (draft.quorum !== undefined) return 'policy-quorum-twice';
  if (name !== NO_QUORUM && !draft.names.has(name)) return 'policy-name-unknown';
  draft.quorum = name;
  return undefined;
}
