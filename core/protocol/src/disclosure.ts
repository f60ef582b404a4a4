/**
 * Disclosures (RFC 9901): base64url of `[salt, name, value]`, and the body holds only SHA-256 of that text. Whoever has
 * the disclosure can prove what was meant; whoever has not can guess nothing, since each has its own salt of 128 bits or
 * more. Read as strictly as RFC 9901 §7.1 asks, and where libraries have been lax (unreferenced, repeated and padded
 * disclosures) each has its own code.
 */
import type { TSchema } from 'typebox';
import { decodeBase64url, encodeBase64url } from './base64.ts';
import { makeBodyChecker } from './body-checker.ts';
import { asciiBytes } from './bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Crypto } from './crypto.ts';
import { type DisclosureDeclaration, type DisclosureKind, type DisclosurePlan, disclosurePlan } from './disclosure-schema.ts';
import { parseJson } from './json.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import { isDigest } from './key.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

export const MIN_SALT_BYTES = 16;
export const MAX_SALT_BYTES = 64;
/** Characters of one disclosure, and disclosures of one submission. */
export const MAX_DISCLOSURE_LENGTH = 65_536;
export const MAX_DISCLOSURES = 4096;

/** Why disclosures do not fit their transaction. A closed list. */
export const DISCLOSURE_CODES = {
  'disclosure-too-many': 'A submission has at most 4,096 disclosures.',
  'disclosure-too-large': 'A disclosure has at most 65,536 characters.',
  'disclosure-base64url': 'A disclosure is base64url without padding and with zero trailing bits.',
  'disclosure-utf8': 'A disclosure is UTF-8 without byte order mark.',
  'disclosure-json': 'A disclosure is JSON as the protocol allows it.',
  'disclosure-shape': 'A disclosure is an array of salt, name and value.',
  'disclosure-salt': 'A salt is 16 to 64 random bytes in base64url.',
  'disclosure-salt-repeated': 'Each disclosure has a salt of its own.',
  'disclosure-name': 'A disclosure names a field that its object declares.',
  'disclosure-name-repeated': 'An object’s field is disclosed twice.',
  'disclosure-repeated': 'A disclosure is submitted twice.',
  'disclosure-unreferenced': 'No digest in the body belongs to this disclosure.',
  'disclosure-digest-repeated': 'A digest stands in the body twice.',
  'disclosure-body': 'An object with disclosed fields carries _sd, one digest for each.',
  'disclosure-value': 'A disclosed value fits its field’s schema.',
  'disclosure-missing': 'A required field is not disclosed.',
  'personal-refused': 'Personal data is not taken here: this place has no vault.',
} as const;
export type DisclosureCode = keyof typeof DISCLOSURE_CODES;

/** `path` is the JSON Pointer of the object in the body, where there is one. */
export interface DisclosureFault {
  readonly ok: false;
  readonly code: DisclosureCode;
  readonly detail: string;
  readonly path?: string;
}

function fault(code: DisclosureCode, path?: string): DisclosureFault {
  const detail = DISCLOSURE_CODES[code];
  return path === undefined ? { ok: false, code, detail } : { ok: false, code, detail, path };
}

export interface Disclosure {
  readonly ok: true;
  readonly text: string;
  /** base64url SHA-256 of `text`. */
  readonly digest: string;
  readonly salt: Uint8Array;
  readonly name: string;
  readonly value: JsonValue;
}

/** The digest under which a disclosure stands in `_sd` (RFC 9901 §4.2.3). Throws RangeError on a text that is not ASCII. */
export function disclosureDigest(text: string, crypto: Crypto): string {
  return encodeBase64url(crypto.sha256(asciiBytes(text)));
}

/** Reads one disclosure of an object's field. Total: never throws. */
export function parseDisclosure(text: string, crypto: Crypto): Disclosure | DisclosureFault {
  if (text.length > MAX_DISCLOSURE_LENGTH) return fault('disclosure-too-large');
  const bytes = decodeBase64url(text);
  if (bytes === undefined) return fault('disclosure-base64url');
  const decoded = decodeUtf8(bytes);
  if (decoded === undefined || decoded.charCodeAt(0) === 0xfeff) return fault('disclosure-utf8');
  const json = parseJson(decoded);
  if (!json.ok) return fault('disclosure-json');
  if (!Array.isArray(json.value) || json.value.length !== 3) return fault('disclosure-shape');
  const [salt, name, value = null] = json.value as readonly JsonValue[];
  if (typeof salt !== 'string' || typeof name !== 'string') return fault('disclosure-shape');
  if (name === '_sd' || name === '...') return fault('disclosure-name');
  const saltBytes = decodeBase64url(salt);
  if (saltBytes === undefined || !isSalt(saltBytes)) return fault('disclosure-salt');
  return { ok: true, text, digest: disclosureDigest(text, crypto), salt: saltBytes, name, value };
}

