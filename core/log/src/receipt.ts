/**
 * The receipt's form (docs/spec/receipt.md): a tlog-proof whose extra data are base64 of `{"entry","jwk"}`, the exact
 * transaction and its signer's public key. Both check themselves: the entry by its leaf hash, the key by its thumbprint.
 *
 * A receipt has one spelling. Its extra data must be canonical JSON, so that no byte of it is free.
 */
import { asciiBytes, asciiText, canonicalJson, type JsonObject, type PublicJwk, parseJson } from '@tabularium/protocol';
import { formatTlogProof, parseTlogProof, type TlogProof } from './tlog-proof.ts';

export interface Receipt {
  /** The transaction, compact JWS, exactly as it stands in the log. */
  readonly entry: string;
  readonly jwk: PublicJwk;
  readonly index: number;
  /** Inclusion path from the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

/** Why a text is not a receipt. */
export type ReceiptCode = 'receipt-malformed' | 'extra-missing' | 'extra-malformed';

export type ReceiptResult = { readonly ok: true; readonly receipt: Receipt } | { readonly ok: false; readonly code: ReceiptCode };

export function formatReceipt({ entry, jwk, index, hashes, checkpoint }: Receipt): string {
  const { crv, kty, x, y } = jwk;
  return formatTlogProof({ extra: asciiBytes(canonicalJson({ entry, jwk: { crv, kty, x, y } })), index, hashes, checkpoint });
}

/** Reads a receipt's form. Whether it proves anything is for `verifyReceipt` to say. */
export function parseReceipt(text: string): ReceiptResult {
  const proof = parseTlogProof(text);
  if (proof === undefined) return { ok: false, code: 'receipt-malformed' };
  const { extra, index, hashes, checkpoint } = proof;
  if (extra === undefined) return { ok: false, code: 'extra-missing' };
  const carried = readExtra(extra);
  return carried === undefined ? { ok: false, code: 'extra-malformed' } : { ok: true, receipt: { ...carried, index, hashes, checkpoint } };
}

function readExtra(extra: NonNullable<TlogProof['extra']>): { readonly entry: string; readonly jwk: PublicJwk } | undefined {
  if (extra.some((byte) => byte > 0x7f)) return undefined;
  const text = asciiText(extra);
  const json = parseJson(text);
  if (!json.ok || canonicalJson(json.value) !== text) return undefined;
  if (!hasMembers(json.value, ['entry', 'jwk'])) return undefined;
  const { entry, jwk } = json.value as JsonObject;
  if (typeof entry !== 'string' || !hasMembers(jwk, ['crv', 'kty', 'x', 'y'])) return undefined;
  const { crv, kty, x, y } = jwk as JsonObject;
  if (crv !== 'P-256' || kty !== 'EC' || typeof x !== 'string' || typeof y !== 'string') return undefined;
  return { entry, jwk: { kty, crv, x, y } };
}

/** True for an object with exactly these members. */
function hasMembers(value: unknown, members: readonly string[]): boolean {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  return Object.keys(value).length === members.length && members.every((member) => Object.hasOwn(value, member));
}
