/**
 * What a certificate is the paper of: a receipt, or a receipt with the fields of a record about a person (docs/spec/presentation.md). What is printed
 * is read from the proof that is attached, once that was checked: a paper cannot say otherwise than its file.
 */
import { type Crypto, formatPresentation, HOLDER_KEY, type JsonValue } from '@tabularium/protocol';
import { type RefusedPresentation, type RefusedReceipt, type VerifiedReceipt, verifyPresentation, verifyReceipt } from '@tabularium/verify';
import type { CertificateParts } from './certificate-maker.ts';
import type { Wording } from './certificate-words.ts';
import { type ScanCode, scanCodeOf } from './scan-code.ts';

export interface Proven {
  readonly ok: true;
  readonly checked: VerifiedReceipt;
  /** Of a record about a person: the holder's file, and what it shows. */
  readonly presentation?: string;
  readonly fields?: readonly { readonly label: string; readonly value: JsonValue }[];
}

export function proofOf({ receipt, policy, record }: CertificateParts, crypto: Crypto): Proven | RefusedReceipt | RefusedPresentation {
  if (record === undefined) {
    const checked = verifyReceipt(receipt, policy, crypto);
    return checked.ok ? { ok: true, checked } : checked;
  }
  const presentation = formatPresentation({ receipt, disclosures: record.fields.map(({ disclosure }) => disclosure) });
  const checked = verifyPresentation(presentation, { policy, crypto });
  if (!checked.ok) return checked;
  const fields = checked.shown
    .map(({ name, value }, at) => ({ name, value, label: record.fields[at]?.label ?? name }))
    // The holder's key is for signing; nobody reads it.
    .filter(({ name }) => name !== HOLDER_KEY);
  return { ok: true, checked: checked.receipt, presentation, fields };
}

/** The code with all that it can hold, and the words beneath it: every field, or the receipt alone, or where the entry stands. */
export function codeOf(
  { presentation }: Proven,
  { receipt, base, story }: CertificateParts,
  { words }: Wording,
): { readonly code: ScanCode; readonly codeSays: string } {
  const whole = presentation === undefined ? undefined : scanCodeOf(presentation, base, story.name);
  if (whole?.whole === true) return { code: whole, codeSays: words.wholeRecord };
  const code = scanCodeOf(receipt, base, story.name);
  if (!code.whole) return { code, codeSays: words.tooLong };
  return { code, codeSays: presentation === undefined ? words.whole : words.withoutFields };
}

/** A field's value as it is printed. */
export function fieldWords(value: JsonValue, wording: Wording): string {
  if (typeof value === 'string') return /^\d{4}-\d{2}-\d{2}$/.test(value) ? wording.day(value) : value;
  if (typeof value === 'boolean') return value ? wording.words.yes : wording.words.no;
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