function isSalt(salt: Uint8Array): boolean {
  return salt.length >= MIN_SALT_BYTES && salt.length <= MAX_SALT_BYTES;
}

/** Makes one disclosure, for clients. Throws RangeError on a salt below 128 bits or above 512. */
export function makeDisclosure(
  salt: Uint8Array,
  name: string,
  value: JsonValue,
  crypto: Crypto,
): { readonly text: string; readonly digest: string } {
  if (!isSalt(salt)) throw new RangeError(DISCLOSURE_CODES['disclosure-salt']);
  const text = encodeBase64url(encodeUtf8(canonicalJson([encodeBase64url(salt), name, value])));
  if (text.length > MAX_DISCLOSURE_LENGTH) throw new RangeError(DISCLOSURE_CODES['disclosure-too-large']);
  return { text, digest: disclosureDigest(text, crypto) };
}

/** `<JWS>~disclosure~disclosure~`, or the JWS alone. Undefined if disclosures do not end in `~`: then something was cut off or added. */
export function splitSubmission(text: string): { readonly jws: string; readonly disclosures: readonly string[] } | undefined {
  const first = text.indexOf('~');
  if (first === -1) return { jws: text, disclosures: [] };
  if (!text.endsWith('~')) return undefined;
  const jws = text.slice(0, first);
  return { jws, disclosures: first === text.length - 1 ? [] : text.slice(first + 1, -1).split('~') };
}

/** The form in which a transaction travels with its disclosures. */
export function joinSubmission(jws: string, disclosures: readonly string[]): string {
  return disclosures.length === 0 ? jws : `${jws}~${disclosures.join('~')}~`;
}

/** A disclosure with its place in the body. */
export interface PlacedDisclosure {
  readonly text: string;
  readonly digest: string;
  readonly kind: DisclosureKind;
  /** JSON Pointer of the object whose field it is. */
  readonly path: string;
  readonly name: string;
  readonly value: JsonValue;
  /** Of a personal one: the handle of the case that it belongs to. */
  readonly case?: string;
}
export type CheckedDisclosures = { readonly ok: true; readonly disclosures: readonly PlacedDisclosure[] } | DisclosureFault;

/** An object of a body that carries digests. */
export interface DigestHolder {
  /** JSON Pointer. */
  readonly path: string;
  readonly digests: readonly string[];
  /** Its disclosed fields, by name. */
  readonly declared: ReadonlyMap<string, DisclosureDeclaration>;
  /** The handle of the case to which its personal fields belong. */
  readonly case: string | undefined;
}

/** The same, and what has been disclosed of it so far. */
interface Holder extends DigestHolder {
  readonly disclosed: Set<string>;
}

/** Every object of a body that carries digests; none where body and schema do not fit. Total: never throws. */
export function digestHolders(body: JsonObject, schema: TSchema): readonly DigestHolder[] {
  const holders: Holder[] = [];
  const plan = disclosurePlan(schema);
  const misplaced = plan === undefined ? undefined : collect(body, plan, { path: '', case: undefined }, holders, new Map());
  return misplaced === undefined ? holders : [];
}

/** What has been read so far: of each digest the object in which it stands, and what came with the submission. */
interface Reading {
  readonly byDigest: ReadonlyMap<string, Holder>;
  readonly seen: Set<string>;
  readonly salts: Set<string>;
  readonly takesPersonal: boolean;
  readonly crypto: Crypto;
}

/**
 * Checks that disclosures and body fit: each disclosure belongs to exactly one digest, none is left over or sent twice,
 * every value fits its field, every required field is there, no salt is used twice, and none is personal unless the caller
 * has a vault (`takesPersonal`). The body is taken to fit its own schema. Total: never throws, whatever was sent.
 */
