/**
 * The form of a presentation (docs/spec/presentation.md): a receipt, and beside it the disclosures of those fields that its holder shows.
 * Lines of text in one order, so that a presentation has one spelling. A holder's file is the same with every disclosure that there is.
 */
import { decodeBase64, encodeBase64 } from './base64.ts';
import { MAX_DISCLOSURES } from './disclosure.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

export interface Presentation {
  /** In the order in which the holder put them. */
  readonly disclosures: readonly string[];
  /** RFC 9901 §4.3: the holder's signature over what is shown, to whom and when. */
  readonly keyBinding?: string;
  /** A fact (docs/spec/fact.md) that the record is still as this entry wrote it. */
  readonly fact?: string;
  /** The receipt (docs/spec/receipt.md), verbatim. */
  readonly receipt: string;
}

export const PRESENTATION_HEAD = 'tabularium/presentation@v1\n';
/** Characters of a presentation: a receipt, a fact, and a few hundred fields. */
export const MAX_PRESENTATION_LENGTH = 1024 * 1024;

const DISCLOSURE = 'disclosure ';
const KEY_BINDING = 'key-binding ';
const FACT = 'fact ';
/** What may stand in a line: no character that a reader could take for the end of one. */
const PRINTABLE = /^[\x21-\x7e]+$/;

/** Throws RangeError where a disclosure or the key binding is not one word of ASCII, or is none. */
export function formatPresentation({ disclosures, keyBinding, fact, receipt }: Presentation): string {
  for (const word of keyBinding === undefined ? disclosures : [...disclosures, keyBinding]) {
    if (!PRINTABLE.test(word)) throw new RangeError('A disclosure or a key binding is one word of ASCII.');
  }
  const lines = [
    ...disclosures.map((text) => DISCLOSURE + text),
    ...(keyBinding === undefined ? [] : [KEY_BINDING + keyBinding]),
    ...(fact === undefined ? [] : [FACT + encodeBase64(encodeUtf8(fact))]),
  ];
  return `${PRESENTATION_HEAD}${lines.map((line) => `${line}\n`).join('')}\n${receipt}`;
}

/** Takes a presentation apart; undefined where the text has not this form. Whether it proves anything is for `verifyPresentation` to say. */
export function parsePresentation(text: string): Presentation | undefined {
  if (text.length > MAX_PRESENTATION_LENGTH || !text.startsWith(PRESENTATION_HEAD)) return undefined;
  const end = text.indexOf('\n\n', PRESENTATION_HEAD.length - 1);
  if (end === -1) return undefined;
  const lines = end < PRESENTATION_HEAD.length ? [] : text.slice(PRESENTATION_HEAD.length, end).split('\n');
  if (lines.length > MAX_DISCLOSURES + 2) return undefined;
  let at = 0;
  const next = (word: string): string | undefined => (lines[at]?.startsWith(word) === true ? lines[at++]?.slice(word.length) : undefined);
  const disclosures: string[] = [];
  for (let one = next(DISCLOSURE); one !== undefined; one = next(DISCLOSURE)) disclosures.push(one);
  const keyBinding = next(KEY_BINDING);
  const carried = next(FACT);
  if (at !== lines.length || disclosures.some((one) => !PRINTABLE.test(one))) return undefined;
  if (keyBinding !== undefined && !PRINTABLE.test(keyBinding)) return undefined;
  const bytes = carried === undefined ? undefined : decodeBase64(carried);
  const fact = bytes === undefined ? undefined : decodeUtf8(bytes);
  if (carried !== undefined && fact === undefined) return undefined;
  return {
    disclosures,
    ...(keyBinding === undefined ? {} : { keyBinding }),
    ...(fact === undefined ? {} : { fact }),
    receipt: text.slice(end + 2),
  };
}
