/** What may stand in a transaction's payload: one strict pattern for each member (docs/spec/transaction.md). */
import type { JsonObject, JsonValue } from './json-value.ts';
import { type Malformed, type MalformedCode, malformed } from './malformed.ts';
import type { TransactionPayload } from './transaction-types.ts';
import { isUlid } from './ulid.ts';

/** Name (lowercase words, dots, hyphens, slashes), a slash, and the first 16 hex digits of the charter's digest. */
const ORIGIN = /^[a-z0-9](?:[a-z0-9._/-]{0,126}[a-z0-9])?\/[0-9a-f]{16}$/;
/** Module and one to four more words; a form after the first is told by `@2`, `@3` … */
const ACTION = /^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*){1,4}(?:@(?:[2-9]|[1-9][0-9]{1,3}))?$/;
const ROLE_AT_OFFICE = /^[a-z][a-z0-9.-]{0,63}@[a-z0-9][a-z0-9.-]{0,63}$/;
const STATE_ID = /^[A-Za-z0-9._:@~-]{1,128}$/;
const STATE_KEY = /^[a-z][a-z0-9-]{0,63}\/[a-z][a-z0-9-]{0,63}\/[A-Za-z0-9._:@~-]{1,128}$/;
const MAX_ACTION_LENGTH = 128;
/** 9999-12-31T23:59:59Z. A time in milliseconds, the usual mistake, lies far above it. */
const MAX_EXP = 253_402_300_799;
const MAX_RELIED_ON = 1000;

/** Whether the text names a ledger: `<name>/<16 hex>`. */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text);
}

/** Whether the text names an action: `treasury.payment.order`, `treasury.payment.order@2`. */
export function isActionName(text: string): boolean {
  return text.length <= MAX_ACTION_LENGTH && ACTION.test(text);
}

/** Whether the text is `role@office`. */
export function isRoleAtOffice(text: string): boolean {
  return ROLE_AT_OFFICE.test(text);
}

/** Whether the text can be the id of a record in state. */
export function isStateId(text: string): boolean {
  return STATE_ID.test(text);
}

/** Whether the text is a state key, `module/collection/id`. */
export function isStateKey(text: string): boolean {
  return STATE_KEY.test(text);
}

/** Checks the payload of a transaction, as parsed or as a client means to send it. The first fault in this order is named. */
export function checkPayload(payload: JsonObject): { readonly ok: true; readonly payload: TransactionPayload } | Malformed {
  const code = payloadFault(payload);
  return code === undefined ? { ok: true, payload: payload as unknown as TransactionPayload } : malformed(code);
}

function payloadFault(payload: JsonObject): MalformedCode | undefined {
  const { ledger, id, action, as, for: mandate, exp, on, body } = payload;
  const required = +(ledger !== undefined) + +(id !== undefined) + +(action !== undefined) + +(exp !== undefined) + +(body !== undefined);
  const optional = +(as !== undefined) + +(mandate !== undefined) + +(on !== undefined);
  if (Object.keys(payload).length !== required + optional) return 'payload-member-unknown';
  if (required !== 5) return 'payload-member-missing';
  if (typeof ledger !== 'string' || !isOrigin(ledger)) return 'ledger-malformed';
  if (typeof id !== 'string' || !isUlid(id)) return 'id-malformed';
  if (typeof action !== 'string' || !isActionName(action)) return 'action-malformed';
  if (as !== undefined && (typeof as !== 'string' || !isRoleAtOffice(as))) return 'as-malformed';
  if (mandate !== undefined && (typeof mandate !== 'string' || !isStateId(mandate))) return 'for-malformed';
  if (typeof exp !== 'number' || !Number.isSafeInteger(exp) || exp < 1 || exp > MAX_EXP) return 'exp-malformed';
  if (on !== undefined && !isReliedOn(on)) return 'on-malformed';
  if (!isObject(body as JsonValue)) return 'body-malformed';
  return undefined;
}

function isReliedOn(on: JsonValue): boolean {
  if (!isObject(on)) return false;
  const keys = Object.keys(on);
  if (keys.length > MAX_RELIED_ON) return false;
  for (const key of keys) {
    const revision = on[key];
    if (!isStateKey(key) || typeof revision !== 'number' || !Number.isSafeInteger(revision) || revision < 0) return false;
  }
  return true;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
