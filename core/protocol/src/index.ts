/** The door of the protocol: what a transaction, a disclosure, an amount, a key and a refusal notice are (docs/spec). */
export { decodeBase64, decodeBase64url, encodeBase64, encodeBase64url } from './base64.ts';
export type { BodyCheck, BodyChecker } from './body-checker.ts';
export { makeBodyChecker } from './body-checker.ts';
export { asciiBytes, asciiText, compareBytes, concatBytes, equalBytes, fromHex, toHex } from './bytes.ts';
export { canonicalJson } from './canonical-json.ts';
export type { Crypto, EcPublicKey, Utf8 } from './crypto.ts';
export { CURRENCIES } from './currencies.ts';
export { discloseBody, plainBodySchema } from './disclose-body.ts';
export type { CheckedDisclosures, DigestHolder, Disclosure, DisclosureCode, DisclosureFault, PlacedDisclosure } from './disclosure.ts';
export {
  checkDisclosures,
  DISCLOSURE_CODES,
  digestHolders,
  disclosureDigest,
  joinSubmission,
  MAX_DISCLOSURE_LENGTH,
  MAX_DISCLOSURES,
  makeDisclosure,
  parseDisclosure,
  splitSubmission,
} from './disclosure.ts';
export type { Disclosable, Disclosed, DisclosureDeclaration, DisclosureKind } from './disclosure-schema.ts';
export { disclosable, disclosurePlan, disclosuresOf, personal, published } from './disclosure-schema.ts';
export type { JsonCode, JsonResult } from './json.ts';
export { MAX_JSON_DEPTH, parseJson } from './json.ts';
export type { JsonObject, JsonValue } from './json-value.ts';
export type { PublicJwk } from './key.ts';
export { DIGEST_PATTERN, isDigest, jwkToPoint, PublicJwkSchema, parsePublicJwk, pointToJwk, thumbprint } from './key.ts';
export type { KeyBinding } from './key-binding.ts';
export { HOLDER_KEY, MAX_BINDING_WORD, makeKeyBinding, readKeyBinding, shownDigest } from './key-binding.ts';
export type { Look, LookPayload, PlainLookPayload } from './look.ts';
export {
  encodeLook,
  encodePasskeyLook,
  isOfficial,
  LOOK_TYPES,
  MAX_LOOK_LENGTH,
  MAX_LOOK_SECONDS,
  parseLook,
  verifyLookSignature,
} from './look.ts';
export type { Malformed, MalformedCode } from './malformed.ts';
export { MALFORMED_CODES } from './malformed.ts';
export {
  AMOUNT_PATTERN,
  Amount,
  amountFromDecimal,
  amountToDecimal,
  Currency,
  formatAmount,
  isAmount,
  MAX_AMOUNT,
  Money,
  minorDigits,
  parseAmount,
} from './money.ts';
export type { NoticeCode, RefusalNotice, VerifiedNotice } from './notice.ts';
export { makeRefusalNotice, NOTICE_TYPE, verifyRefusalNotice } from './notice.ts';
export { onCurve } from './p256.ts';
export type { Assertion, RelyingParty } from './passkey.ts';
export { ecdsaFromDer, passkeyChallenge } from './passkey.ts';
export type { Presentation } from './presentation.ts';
export { formatPresentation, PRESENTATION_HEAD, parsePresentation } from './presentation.ts';
export type { ReadAids } from './read-payload.ts';
export { readPayload } from './read-payload.ts';
export { readShownBySchema } from './shown-by-schema.ts';
export type { ShownField, ShownFields } from './shown-fields.ts';
export { readShown } from './shown-fields.ts';
export type { SignedTypes, VerificationKey } from './signed-jws.ts';
export type { ParsedTransaction } from './transaction.ts';
export {
  encodePasskeyTransaction,
  encodeTransaction,
  MAX_TRANSACTION_BYTES,
  parseTransaction,
  signingInput,
  TRANSACTION_TYPES,
  transactionName,
  verifyTransaction,
} from './transaction.ts';
export { checkPayload, isActionName, isOrigin, isRoleAtOffice, isStateId, isStateKey } from './transaction-fields.ts';
export type { KeyKind, Transaction, TransactionPayload } from './transaction-types.ts';
export { isUlid, makeUlid } from './ulid.ts';
export { decodeUtf8, encodeUtf8 } from './utf8.ts';
