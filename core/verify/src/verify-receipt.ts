/**
 * Offline verification of a receipt (docs/spec/receipt.md).
 *
 * It proves: this key submitted exactly this, the office's key signed that it was accepted, and each cosigner had seen
 * it by the time beside its cosignature. It does not prove that the content is true or the act lawful, nor whose the
 * key was: a fact does that.
 */
import { type Checkpoint, type Cosigner, leafHash, parseReceipt, verifyInclusion } from '@tabularium/log';
import {
  asciiBytes,
  type Crypto,
  type PublicJwk,
  parsePublicJwk,
  parseTransaction,
  type Transaction,
  thumbprint,
} from '@tabularium/protocol';
import { isSignedBy } from './entry-signature.ts';
import { textOf, trustCheckpoint } from './trusted-checkpoint.ts';
import { RECEIPT_CODES, type ReceiptVerifyCode } from './verify-codes.ts';

export interface VerifiedReceipt {
  readonly ok: true;
  /** The compact JWS. */
  readonly entry: string;
  readonly transaction: Transaction;
  readonly jwk: PublicJwk;
  /** Position of the entry in the log. */
  readonly index: number;
  readonly checkpoint: Checkpoint;
  /** Who of the policy cosigned, and when (seconds since the epoch). */
  readonly cosigners: readonly Cosigner[];
}

/** `detail` is a plain sentence, with what failed inside where there is more to say. */
export interface RefusedReceipt {
  readonly ok: false;
  readonly code: ReceiptVerifyCode;
  readonly detail: string;
}

/**
 * Checks a `.tlog-proof` against a tlog-policy text. Cosignatures from the future of `nowSeconds`
 * (seconds since the epoch), if given, do not count. Total: never throws.
 */
export function verifyReceipt(
  receipt: string | Uint8Array,
  policyText: string,
  crypto: Crypto,
  nowSeconds?: number,
): VerifiedReceipt | RefusedReceipt {
  const text = textOf(receipt);
  if (text === undefined) return refused('text-malformed');
  const parsed = parseReceipt(text);
  if (!parsed.ok) return refused(parsed.code);
  const { entry, jwk, index, hashes, checkpoint: note } = parsed.receipt;

  const leaf = asciiBytes(entry);
  const read = parseTransaction(leaf, crypto);
  if (!read.ok) return refused('entry-malformed', read.code);
  const { transaction } = read;
  if (parsePublicJwk({ ...jwk }) === undefined) return refused('key-malformed');
  if (thumbprint(jwk, crypto) !== transaction.kid) return refused('key-mismatch');
  if (!isSignedBy(transaction, jwk, crypto)) return refused('entry-signature-invalid');

  const trusted = trustCheckpoint(note, policyText, crypto, nowSeconds);
  if (!trusted.ok) return refused(trusted.code, trusted.detail);
  const { checkpoint, cosigners } = trusted;
  if (transaction.payload.ledger !== checkpoint.origin) return refused('ledger-mismatch', transaction.payload.ledger);
  const claim = { index, size: checkpoint.size, leafHash: leafHash(leaf, crypto.sha256), proof: hashes, root: checkpoint.root };
  if (!verifyInclusion(claim, crypto.sha256)) return refused('inclusion-invalid');
  return { ok: true, entry, transaction, jwk, index, checkpoint, cosigners };
}

function refused(code: ReceiptVerifyCode, inside?: string): RefusedReceipt {
  return { ok: false, code, detail: inside === undefined ? RECEIPT_CODES[code] : `${RECEIPT_CODES[code]} (${inside})` };
}
