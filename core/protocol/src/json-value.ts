/** JSON as the protocol allows it: integers within ±(2^53−1), well-formed strings, no floats. Values are deeply readonly. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: JsonValue;
}
