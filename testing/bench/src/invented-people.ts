/**
 * People who are invented: as many as wanted, the same for the same seed. Few names are borne by many and many by few, as in any register; one
 * person in eight is written in another script. And how a clerk mistypes them.
 */
import { type SeededRandom, seededRandom } from '@tabularium/scenarios';
import type { Criteria } from '@tabularium/vault';

export interface Person extends Criteria {
  readonly names: readonly [given: string, family: string];
  readonly birthYear: number;
  readonly place: string;
}

const GIVEN =
  'maria anna ana jose antonio juan mohamed peter jan elena sofia ivan laura petra martin thomas eva lucia marta pavel olga katarina michal hans giulia pierre claire sara omar fatima nikolaos ioannis georgia dimitri svetlana yusuf ahmed leila zuzana tereza ingrid lars bjorn astrid kjell marek agnieszka piotr wojciech ewa krzysztof magdalena radovan milica dragan vesna zoran mirela andrei ioana gheorghe bogdan viktor oksana taras bohdan liam noah emma olivia charlotte amelia isabella lucas hugo louis jules camille chloe manon lea paul jakob lena leonie felix maximilian francesca lorenzo alessandro chiara matteo beatriz joao tiago ines'.split(
    ' ',
  );
const STEMS =
  'garc gonzal rodrigu fernand lop martin sanch per gom novak svobod dvorak kowal nowak wisniew kaminsk zielin szyman horvat kovac babic petrov ivan smirn kuznec popov sokol lebed koslov moroz shevchen kovalen bondar tkachen melnik schmid schneid fisch web mey wagn beck schulz hoffman koch richt klein wolf schroed neuman rossi russo ferrar esposit bianch roman colomb ricc marin grec brun gall cont silv sant oliv cost pereir almeid carvalh ferreir jansen bakk viss smit mulder bos vos peters hendriks johans anders karls nils eriks lars ols pers hans papadopoul pappas nikola georgiou dimitriou popesc ionesc dumitr stoic moldov nagy kovacs toth szab horvath varg kiss molnar'.split(
    ' ',
  );
const MIDDLES = ['', 'an', 'el', 'or', 'in', 'ut', 'er', 'ov', 'al', 'ik', 'um', 'ar'];
const ENDS = [
  'ez',
  'ova',
  'ski',
  'ska',
  'sen',
  'son',
  'ic',
  'enko',
  'er',
  'mann',
  'i',
  'a',
  'u',
  'is',
  'ak',
  'os',
  'ov',
  'ev',
  'escu',
  'y',
];
const TOWNS = 'mill church high new old lower upper white black long stone king queen saint bridge marsh wood oak ash elm'.split(' ');
const TOWN_ENDS = 'ford ham ton bury field mouth stead worth dale port wick bridge minster haven gate shaw ley combe hurst pool'.split(' ');
const CYRILLIC: readonly (readonly [string, string])[] = [
  ...([
    ['shch', 'щ'],
    ['sch', 'ш'],
    ['sh', 'ш'],
    ['ch', 'ч'],
    ['ts', 'ц'],
    ['zh', 'ж'],
    ['th', 'т'],
    ['ph', 'ф'],
    ['x', 'кс'],
    ['q', 'к'],
    ['w', 'в'],
  ] as const),
  ...[...'abvgdezijklmnoprstufhcy'].map((letter, n) => [letter, [...'абвгдезийклмнопрстуфхки'][n]!] as const),
];
/** Zipf, roughly: the first of n is borne by about one in `log2(n)` squared. */
const rank = (random: SeededRandom, n: number): number =>
  Math.min(n - 1, Math.floor(n ** (random.uint32() / 2 ** 32)) - 1 + random.below(2));
const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);

export function inCyrillic(name: string): string {
  return capital(CYRILLIC.reduce((text, [from, to]) => text.replaceAll(from, to), name.toLowerCase()));
}

/** So many, one after the other. */
export function* inventedPeople(count: number, seed: number): Generator<Person> {
  const random = seededRandom(seed);
  const families = random.shuffle(STEMS.flatMap((stem) => MIDDLES.flatMap((middle) => ENDS.map((end) => capital(stem + middle + end)))));
  const places = random.shuffle(
    TOWNS.flatMap((town) => TOWN_ENDS.flatMap((end) => ['', ' East', ' West'].map((side) => capital(town + end) + side))),
  );
  for (let n = 0; n < count; n++) {
    const names = [capital(GIVEN[rank(random, GIVEN.length)]!), families[rank(random, families.length)]!] as const;
    const isElsewhere = random.chance(1, 8);
    yield {
      names: isElsewhere ? [inCyrillic(names[0]), inCyrillic(names[1])] : names,
      birthYear: random.between(1930, 2025),
      place: places[rank(random, places.length)]!,
    };
  }
}

/** One letter is another one. */
export function mistyped(name: string, random: SeededRandom): string {
  const at = random.below(name.length);
  return name.slice(0, at) + random.pick([...'aeioubcdfgklmnprst']) + name.slice(at + 1);
}

/** Two neighbours have changed places. */
export function swapped(name: string, random: SeededRandom): string {
  const at = random.below(name.length - 1);
  return name.slice(0, at) + name[at + 1]! + name[at]! + name.slice(at + 2);
}
