/**
 * The reader for JSON (RFC 8259) as the protocol allows it (docs/spec/json.md, after I-JSON, RFC 7493): no member twice,
 * integers within ±(2^53−1) only, no lone surrogates, at most 32 levels. JSON.parse cannot be used: it silently keeps
 * the last of two equal members, rounds large integers and takes floats, so two readers of one signed text could see
 * two different orders. One pass over the text, first fault wins.
 */
import type { JsonObject, JsonValue } from './json-value.ts';

/** Why a text is not JSON in this sense. A closed list. */
export type JsonCode =
  | 'json-syntax'
  | 'json-duplicate-member'
  | 'json-float'
  | 'json-unsafe-integer'
  | 'json-lone-surrogate'
  | 'json-depth';

/** `at` counts UTF-16 code units from the start of the text. */
export type JsonResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly code: JsonCode; readonly at: number };

/** Objects and arrays within each other, the outermost counted. */
export const MAX_JSON_DEPTH = 32;

/** Reads one JSON value that fills the whole text. Total: never throws. */
export function parseJson(text: string): JsonResult {
  // Only a text that never was UTF-8 can fail this; after it, half a pair can come from escapes alone.
  if (!text.isWellFormed()) return { ok: false, code: 'json-lone-surrogate', at: text.search(LONE_SURROGATE) };
  const reader = new JsonReader(text);
  const value = reader.document();
  return value === undefined ? { ok: false, code: reader.code, at: reader.at } : { ok: true, value };
}

const LONE_SURROGATE = /\p{Surrogate}/u;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Each method answers undefined once a fault is noted in `code` and `at`. */
class JsonReader {
  code: JsonCode = 'json-syntax';
  at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  document(): JsonValue | undefined {
    this.space();
    const value = this.value(0);
    if (value === undefined) return undefined;
    this.space();
    return this.at === this.text.length ? value : this.fault('json-syntax');
  }

  private fault(code: JsonCode, at = this.at): undefined {
    this.code = code;
    this.at = at;
    return undefined;
  }

