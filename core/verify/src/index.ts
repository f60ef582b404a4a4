/** What the room offers: offline verification of receipts and facts. */
export { MAX_CLOCK_SKEW_SECONDS } from './trusted-checkpoint.ts';
export { FACT_CODES, type FactVerifyCode, RECEIPT_CODES, type ReceiptVerifyCode, type VerifyCode } from './verify-codes.ts';
export { type FactDemand, type RefusedFact, type VerifiedFact, verifyFact } from './verify-fact.ts';
export { type RefusedReceipt, type VerifiedReceipt, verifyReceipt } from './verify-receipt.ts';
