/**
 * The closed lists of reasons why a receipt, a fact or a presentation proves nothing, each with its sentence (docs/spec/receipt.md, docs/spec/fact.md,
 * docs/spec/presentation.md).
 */
import type { CheckpointCode, FactCode, ReceiptCode } from '@tabularium/log';
import { DISCLOSURE_CODES } from '@tabularium/protocol';

/** What receipts and facts have in common: policy, checkpoint, inclusion, ledger, time. */
const CHECKPOINT_CODES = {
  'text-malformed': 'The file is not well-formed UTF-8, or larger than 1 MiB.',
  'policy-malformed': 'The policy cannot be read.',
  'checkpoint-malformed': 'The checkpoint cannot be read, or has extension lines, which this ledger never writes.',
  'log-unknown': 'The policy does not name the log of this checkpoint.',
  'log-signature-missing': 'The log itself has not signed the checkpoint.',
  'signature-invalid': 'A signature by a key of the policy does not fit the checkpoint.',
  'quorum-not-met': 'Too few of the policy’s witnesses have cosigned the checkpoint.',
  'inclusion-invalid': 'The hashes do not lead from the leaf to the checkpoint’s root.',
  'ledger-mismatch': 'It belongs to another ledger than the one that signed the checkpoint.',
  'cosignature-future': 'A cosignature that the quorum needs bears a time that has not come yet.',
} as const satisfies Record<CheckpointCode, string> & Record<string, string>;

export const RECEIPT_CODES = {
  ...CHECKPOINT_CODES,
  'receipt-malformed': 'The text is not a tlog-proof.',
  'extra-missing': 'The proof carries neither entry nor key: it is not a receipt.',
  'extra-malformed': 'Entry and key are not written as a receipt has them.',
  'entry-malformed': 'The entry is not a transaction.',
  'key-malformed': 'The key is not a public key of P-256.',
  'key-mismatch': 'The key is not the one that the entry names.',
  'entry-signature-invalid': 'The key did not sign this entry.',
} as const satisfies Record<ReceiptCode, string> & Record<string, string>;

export const FACT_CODES = {
  ...CHECKPOINT_CODES,
  'bundle-too-large': 'A fact has at most 262,144 characters.',
  'bundle-malformed': 'The text is not a fact.',
  'key-malformed': 'The key is not module/collection/id.',
  'state-proof-malformed': 'The state proof is not an ICS-23 proof of this kind of tree.',
  'seal-proof-malformed': 'The seal’s proof is not a tlog-proof.',
  'seal-malformed': 'What is proven is not a seal.',
  'seal-not-last': 'The seal is not the last leaf of the checkpoint, so it may be out of date.',
  'state-proof-invalid': 'The state proof does not lead from key and value to the seal’s state root.',
  'value-malformed': 'The value is not JSON.',
  'cosignature-stale': 'The newest cosignature that the quorum counts is older than allowed.',
  'cosignature-missing': 'An age was asked for, but no counted cosignature tells one.',
} as const satisfies Record<FactCode, string> & Record<string, string>;

// A field that is not shown is not missing, and whoever checks keeps nothing.
const { 'disclosure-missing': _missing, 'personal-refused': _refused, ...SHOWN_CODES } = DISCLOSURE_CODES;

export const PRESENTATION_CODES = {
  ...RECEIPT_CODES,
  ...SHOWN_CODES,
  'presentation-malformed': 'The text is not a presentation.',
  'key-binding-missing': 'The holder has not signed it for whoever checks it, which was asked for.',
  'key-binding-malformed': 'The holder’s signature cannot be read.',
  'key-binding-key': 'The holder’s key is not shown, is shown twice, or is not a key of P-256.',
  'key-binding-signature': 'The holder’s key did not sign this.',
  'key-binding-shown': 'The holder signed for other fields, or another entry.',
  'key-binding-audience': 'The holder signed for somebody else.',
  'key-binding-nonce': 'The holder did not sign the number that was asked for: it may be an older presentation.',
  'key-binding-future': 'The holder’s signature bears a time that has not come yet.',
  'key-binding-stale': 'The holder’s signature is older than allowed.',
  'fact-invalid': 'The fact beside it proves nothing.',
  'fact-unrelated': 'The fact beside it is of another record, or of one that was written anew since this entry.',
  'fact-not-in-force': 'The fact beside it says that the record is withdrawn, annulled, suspended, superseded or was never in force.',
} as const;

export type PresentationCode = keyof typeof PRESENTATION_CODES;
export type ReceiptVerifyCode = keyof typeof RECEIPT_CODES;
export type FactVerifyCode = keyof typeof FACT_CODES;
export type VerifyCode = ReceiptVerifyCode | FactVerifyCode;
