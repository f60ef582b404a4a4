/**
 * The seal: the header of a block, written as the block's last leaf (docs/spec/seal.md).
 *
 * It is canonical JSON, so a seal has one spelling; a transaction can never be taken for one, because a transaction
 * that begins with `{` is refused.
 */
import { asciiText, canonicalJson, isOrigin, type JsonValue, parseJson } from '@tabularium/protocol';

export interface Seal {
  /** Protocol version of the machine that made this block. */
  readonly app: number;
  /** Leaves of the block before the seal. */
  readonly count: number;
  /** Index of the block's first leaf; its seal has index first + count. */
  readonly first: number;
  /** Counts seals 1, 2, 3… without gaps. */
  readonly height: number;
  /** Origin of the ledger. */
  readonly ledger: string;
  /** SHA-256 of the previous seal, lowercase hex; 64 zeros in the first. */
  readonly prev: string;
  /** State root after the block, lowercase hex. */
  readonly state: string;
  /** Block time, ms UTC, never before the last. */
  readonly time: number;
  readonly type: 'seal';
  /** Version of this format. */
  readonly v: 1;
  /** SHA-256 of the tlog-policy text that state generates after the block, lowercase hex. */
  readonly validators: string;
}

/** `prev` of the first seal. */
export const NO_SEAL = '0'.repeat(64);

const MEMBERS = ['app', 'count', 'first', 'height', 'ledger', 'prev', 'state', 'time', 'type', 'v', 'validators'];

/** The seal's bytes as text: canonical JSON, sorted members, ASCII. */
export function formatSeal(seal: Seal): string {
  const { app, count, first, height, ledger, prev, state, time, type, v, validators } = seal;
  return canonicalJson({ app, count, first, height, ledger, prev, state, time, type, v, validators });
}

/** Reads a leaf as a seal; nothing where it is anything else, or a seal in another spelling. */
export function parseSeal(leaf: Uint8Array): Seal | undefined {
  if (leaf[0] !== 0x7b || leaf.some((byte) => byte > 0x7f)) return undefined;
  const text = asciiText(leaf);
  const parsed = parseJson(text);
  if (!parsed.ok || !isSeal(parsed.value)) return undefined;
  return formatSeal(parsed.value) === text ? parsed.value : undefined;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isSeal(value: JsonValue): value is JsonValue & Seal {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const seal = value as { readonly [member: string]: JsonValue };
  const members = Object.keys(seal);
  if (members.length !== MEMBERS.length || !MEMBERS.every((member) => Object.hasOwn(seal, member))) return false;
  if (seal.type !== 'seal' || seal.v !== 1) return false;
  if (!['app', 'count', 'first', 'height', 'time'].every((member) => isCount(seal[member])) || seal.height === 0) return false;
  if (!['prev', 'state', 'validators'].every((member) => isDigest(seal[member]))) return false;
  return typeof seal.ledger === 'string' && isOrigin(seal.ledger);
}