  private space(): void {
    const text = this.text;
    let at = this.at;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
      at++;
    }
    this.at = at;
  }

  private value(depth: number): JsonValue | undefined {
    switch (this.text.charCodeAt(this.at)) {
      case QUOTE:
        return this.string();
      case 0x7b:
        return depth === MAX_JSON_DEPTH ? this.fault('json-depth') : this.object(depth + 1);
      case 0x5b:
        return depth === MAX_JSON_DEPTH ? this.fault('json-depth') : this.array(depth + 1);
      case 0x74:
        return this.word('true', true);
      case 0x66:
        return this.word('false', false);
      case 0x6e:
        return this.word('null', null);
      default:
        return this.integer();
    }
  }

  private word(word: string, value: JsonValue): JsonValue | undefined {
    if (!this.text.startsWith(word, this.at)) return this.fault('json-syntax');
    this.at += word.length;
    return value;
  }

  private object(depth: number): JsonObject | undefined {
    const members: Record<string, JsonValue> = {};
    this.at++;
    this.space();
    if (this.text.charCodeAt(this.at) === 0x7d) {
      this.at++;
      return members;
    }
    for (;;) {
      const start = this.at;
      if (this.text.charCodeAt(start) !== QUOTE) return this.fault('json-syntax');
      const name = this.string();
      if (name === undefined) return undefined;
      if (Object.hasOwn(members, name)) return this.fault('json-duplicate-member', start);
      this.space();
      if (this.text.charCodeAt(this.at) !== 0x3a) return this.fault('json-syntax');
      this.at++;
      this.space();
      const value = this.value(depth);
      if (value === undefined) return undefined;
      if (name === '__proto__') defineMember(members, name, value);
      else members[name] = value;
      this.space();
      const next = this.text.charCodeAt(this.at);
      if (next === 0x2c) {
        this.at++;
        this.space();
      } else if (next === 0x7d) {
        this.at++;
        return members;
      } else {
        return this.fault('json-syntax');
      }
    }
  }

  private array(depth: number): readonly JsonValue[] | undefined {
    const items: JsonValue[] = [];
    this.at++;
    this.space();
    if (this.text.charCodeAt(this.at) === 0x5d) {
      this.at++;
      return items;
    }
    for (;;) {
      const value = this.value(depth);
      if (value === undefined) return undefined;
      items.push(value);
      this.space();
      const next = this.text.charCodeAt(this.at);
      if (next === 0x2c) {
        this.at++;
        this.space();
      } else if (next === 0x5d) {
        this.at++;
        return items;
      } else {
        return this.fault('json-syntax');
      }
    }
  }

  /** Almost every string has no escape and is one slice of the text. */
  private string(): string | undefined {
    const text = this.text;
    const start = this.at + 1;
    let at = start;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return text.slice(start, at);
      }
      if (code === BACKSLASH) return this.escapedString(start, at);
      // charCodeAt past the end is NaN, which fails every comparison.
      if (!(code >= 0x20)) return this.fault('json-syntax', Math.min(at, text.length));
      at++;
    }
  }

  private escapedString(start: number, firstEscape: number): string | undefined {
    const text = this.text;
    let value = text.slice(start, firstEscape);
    let at = firstEscape;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        // Two escapes can make a pair, so only the whole string can be judged.
        return value.isWellFormed() ? value : this.fault('json-lone-surrogate', start - 1);
      }
      if (!(code >= 0x20)) return this.fault('json-syntax', Math.min(at, text.length));
      if (code !== BACKSLASH) {
        const runStart = at;
        while (++at < text.length) {
          const next = text.charCodeAt(at);
          if (next === QUOTE || next === BACKSLASH || next < 0x20) break;
        }
        value += text.slice(runStart, at);
        continue;
      }
      const kind = text.charCodeAt(at + 1);
      if (kind === 0x75) {
        const unit = hexUnit(text, at + 2);
        if (unit < 0) return this.fault('json-syntax', at);
        value += String.fromCharCode(unit);
        at += 6;
      } else {
        const plain = ESCAPES.get(kind);
        if (plain === undefined) return this.fault('json-syntax', at);
        value += plain;
        at += 2;
      }
    }
  }

  private integer(): number | undefined {
    const text = this.text;
    const start = this.at;
    const negative = text.charCodeAt(start) === 0x2d;
    const first = negative ? start + 1 : start;
    let at = first;
    let magnitude = 0;
    for (;;) {
      const digit = text.charCodeAt(at) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      // Past 2^53 this only has to stay too large; it never has to be exact.
      magnitude = magnitude * 10 + digit;
      at++;
    }
    if (at === first) return this.fault('json-syntax');
    if (at - first > 1 && text.charCodeAt(first) === 0x30) return this.fault('json-syntax');
    const next = text.charCodeAt(at);
    if (next === 0x2e || next === 0x65 || next === 0x45) return this.fault('json-float');
    if (magnitude > Number.MAX_SAFE_INTEGER) return this.fault('json-unsafe-integer');
    if (negative && magnitude === 0) return this.fault('json-float');
    this.at = at;
    return negative ? -magnitude : magnitude;
  }
}

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x22, '"'],
  [0x5c, '\\'],
  [0x2f, '/'],
  [0x62, '\b'],
  [0x66, '\f'],
  [0x6e, '\n'],
  [0x72, '\r'],
  [0x74, '\t'],
]);

/** The code unit of four hex digits at `at`, or −1. */
function hexUnit(text: string, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i++) {
    const code = text.charCodeAt(i);
    let digit: number;
    if (code >= 0x30 && code <= 0x39) digit = code - 0x30;
    else if (code >= 0x61 && code <= 0x66) digit = code - 0x57;
    else if (code >= 0x41 && code <= 0x46) digit = code - 0x37;
    else return -1;
    unit = (unit << 4) | digit;
  }
  return unit;
}

/** Plain assignment to `__proto__` would set the object's prototype and lose the member. */
function defineMember(members: Record<string, JsonValue>, name: string, value: JsonValue): void {
  Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}
