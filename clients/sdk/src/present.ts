/**
 * For the holder of a record: what their file says, and a presentation of the fields that they choose (docs/spec/presentation.md). Nothing here
 * checks the file: whoever is shown the presentation does, with `verifyPresentation`.
 */
import { parseReceipt } from '@tabularium/log';
import {
  asciiBytes,
  formatPresentation,
  HOLDER_KEY,
  makeKeyBinding,
  type Presentation,
  parsePresentation,
  parsePublicJwk,
  parseTransaction,
  readShown,
  type ShownField,
  shownDigest,
  thumbprint,
} from '@tabularium/protocol';
import type { Es256Signer } from './es256-signer.ts';
import { nobleCrypto } from './noble-crypto.ts';

/** A field that can be shown. */
export interface HeldField extends ShownField {
  /** JSON Pointer of the field itself: `/name`, `/parents/0/name`. */
  readonly pointer: string;
  readonly disclosure: string;
}

export interface HeldRecord {
  /** The entry's action, `module.subject.verb`. */
  readonly action: string;
  readonly origin: string;
  readonly entry: string;
  readonly receipt: string;
  readonly fields: readonly HeldField[];
  /** Fields of the entry that this file cannot show. */
  readonly hidden: number;
  /** RFC 7638 thumbprint of the key that the record names as its holder's, where it does. */
  readonly holder?: string;
  readonly fact?: string;
}

/** Reads a holder's file; undefined where it is none, or where its disclosures do not belong to its entry. Total: never throws. */
export function readHeld(file: string): HeldRecord | undefined {
  const parts = parsePresentation(file);
  return parts === undefined ? undefined : heldOf(parts);
}

/** The same from a receipt and disclosures that came apart from each other. */
export function heldOf({ receipt, disclosures, fact }: Omit<Presentation, 'keyBinding'>): HeldRecord | undefined {
  const parsed = parseReceipt(receipt);
  if (!parsed.ok) return undefined;
  const { entry } = parsed.receipt;
  const read = parseTransaction(asciiBytes(entry), nobleCrypto);
  if (!read.ok) return undefined;
  const { action, body, ledger } = read.transaction.payload;
  const fields = readShown(body, disclosures, nobleCrypto);
  if (!fields.ok) return undefined;
  const keys = fields.shown.filter(({ name }) => name === HOLDER_KEY);
  const key = keys.length === 1 ? parsePublicJwk(keys[0]?.value ?? null) : undefined;
  return {
    ...{ action, origin: ledger, entry, receipt, hidden: fields.hidden },
    fields: fields.shown.map((field, at) => ({
      ...field,
      pointer: `${field.path}/${field.name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      disclosure: disclosures[at] as string,
    })),
    ...(key === undefined ? {} : { holder: thumbprint(key.jwk, nobleCrypto) }),
    ...(fact === undefined ? {} : { fact }),
  };
}

/** Whom a presentation is signed for. */
export interface Binding {
  readonly audience: string;
  /** What whoever checks it asked to be signed. */
  readonly nonce: string;
  /** Seconds since the epoch. */
  readonly nowSeconds: number;
  readonly signer: Es256Signer;
}

/**
 * A presentation of some fields, in the order in which the file has them. Where it is signed, the holder's key is shown as well. `withFact`: that the
 * record is in force is shown too, where the file holds a fact.
 * Rejects with RangeError where a field is not the file's, where the record names no such key, or on an audience or nonce that is none.
 */
export async function makePresentation(
  held: HeldRecord,
  pointers: readonly string[],
  { binding, withFact = false }: { readonly binding?: Binding; readonly withFact?: boolean } = {},
): Promise<string> {
  const unknown = pointers.find((pointer) => !held.fields.some((field) => field.pointer === pointer));
  if (unknown !== undefined) throw new RangeError('The file has no such field.');
  if (binding !== undefined && binding.signer.kid !== held.holder)
    throw new RangeError('The record does not name this key as its holder’s.');
  const chosen = held.fields.filter(({ pointer, name }) => pointers.includes(pointer) || (binding !== undefined && name === HOLDER_KEY));
  const disclosures = chosen.map(({ disclosure }) => disclosure);
  const fact = withFact && held.fact !== undefined ? { fact: held.fact } : {};
  const plain = { receipt: held.receipt, disclosures, ...fact };
  if (binding === undefined) return formatPresentation(plain);
  const { audience, nonce, nowSeconds, signer } = binding;
  const shown = shownDigest(held.entry, disclosures, nobleCrypto);
  const keyBinding = await makeKeyBinding({ audience, nonce, time: nowSeconds, shown }, (message) => signer.sign(message));
  return formatPresentation({ ...plain, keyBinding });
}
