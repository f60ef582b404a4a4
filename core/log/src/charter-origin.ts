/**
 * The origin of a ledger: `<name>/<first 16 hex digits of SHA-256(charter without origin)>` (docs/spec/charter-origin.md).
 *
 * The name is for people, the digest binds it: two ledgers founded on different charters can never have one origin,
 * whatever they call themselves. It is the first line of every checkpoint and the name of every log key.
 */
import { type Crypto, canonicalJson, type JsonObject, toHex } from '@tabularium/protocol';

/** A schema-less URL in lowercase ASCII, such as `ledger.example.org` or `example.org/town`. At most 100 characters. */
export function isLedgerName(name: string): boolean {
  return name.length <= 100 && /^[a-z0-9]+(?:[.-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[.-][a-z0-9]+)*)*$/.test(name);
}

/**
 * Origin of the ledger that this charter founds. `charter` holds `name` and not yet `origin`; throws otherwise.
 * The digest is over the charter's canonical JSON in UTF-8.
 */
export function origin(charter: JsonObject, crypto: Crypto): string {
  if ('origin' in charter) throw new RangeError('the origin is computed over the charter without it');
  const name = charter.name;
  if (typeof name !== 'string' || !isLedgerName(name)) throw new RangeError(`not a ledger's name: ${JSON.stringify(name)}`);
  return `${name}/${toHex(crypto.sha256(crypto.utf8.encode(canonicalJson(charter)))).slice(0, 16)}`;
}

/**
 * Whether an origin, or a ledger's name, is one for training: its host ends in `.test`, a top-level name that RFC 6761 §6.2 keeps for tests, so
 * that no office can have it in earnest. Nothing recorded there has an effect.
 */
export function isTrainingOrigin(origin: string): boolean {
  return /^(?:[^/]*\.)?test(?:\/|$)/.test(origin);
}
