/**
 * A row of the access log as a leaf (docs/spec/access-log.md): who looked, what for, and at whose cases. When, which office and what for stand
 * in the leaf; the officer and each case stand there as salted digests. So the person of one case can be shown the row with its proof, and
 * learns neither whose else it was nor which officer it names, while a court to which the row is opened learns it all.
 */
import { canonicalJson, concatBytes, decodeBase64url, encodeBase64url, encodeUtf8, fromHex, type JsonObject } from '@tabularium/protocol';
import { leafHash, type Sha256 } from './merkle-hash.ts';
import { verifyInclusion } from './merkle-proof.ts';

/** Bytes of a row's salt. */
export const ACCESS_SALT_BYTES = 32;

export interface AccessRow {
  /** Whose log it is. */
  readonly agency: string;
  /** 0, 1, 2 … without gaps: its index in the agency's tree. */
  readonly seq: number;
  /** ms UTC. */
  readonly time: number;
  /** Code; empty where it is not sure who asked, or where a person asked for what is their own. */
  readonly officer: string;
  readonly role: string;
  readonly office: string;
  readonly purpose: string;
  /** Number of the file that the officer worked on. */
  readonly file: string;
  /** What was done: `case.read`, `search` … */
  readonly action: string;
  /** Handles of the cases that were seen, or asked for in vain. */
  readonly cases: readonly string[];
  /** Why nothing was shown, where nothing was. */
  readonly refused?: string;
}

/** What stands in the leaf: nothing of an officer or a case but digests. */
export interface AccessLeaf {
  readonly agency: string;
  readonly seq: number;
  readonly time: number;
  readonly office: string;
  readonly purpose: string;
  readonly action: string;
  readonly refused?: string;
  /** base64url SHA-256 of the officer's salt and `{file, officer, role}`. */
  readonly who: string;
  /** base64url SHA-256 of each case's salt and handle, sorted. */
  readonly cases: readonly string[];
}

/** A row as the person of one case is shown it. */
export interface ShownAccess {
  readonly leaf: AccessLeaf;
  readonly case: string;
  /** Of this case in this row, hex: shows that the leaf names it. */
  readonly salt: string;
  /** Of the tree in which `path` leads to the root. */
  readonly size: number;
  /** From the leaf's sibling up, base64url. */
  readonly path: readonly string[];
}

const WHO = Uint8Array.of(0);
const CASE = Uint8Array.of(1);

export function accessLeaf(row: AccessRow, salt: Uint8Array, sha256: Sha256): AccessLeaf {
  if (salt.length !== ACCESS_SALT_BYTES) throw new RangeError(`a salt of ${salt.length} bytes`);
  const { agency, seq, time, officer, role, office, purpose, file, action, cases, refused } = row;
  const who = encodeUtf8(canonicalJson({ file, officer, role }));
  return {
    agency,
    seq,
    time,
    office,
    purpose,
    action,
    ...(refused === undefined ? {} : { refused }),
    who: encodeBase64url(sha256(concatBytes(sha256(concatBytes(WHO, salt)), who))),
    cases: cases.map((handle) => caseDigest(handle, accessCaseSalt(handle, salt, sha256), sha256)).sort(),
  };
}

/** The salt of one case in one row: it tells nothing of the others. */
export function accessCaseSalt(handle: string, salt: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(concatBytes(CASE, salt, encodeUtf8(handle)));
}

function caseDigest(handle: string, salt: Uint8Array, sha256: Sha256): string {
  return encodeBase64url(sha256(concatBytes(salt, encodeUtf8(handle))));
}

/** RFC 9162 leaf hash of the leaf's canonical JSON. */
export function accessLeafHash(leaf: AccessLeaf, sha256: Sha256): Uint8Array {
  return leafHash(encodeUtf8(canonicalJson(leaf as unknown as JsonObject)), sha256);
}

/** Whether the row names this case and stands in the tree of this root. Throws TypeError where `leaf` is no JSON. */
export function verifyShownAccess({ leaf, case: handle, salt, size, path }: ShownAccess, root: Uint8Array, sha256: Sha256): boolean {
  if (!SALT.test(salt) || !leaf.cases.includes(caseDigest(handle, fromHex(salt), sha256))) return false;
  const proof = path.map((hash) => decodeBase64url(hash) ?? new Uint8Array(0));
  return verifyInclusion({ index: leaf.seq, size, leafHash: accessLeafHash(leaf, sha256), proof, root }, sha256);
}

const SALT = /^[0-9a-f]{64}$/;
