/** A holder's file, whatever it comes in: itself, a certificate's PDF that carries it, or behind the `#` of a link. */
import { type HeldRecord, isPdf, presentationInCode, presentationInPdf, readHeld } from '@tabularium/sdk';

/** What could still be a holder's file or a certificate. */
const BYTES_MAX = 16 * 1024 * 1024;

/** Rejects where the file cannot be read; undefined where it holds no record. */
export async function heldInFile(file: File): Promise<HeldRecord | undefined> {
  if (file.size > BYTES_MAX) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = isPdf(bytes) ? await presentationInPdf(bytes) : new TextDecoder().decode(bytes);
  return text === undefined ? undefined : readHeld(text);
}

export async function heldInLink(link: string): Promise<HeldRecord | undefined> {
  const text = await presentationInCode(link);
  return text === undefined ? undefined : readHeld(text);
}
