/**
 * Names as they are compared: in any script, with or without accents, and however a clerk abroad spelled them. any-ascii brings a letter of any
 * script to Latin ones; what follows brings together what different offices write for one sound (Щ, Shch, Chtch; Müller, Mueller). Its version
 * is part of the tokens: with another one, the index is made anew.
 */
import anyAscii from 'any-ascii';

export interface FoldedWord {
  readonly letters: string;
  /** Its consonants: what is left of a name between a script that writes vowels and one that does not. May be empty. */
  readonly skeleton: string;
}

/** Words looked at, and letters of each. */
const WORDS_MAX = 12;
const LETTERS_MAX = 40;

/** Greek pairs of letters that are one sound; a letter alone is any-ascii's. */
const GREEK: readonly (readonly [RegExp, string])[] = [
  [/ου/g, 'u'],
  [/[εα]υ/g, 'ev'],
  [/[οε]ι/g, 'i'],
  [/αι/g, 'e'],
  [/μπ/g, 'b'],
  [/ντ/g, 'd'],
  [/γκ/g, 'g'],
];

/** In this order: several spellings to one. */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/schtsch|shch|chtch|szcz/g, 's'],
  [/tsch|tch|ch|cz|ck|ts|tz|c|q/g, 'k'],
  [/sch|sh|sz|zh|z/g, 's'],
  [/x/g, 'ks'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/kh/g, 'h'],
  [/gh/g, 'g'],
  [/dj/g, 'd'],
  [/w/g, 'v'],
  [/[yj]/g, 'i'],
  [/ae/g, 'a'],
  [/oe/g, 'o'],
  [/[uo]u|ue/g, 'u'],
  [/(.)\1+/g, '$1'],
];

export function foldWords(text: string): readonly FoldedWord[] {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f'’ʼ´`.]/g, '')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, WORDS_MAX)
    .map(foldWord)
    .filter(({ letters }) => letters !== '');
}

function foldWord(word: string): FoldedWord {
  const isAbjad = /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(word);
  const greek = GREEK.reduce((text, [from, to]) => text.replace(from, to), word);
  const latin = anyAscii(greek)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  // Arabic and Hebrew write w and y for long vowels too.
  const sounds = SOUNDS.reduce((text, [from, to]) => text.replace(from, to), isAbjad ? latin.replace(/[wy]/g, '') : latin);
  return {
    letters: sounds.replace(/([aeiou])h(?![aeiou])/g, '$1').slice(0, LETTERS_MAX),
    skeleton: sounds
      .replace(/[aeiou]|h$/g, '')
      .replace(/(.)\1+/g, '$1')
      .slice(0, LETTERS_MAX),
  };
}

/** A number as it is compared: letters and digits alone. */
export function foldNumber(number: string): string {
  return number
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
