/**
 * Fills a body for clients: takes it with its disclosed fields in clear, takes those out, and puts digests in their place
 * (RFC 9901 §4.2). Randomness comes as an argument. Digests are sorted, which hides the order of the fields as well as
 * shuffling would, and every absent field gets a decoy.
 */
import { type TObject, type TSchema, Type } from 'typebox';
import { encodeBase64url } from './base64.ts';
import type { Crypto } from './crypto.ts';
import { makeDisclosure } from './disclosure.ts';
import { type DisclosurePlan, disclosurePlan } from './disclosure-schema.ts';
import type { JsonObject, JsonValue } from './json-value.ts';

/**
 * Turns a plain body into the body that is signed and the disclosures that travel with it. `randomSalt` answers at least
 * 16 new random bytes at each call. Does not check the body: `makeBodyChecker` and `checkDisclosures` do.
 */
export function discloseBody(
  schema: TSchema,
  plainBody: JsonObject,
  randomSalt: () => Uint8Array,
  crypto: Crypto,
): { readonly body: JsonObject; readonly disclosures: readonly string[] } {
  const disclosures: string[] = [];
  const digestOf = (name: string, value: JsonValue): string => {
    const { text, digest } = makeDisclosure(randomSalt(), name, value, crypto);
    disclosures.push(text);
    return digest;
  };
  const decoy = (): string => encodeBase64url(crypto.sha256(randomSalt()));

  const fill = (value: JsonValue, plan: DisclosurePlan): JsonValue => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value))
      return plan.items === undefined ? value : value.map((item: JsonValue) => fill(item, plan.items as DisclosurePlan));
    const filled: Record<string, JsonValue> = {};
    for (const [name, member] of Object.entries(value as JsonObject)) {
      if (plan.declared.has(name)) continue;
      const memberPlan = plan.members.get(name);
      filled[name] = memberPlan === undefined ? member : fill(member, memberPlan);
    }
    if (plan.declared.size > 0) {
      const digests: string[] = [];
      for (const name of plan.declared.keys()) {
        const clear = (value as JsonObject)[name];
        digests.push(clear === undefined ? decoy() : digestOf(name, clear));
      }
      filled._sd = digests.sort();
    }
    return filled;
  };

  const plan = disclosurePlan(schema);
  return { body: plan === undefined ? plainBody : (fill(plainBody, plan) as JsonObject), disclosures };
}

/** The schema of the plain body: what a person fills in. `_sd` is gone and disclosed fields are members like others. */
export function plainBodySchema(schema: TSchema): TSchema {
  if (disclosurePlan(schema) === undefined) return schema;
  const { properties, items } = schema as { readonly properties?: Record<string, TSchema>; readonly items?: TSchema };
  if (items !== undefined) return replace(schema, { items: plainBodySchema(items) });
  const clear = (schema as { readonly 'x-disclosures'?: TObject })['x-disclosures'];
  const fields: Record<string, TSchema> = {};
  for (const [name, member] of Object.entries(properties ?? {})) if (name !== '_sd') fields[name] = plainBodySchema(member);
  Object.assign(fields, clear?.properties);
  const { required } = Type.Object(fields);
  return replace(schema, { properties: fields, required, 'x-disclosures': undefined });
}

/** A copy of a schema, typebox's hidden marks included, with some keywords replaced; undefined takes one away. */
function replace(schema: TSchema, keywords: Readonly<Record<string, unknown>>): TSchema {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema)) as Record<string, unknown>;
  for (const [keyword, value] of Object.entries(keywords)) {
    if (value === undefined) delete copy[keyword];
    else copy[keyword] = value;
  }
  return copy;
}
