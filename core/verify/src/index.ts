/** What the room offers: offline verification of receipts, facts and presentations. */
export { MAX_CLOCK_SKEW_SECONDS } from './trusted-checkpoint.ts';
export {
  FACT_CODES,
  type FactVerifyCode,
  PRESENTATION_CODES,
  type PresentationCode,
  RECEIPT_CODES,
  type ReceiptVerifyCode,
  type VerifyCode,
} from './verify-codes.ts';
export { type FactDemand, type RefusedFact, type VerifiedFact, verifyFact } from './verify-fact.ts';
export {
  type PresentationDemand,
  type RefusedPresentation,
  type VerifiedPresentation,
  verifyPresentation,
} from './verify-presentation.ts';
export { type RefusedReceipt, type VerifiedReceipt, verifyReceipt } from './verify-receipt.ts';
