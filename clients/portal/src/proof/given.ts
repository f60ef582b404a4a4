/** What somebody gives to be checked, whatever it comes in: a proof's text, a certificate's PDF, a picture of its code, a link, a policy, a document. */
import { PRESENTATION_HEAD } from '@tabularium/protocol';
import { isPdf, presentationInCode, presentationInPdf, receiptInCode, receiptInPdf } from '@tabularium/sdk';
import { codeInPicture } from './code-in-picture.ts';
import { saltIn } from './file-digest.ts';

export type Given =
  | { readonly kind: 'receipt'; readonly proof: string | Uint8Array; readonly onPaper: boolean }
  | { readonly kind: 'presentation'; readonly proof: string | Uint8Array; readonly onPaper: boolean }
  | { readonly kind: 'fact'; readonly proof: string | Uint8Array }
  | { readonly kind: 'stamp'; readonly text: string }
  | { readonly kind: 'policy'; readonly text: string }
  /** Any other file. */
  | { readonly kind: 'document'; readonly bytes: Uint8Array }
  /** What hides a document's fingerprint, hex. */
  | { readonly kind: 'salt'; readonly salt: string }
  /** A picture without a code, or a code without a proof. */
  | { readonly kind: 'no-code' };

const RECEIPT = 'c2sp.org/tlog-proof';
/** Whatever line ends a mailer made of its own. */
const PRESENTATION_BEGINS = PRESENTATION_HEAD.trimEnd();
const LINK = /^https?:\/\/\S+#[pr]=[A-Z2-7]+\s*$/;
const STAMP = /^[^\s+]+\/[0-9a-f]{16}\n[0-9]+\n[A-Za-z0-9+/]{43}=\n/;
const POLICY = /^(?:#.*\n|\s*\n)*(?:log|witness)[ \t]/;
const LOOKED_AT = 4_096;

/** Rejects where the file cannot be read. */
export async function readFile(file: File): Promise<Given> {
  if (file.type.startsWith('image/')) return await readCode(await codeInPicture(file));
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isPdf(bytes)) {
    const presentation = await presentationInPdf(bytes);
    if (presentation !== undefined) return { kind: 'presentation', proof: presentation, onPaper: true };
    const receipt = await receiptInPdf(bytes);
    return receipt === undefined ? { kind: 'document', bytes } : { kind: 'receipt', proof: receipt, onPaper: true };
  }
  const salt = saltIn(bytes);
  if (salt !== undefined) return { kind: 'salt', salt };
  const begins = new TextDecoder('latin1').decode(bytes.subarray(0, LOOKED_AT));
  const named = file.name.endsWith('.tlog-proof');
  // A proof is checked byte by byte as it came: what was spoiled on the way must be noticed, and not be mended here.
  return textKind(begins, named) === undefined ? { kind: 'document', bytes } : readText(bytes, begins, named);
}

/** What was pasted is taken for a receipt where it is nothing else. */
export async function readPasted(text: string): Promise<Given> {
  const begins = text.trimStart();
  return LINK.test(begins) ? await readCode(begins.trimEnd()) : readText(begins, begins, true);
}

/** The text of a code, or the address that it opened. */
export async function readCode(text: string | undefined): Promise<Given> {
  const presentation = text === undefined ? undefined : await presentationInCode(text);
  if (presentation !== undefined) return { kind: 'presentation', proof: presentation, onPaper: true };
  const receipt = text === undefined ? undefined : await receiptInCode(text);
  return receipt === undefined ? { kind: 'no-code' } : { kind: 'receipt', proof: receipt, onPaper: true };
}

function readText(proof: string | Uint8Array, begins: string, named: boolean): Given {
  const kind = textKind(begins, named);
  if (kind === 'receipt' || kind === 'presentation') return { kind, proof, onPaper: false };
  if (kind === 'fact') return { kind, proof };
  return { kind: kind ?? 'stamp', text: typeof proof === 'string' ? proof : new TextDecoder().decode(proof) };
}

function textKind(begins: string, named: boolean): 'receipt' | 'presentation' | 'fact' | 'stamp' | 'policy' | undefined {
  if (begins.startsWith(PRESENTATION_BEGINS)) return 'presentation';
  if (begins.startsWith('{') && begins.includes('"statePath"')) return 'fact';
  if (STAMP.test(begins)) return 'stamp';
  if (POLICY.test(begins)) return 'policy';
  return named || begins.startsWith(RECEIPT) ? 'receipt' : undefined;
}
