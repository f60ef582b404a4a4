/** The door of the SDK: sign, submit and verify, in browsers and in Node. */
export type {
  FactDemand,
  PresentationDemand,
  RefusedFact,
  RefusedPresentation,
  RefusedReceipt,
  VerifiedFact,
  VerifiedPresentation,
  VerifiedReceipt,
} from '@tabularium/verify';
export { isPdf, packPresentation, presentationInCode, presentationInPdf, receiptInCode, receiptInPdf } from './carried-proof.ts';
export {
  type Es256Signer,
  es256Signer,
  generatePrivateJwk,
  type PrivateJwk,
  randomBytes,
  type SynchronousSigner,
  webCryptoSigner,
} from './es256-signer.ts';
export { type ActionRequest, Ledger, type LedgerOptions, MAX_BATCH, originOf, type SignedTransaction } from './ledger.ts';
export { nobleCrypto } from './noble-crypto.ts';
export { type CheckVerdict, type CheckWarning, type Outcome, type Placement, type RefusedItem, UnexpectedAnswer } from './outcome.ts';
export { assertionOf, jwkOfSpki, kidsThatSigned } from './passkey-keys.ts';
export { type Binding, type HeldField, type HeldRecord, heldOf, makePresentation, readHeld } from './present.ts';
export { type Fetch, LedgerUnreachable, type RetryOptions } from './send-with-retry.ts';
export type { PasskeySigner, Signer } from './signer.ts';
