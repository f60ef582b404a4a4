/**
 * The writer for state values, seals and the charter: RFC 8785 (JCS) restricted to what the protocol's JSON allows
 * (docs/spec/json.md), where its two hard parts, floats and ill-formed strings, cannot occur. Nothing that a person
 * signed is ever written anew in order to be checked; this form is only for what the machine itself makes.
 */
import { MAX_JSON_DEPTH } from './json.ts';
import type { JsonObject, JsonValue } from './json-value.ts';

/**
 * The one text of a value: members in UTF-16 code unit order, no spaces, shortest escapes.
 * Throws TypeError on what the protocol's JSON cannot hold: floats, −0, unsafe integers, lone surrogates, undefined,
 * anything deeper than 32 levels.
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, 0);
}

function write(value: JsonValue, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new TypeError('Canonical JSON holds safe integers only.');
      return `${value}`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth === MAX_JSON_DEPTH) throw new TypeError(`Canonical JSON holds at most ${MAX_JSON_DEPTH} levels.`);
      return Array.isArray(value) ? writeArray(value, depth + 1) : writeObject(value as JsonObject, depth + 1);
    default:
      throw new TypeError(`Canonical JSON cannot hold a value of type ${typeof value}.`);
  }
}

function writeArray(items: readonly JsonValue[], depth: number): string {
  let text = '[';
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ',';
    text += write(items[i] as JsonValue, depth);
  }
  return `${text}]`;
}

function writeObject(members: JsonObject, depth: number): string {
  // Without a comparator, sort compares UTF-16 code units, which is the order of RFC 8785 §3.2.3.
  const names = Object.keys(members).sort();
  let text = '{';
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    text += i > 0 ? `,${quote(name)}:` : `${quote(name)}:`;
    text += write(members[name] as JsonValue, depth);
  }
  return `${text}}`;
}

/** Printable ASCII without quote and backslash: what nearly every name and value in state consists of. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** JSON.stringify escapes exactly as RFC 8785 §3.2.2.2 asks; only lone surrogates it would escape where we refuse. */
function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError('Canonical JSON holds well-formed strings only.');
  return JSON.stringify(text);
}
