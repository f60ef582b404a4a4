/**
 * Which schema a submission's disclosures belong to: a proposal carries another action's content, and an old transaction handed in again
 * carries its own.
 */
import { decodeBase64url, decodeUtf8, type JsonObject, type JsonValue, parseJson } from '@tabularium/protocol';
import type { TSchema } from 'typebox';
import type { ModuleDefinition } from './module.ts';

/** Body and schema whose `_sd` digests a submission may disclose; undefined where the action is unknown. */
export function disclosedBody(
  action: string,
  body: JsonObject,
  catalogue: readonly ModuleDefinition[],
): { readonly body: JsonObject; readonly schema: TSchema } | undefined {
  const inner = action === 'kernel.propose' ? body : action === 'kernel.readmit' ? payloadOf(body.transaction) : undefined;
  // One within another of the same kind is refused by the kernel; nothing is disclosed for it.
  if (inner !== undefined && inner.action !== action && typeof inner.action === 'string' && isObject(inner.body))
    return disclosedBody(inner.action, inner.body, catalogue);
  const dot = action.indexOf('.');
  const local = action.slice(dot + 1);
  // An action means the same in every version that has it.
  const module = catalogue.find(({ name, actions }) => name === action.slice(0, dot) && Object.hasOwn(actions, local));
  return module === undefined ? undefined : { body, schema: module.actions[local]!.body };
}

/** The payload of a compact JWS, if it is one; whether it is a proper transaction is for the kernel to say. */
function payloadOf(jws: JsonValue | undefined): JsonObject | undefined {
  const bytes = typeof jws === 'string' ? decodeBase64url(jws.split('.')[1] ?? '') : undefined;
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  const json = text === undefined ? undefined : parseJson(text);
  return json?.ok === true && isObject(json.value) ? json.value : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
