/**
 * What a case is found by, as keyed tokens (DESIGN §5 "Search"). A piece of a name is never a token alone, but with a second criterion: so the
 * rows of one token are few, a stranger who reads them learns next to nothing from how many they are, and nobody leafs through a register.
 */
import { createHmac, hash } from 'node:crypto';
import { foldNumber, foldWords } from './fold-name.ts';

/** What is known of a person, or asked for. */
export interface Criteria {
  readonly names?: readonly string[];
  readonly birthYear?: number;
  readonly place?: string;
  readonly number?: string;
}

/** Why a question is not answered. A closed list. */
export const SEARCH_CODES = {
  'search-too-few': 'A search needs two of names, year of birth, place and number.',
  'search-too-wide': 'A year and a place are not enough: a name or a number has to be with them.',
  'search-malformed': 'A name has letters, a year four digits, a number letters or digits.',
} as const;
export type SearchCode = keyof typeof SEARCH_CODES;

export class SearchRefused extends Error {
  override readonly name = 'SearchRefused';
  readonly code: SearchCode;
  constructor(code: SearchCode) {
    super(SEARCH_CODES[code]);
    this.code = code;
  }
}

/** A token with what it counts, in millionths of one pair of criteria. */
export interface Term {
  readonly token: Uint8Array;
  readonly weight: number;
}

export interface Terms {
  readonly terms: readonly Term[];
  /** Pairs of criteria: what all terms together can weigh, in millions. */
  readonly pairs: number;
  /** Weight of the names' pieces before it was brought to millionths: how long the names are. */
  readonly length: number;
}

export const TOKEN_BYTES = 8;
const MILLION = 1_000_000;
/** The consonants of a word count as much as four of its trigrams. */
const SKELETON = 4;
/** A year beside the one asked for counts a little less. */
const NEAR_YEAR = 0.9;
const NAMES_MAX = 8;
const NAME_MAX = 200;

/** Pieces of the names with what each counts: trigrams of the letters, and the consonants of each word. */
function piecesOf(names: readonly string[]): ReadonlyMap<string, number> {
  const pieces = new Map<string, number>();
  for (const { letters, skeleton } of names.flatMap(foldWords)) {
    const padded = `^${letters}$`;
    for (let at = 0; at + 3 <= padded.length; at++) pieces.set(`3${padded.slice(at, at + 3)}`, 1);
    if (skeleton !== '') pieces.set(`s${skeleton}`, SKELETON);
  }
  return pieces;
}

function initialsOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap(foldWords).map(({ letters, skeleton }) => (skeleton || letters).slice(0, 1)));
}

function placeOf(place: string): string {
  return foldWords(place)
    .map(({ letters, skeleton }) => skeleton || letters)
    .join(' ');
}

/** Throws `SearchRefused` on criteria by which nobody is sought; of a case, `isAsked` false, whatever is known is taken. */
export function termsOf(criteria: Criteria, key: Uint8Array, isAsked: boolean): Terms {
  const { names = [], birthYear, number } = criteria;
  const place = criteria.place === undefined ? undefined : placeOf(criteria.place);
  const folded = number === undefined ? undefined : foldNumber(number);
  const pieces = piecesOf(names);
  if (isAsked) checkAsked(criteria, pieces.size, place, folded);
  const length = [...pieces.values()].reduce((sum, weight) => sum + weight, 0);
  const terms: Term[] = [];
  const weigh = (second: string, of: Parts, share: number): void => {
    const secret = createHmac('sha256', key).update(second).digest();
    for (const [piece, part] of of) terms.push({ token: tokenOf(secret, piece), weight: Math.round(MILLION * part * share) });
  };
  const parts: Parts = [...pieces].map(([piece, weight]) => [piece, weight / length]);
  const initials: Parts = [...initialsOf(names)].map((initial, _, all) => [`i${initial}`, 1 / all.length]);
  const whole: Parts = [[`n${folded}`, 1]];
  const pairs: (readonly [second: string, of: Parts])[] = [];
  for (const of of [...(pieces.size > 0 ? [parts] : []), ...(folded ? [whole] : [])]) {
    if (birthYear !== undefined) pairs.push([`y${birthYear}`, of]);
    if (place) pairs.push([`p${place}`, of]);
    for (const near of isAsked && birthYear !== undefined ? [birthYear - 1, birthYear + 1] : []) weigh(`y${near}`, of, NEAR_YEAR);
  }
  if (pieces.size > 0 && folded) pairs.push([`n${folded}`, initials]);
  for (const [second, of] of pairs) weigh(second, of, 1);
  return { terms, pairs: pairs.length, length };
}

/** Pieces of what is sought with the part of the whole that each is. */
type Parts = readonly (readonly [piece: string, part: number])[];

/** SHA-256 of the second criterion's secret and the piece, cut: one call in place of the three of an HMAC, and cut there is nothing to extend. */
function tokenOf(secret: Uint8Array, piece: string): Uint8Array {
  return hash('sha256', Buffer.concat([secret, Buffer.from(piece)]), 'buffer').subarray(0, TOKEN_BYTES);
}

function checkAsked({ names = [], birthYear, place, number }: Criteria, pieces: number, foldedPlace?: string, foldedNumber?: string): void {
  const isWrong =
    names.length > NAMES_MAX ||
    [...names, place ?? '', number ?? ''].some((text) => text.length > NAME_MAX) ||
    (names.length > 0 && pieces === 0) ||
    foldedPlace === '' ||
    foldedNumber === '' ||
    (birthYear !== undefined && !(Number.isSafeInteger(birthYear) && birthYear >= 1000 && birthYear <= 9999));
  if (isWrong) throw new SearchRefused('search-malformed');
  const given = [names.length > 0, birthYear !== undefined, place !== undefined, number !== undefined].filter(Boolean).length;
  if (given < 2) throw new SearchRefused('search-too-few');
  if (names.length === 0 && number === undefined) throw new SearchRefused('search-too-wide');
}