export function checkDisclosures(
  body: JsonObject,
  schema: TSchema,
  disclosures: readonly string[],
  crypto: Crypto,
  { takesPersonal = false }: { readonly takesPersonal?: boolean } = {},
): CheckedDisclosures {
  if (disclosures.length > MAX_DISCLOSURES) return fault('disclosure-too-many');
  const holders: Holder[] = [];
  const byDigest = new Map<string, Holder>();
  const plan = disclosurePlan(schema);
  if (plan !== undefined) {
    const misplaced = collect(body, plan, { path: '', case: undefined }, holders, byDigest);
    if (misplaced !== undefined) return misplaced;
  }
  const placed: PlacedDisclosure[] = [];
  const reading: Reading = { byDigest, seen: new Set(), salts: new Set(), takesPersonal, crypto };
  for (const text of disclosures) {
    const one = place(text, reading);
    if (!one.ok) return one;
    placed.push(one.placed);
  }
  for (const holder of holders) {
    for (const declaration of holder.declared.values()) {
      if (declaration.required && !holder.disclosed.has(declaration.name)) return fault('disclosure-missing', holder.path);
    }
  }
  return { ok: true, disclosures: placed };
}

function collect(
  value: JsonValue | undefined,
  plan: DisclosurePlan,
  { path, case: outer }: { readonly path: string; readonly case: string | undefined },
  holders: Holder[],
  byDigest: Map<string, Holder>,
): DisclosureFault | undefined {
  if (plan.items !== undefined) {
    if (!Array.isArray(value)) return fault('disclosure-body', path);
    for (let i = 0; i < value.length; i++) {
      const misplaced = collect(value[i], plan.items, { path: `${path}/${i}`, case: outer }, holders, byDigest);
      if (misplaced !== undefined) return misplaced;
    }
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault('disclosure-body', path);
  const object = value as JsonObject;
  const inner = plan.case === undefined ? outer : object[plan.case];
  if (inner !== undefined && typeof inner !== 'string') return fault('disclosure-body', path);
  if (plan.declared.size > 0) {
    const digests = object._sd;
    if (!Array.isArray(digests) || digests.length !== plan.declared.size) return fault('disclosure-body', path);
    if (!digests.every((digest) => typeof digest === 'string' && isDigest(digest))) return fault('disclosure-body', path);
    const holder: Holder = { path, digests: digests as readonly string[], declared: plan.declared, disclosed: new Set(), case: inner };
    holders.push(holder);
    for (const digest of holder.digests) {
      if (byDigest.has(digest)) return fault('disclosure-digest-repeated', path);
      byDigest.set(digest, holder);
    }
  }
  for (const [name, member] of plan.members) {
    // An optional member that is absent has no digests either.
    if (!Object.hasOwn(object, name)) continue;
    const misplaced = collect(object[name], member, { path: `${path}/${name}`, case: inner }, holders, byDigest);
    if (misplaced !== undefined) return misplaced;
  }
  return undefined;
}

function place(
  text: string,
  { byDigest, seen, salts, takesPersonal, crypto }: Reading,
): { readonly ok: true; readonly placed: PlacedDisclosure } | DisclosureFault {
  const parsed = parseDisclosure(text, crypto);
  if (!parsed.ok) return parsed;
  const { digest, name, value } = parsed;
  if (seen.has(digest)) return fault('disclosure-repeated');
  seen.add(digest);
  const salt = encodeBase64url(parsed.salt);
  if (salts.has(salt)) return fault('disclosure-salt-repeated');
  salts.add(salt);
  const holder = byDigest.get(digest);
  if (holder === undefined) return fault('disclosure-unreferenced');
  const declaration = holder.declared.get(name);
  if (declaration === undefined) return fault('disclosure-name', holder.path);
  if (holder.disclosed.has(name)) return fault('disclosure-name-repeated', holder.path);
  holder.disclosed.add(name);
  const { kind } = declaration;
  if (kind === 'personal' && !takesPersonal) return fault('personal-refused', holder.path);
  if (!makeBodyChecker(declaration.schema)(value).ok) return fault('disclosure-value', holder.path);
  const placed = { text, digest, kind, path: holder.path, name, value };
  if (kind !== 'personal') return { ok: true, placed };
  // An optional member that should name the case may have been left out.
  if (holder.case === undefined) return fault('disclosure-body', holder.path);
  return { ok: true, placed: { ...placed, case: holder.case } };
}
