/**
 * The fields that some disclosures of an entry show (RFC 9901 §7.1, §7.3). Whoever is shown them may not know the module that wrote the entry:
 * digests are found wherever `_sd` stands in the body. Strict where libraries have been lax: each disclosure belongs to exactly one digest, none
 * comes twice, none is left over, none takes the place of a member that is there, and none brings digests of its own.
 */
import type { Crypto } from './crypto.ts';
import { DISCLOSURE_CODES, type DisclosureCode, type DisclosureFault, MAX_DISCLOSURES, parseDisclosure } from './disclosure.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import { isDigest } from './key.ts';

export interface ShownField {
  /** JSON Pointer (RFC 6901) of the object in the body whose field it is: ``, `/lines/0`. */
  readonly path: string;
  readonly name: string;
  readonly value: JsonValue;
  /** Where the schema is known: whom it is about, if not the person whose case it is. */
  readonly about?: string;
}

export type ShownFields =
  | {
      readonly ok: true;
      /** In the order of the disclosures. */
      readonly shown: readonly ShownField[];
      /** Digests whose fields are not shown; a digest may stand for a field that was never filled. */
      readonly hidden: number;
    }
  | DisclosureFault;

/** An object of the body that carries digests. */
interface Place {
  readonly path: string;
  readonly object: JsonObject;
  readonly names: Set<string>;
}

/** Reads what disclosures show of a body; names and values are what the signer of the entry called them. Total: never throws. */
export function readShown(body: JsonObject, disclosures: readonly string[], crypto: Crypto): ShownFields {
  if (disclosures.length > MAX_DISCLOSURES) return fault('disclosure-too-many');
  const places = new Map<string, Place>();
  const misplaced = collect(body, '', places);
  if (misplaced !== undefined) return misplaced;
  const shown: ShownField[] = [];
  const seen = new Set<string>();
  const salts = new Set<string>();
  for (const text of disclosures) {
    const parsed = parseDisclosure(text, crypto);
    if (!parsed.ok) return parsed;
    const { digest, name, value } = parsed;
    if (seen.has(digest)) return fault('disclosure-repeated');
    seen.add(digest);
    const salt = parsed.salt.join();
    if (salts.has(salt)) return fault('disclosure-salt-repeated');
    salts.add(salt);
    const place = places.get(digest);
    if (place === undefined) return fault('disclosure-unreferenced');
    const { path, object, names } = place;
    if (Object.hasOwn(object, name)) return fault('disclosure-name', path);
    if (names.has(name)) return fault('disclosure-name-repeated', path);
    names.add(name);
    if (holdsDigests(value)) return fault('disclosure-value', path);
    shown.push({ path, name, value });
  }
  return { ok: true, shown, hidden: places.size - shown.length };
}

function fault(code: DisclosureCode, path?: string): DisclosureFault {
  const detail = DISCLOSURE_CODES[code];
  return path === undefined ? { ok: false, code, detail } : { ok: false, code, detail, path };
}

/** Every digest of a body with its place. Depth is bounded by the reader of JSON. */
function collect(value: JsonValue, path: string, places: Map<string, Place>): DisclosureFault | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    for (const [at, item] of (value as readonly JsonValue[]).entries()) {
      const misplaced = collect(item, `${path}/${at}`, places);
      if (misplaced !== undefined) return misplaced;
    }
    return undefined;
  }
  const object = value as JsonObject;
  for (const [name, member] of Object.entries(object)) {
    if (name === '...') return fault('disclosure-body', path);
    const misplaced =
      name === '_sd' ? take(member, { path, object, names: new Set() }, places) : collect(member, within(path, name), places);
    if (misplaced !== undefined) return misplaced;
  }
  return undefined;
}

function take(digests: JsonValue, place: Place, places: Map<string, Place>): DisclosureFault | undefined {
  if (!Array.isArray(digests)) return fault('disclosure-body', place.path);
  for (const digest of digests as readonly JsonValue[]) {
    if (typeof digest !== 'string' || !isDigest(digest)) return fault('disclosure-body', place.path);
    if (places.has(digest)) return fault('disclosure-digest-repeated', place.path);
    places.set(digest, place);
  }
  return undefined;
}

/** RFC 6901 §3. */
function within(path: string, name: string): string {
  return `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** RFC 9901 §4.2.6 would read them as disclosures within a disclosure, which this ledger never writes. */
function holdsDigests(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsDigests);
  return Object.entries(value as JsonObject).some(([name, member]) => name === '_sd' || name === '...' || holdsDigests(member));
}
