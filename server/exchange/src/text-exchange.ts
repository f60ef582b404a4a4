/**
 * How published texts go from node to node (docs/spec/disclosure.md "How texts spread"): who follows a node's list asks for the texts on it
 * that are not there yet, many at a time and by digest. Both answers are bounded; what of the texts did not fit is named, and asked for
 * again.
 */
import { nodeCrypto } from '@tabularium/crypto';
import { isDigest, MAX_DISCLOSURE_LENGTH, parseDisclosure } from '@tabularium/protocol';
import type { FoundText, ListedText, TextPlace } from '@tabularium/texts';
import { asArray, asObject, malformed, parseAnswer } from './read-answers.ts';

/** Texts listed, and digests asked for, at once. */
export const TEXTS_AT_ONCE = 1_000;
/** Such a question: each digest with quotes and a comma. */
export const DIGESTS_BYTES_MAX = 64 * 1024;
export const LIST_BYTES_MAX = 512 * 1024;
/** Characters of disclosures in one answer, unless there is only one; in base64url each is a byte. */
const TEXTS_LENGTH_MAX = 4 * 1024 * 1024;
/** With the JSON around each. */
export const TEXTS_BYTES_MAX = TEXTS_LENGTH_MAX + MAX_DISCLOSURE_LENGTH + TEXTS_AT_ONCE * 1024;

/** A part of a node's list. */
export interface TextPage {
  /** Newest height of the node that lists them: their entries are no later. */
  readonly height: number;
  readonly texts: readonly ListedText[];
}

/** What a node has of the texts that it was asked for. */
export interface TextsAnswer {
  /** By digest; a digest of which the node knows nothing is not there. */
  readonly found: ReadonlyMap<string, FoundText>;
  /** What did not fit. */
  readonly leftOut: readonly string[];
}

/** Address of what follows this place, below `/exchange/texts/after/`. */
export function placePath(place: TextPlace | undefined): string {
  return place === undefined ? '0' : `${place.at}/${place.mark}`;
}

/** The place of an address of this form: `0`, the beginning, is undefined. */
export function placeIn(path: string): TextPlace | undefined {
  const [at, mark] = path.split('/') as [string, string?];
  return mark === undefined ? undefined : { at: Number(at), mark };
}

/** Digests asked for; undefined where it is no such question. */
export function digestsIn(body: string): readonly string[] | undefined {
  const value = parse(body);
  const isQuestion =
    Array.isArray(value) && value.length <= TEXTS_AT_ONCE && value.every((one) => typeof one === 'string' && isDigest(one));
  return isQuestion ? value : undefined;
}

/** JSON text of what there is of these digests; the first that there is always fits. */
export function textsBody(digests: readonly string[], find: (digest: string) => FoundText | undefined): string {
  const texts: Record<string, FoundText> = {};
  let length = 0;
  for (const [n, digest] of digests.entries()) {
    const found = find(digest);
    if (found === undefined) continue;
    if (found.kind === 'text') length += found.disclosure.length;
    if (length > TEXTS_LENGTH_MAX) return JSON.stringify({ texts, left_out: digests.slice(n) });
    texts[digest] = found;
  }
  return JSON.stringify({ texts, left_out: [] });
}

export function asTextPage(bytes: Uint8Array, after: TextPlace | undefined): TextPage {
  const { height, texts } = asObject(parseAnswer(bytes));
  if (!Number.isSafeInteger(height) || asArray(texts).length > TEXTS_AT_ONCE) return malformed();
  let last = after?.at ?? 0;
  return {
    height: height as number,
    texts: asArray(texts).map((one) => {
      const { at, mark, digest, tx } = asObject(one);
      if (!Number.isSafeInteger(at) || (at as number) <= last || !/^[0-9a-f]{16}$/.test(String(mark))) return malformed();
      if (typeof digest !== 'string' || typeof tx !== 'string' || !isDigest(digest) || !isDigest(tx)) return malformed();
      last = at as number;
      return { at: last, mark: mark as string, digest, tx };
    }),
  };
}

/** The texts of these digests; each one fits its digest. */
export function asTexts(bytes: Uint8Array, digests: readonly string[]): TextsAnswer {
  const { texts, left_out: leftOut } = asObject(parseAnswer(bytes));
  const asked = new Set(digests);
  const left = asArray(leftOut).map((one) => (typeof one === 'string' && asked.delete(one) ? one : malformed()));
  // Who leaves out all of them would be asked for ever.
  if (asked.size === 0 && digests.length > 0) return malformed();
  const found = new Map(
    Object.entries(asObject(texts)).map(([digest, one]) => [digest, asked.has(digest) ? asFoundText(one, digest) : malformed()]),
  );
  return { found, leftOut: left };
}

/** The disclosure of this digest, or its withdrawal. */
export function asFoundText(value: unknown, digest: string): FoundText {
  const { kind, disclosure, time, ground, case: ofCase, digest: of } = asObject(value);
  if (kind === 'text' && typeof disclosure === 'string') {
    const parsed = parseDisclosure(disclosure, nodeCrypto);
    return parsed.ok && parsed.digest === digest ? { kind, disclosure } : malformed();
  }
  if (kind === 'withdrawn' && of === digest && Number.isSafeInteger(time) && typeof ground === 'string' && typeof ofCase === 'string') {
    return { kind, digest, time: time as number, ground, case: ofCase };
  }
  return malformed();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
