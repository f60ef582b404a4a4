/** One language in which pages and screens speak: what modules declare and what is said here, found by its English text or its code. */
import { moduleWords } from '@tabularium/catalogue/words';
import es from '../words/es.json' with { type: 'json' };
import { codeWords } from './plain-words.ts';

/** What pages say themselves. */
const OWN: Readonly<Record<string, Readonly<Record<string, string>>>> = { es };

export class Tongue {
  /** BCP 47, e.g. `es`. */
  readonly language: string;
  /** Of codes that are not shown as they are. */
  readonly codes: Readonly<Record<string, string>>;
  readonly #texts: ReadonlyMap<string, string>;

  private constructor(language: string) {
    const modules = Object.values(moduleWords[language] ?? {});
    this.language = language;
    this.codes = Object.assign({}, ...modules.map(({ codes }) => codes));
    this.#texts = new Map(Object.entries(Object.assign({}, ...modules.map(({ texts }) => texts), OWN[language])));
  }

  static readonly english = new Tongue('en');
  static readonly all: readonly Tongue[] = [Tongue.english, ...Object.keys(moduleWords).map((language) => new Tongue(language))];

  /** The first of those that an `Accept-Language` header (RFC 9110 §12.5.4) asks for; English where none is. */
  static asked(header: string | undefined): Tongue {
    const wanted = (header ?? '')
      .slice(0, LENGTH_MAX)
      .split(',')
      .map(wish)
      .sort((a, b) => b.weight - a.weight);
    for (const { language, weight } of wanted) {
      const tongue = weight > 0 ? Tongue.all.find((one) => one.language === language) : undefined;
      if (tongue !== undefined) return tongue;
    }
    return Tongue.english;
  }

  /** A declared word; as it is where this language has no other. */
  text(english: string): string {
    return this.#texts.get(english) ?? english;
  }

  /** `budget-controller` → `Budget controller`. */
  code(code: string): string {
    return codeWords(Object.hasOwn(this.codes, code) ? (this.codes[code] as string) : code);
  }

  /** A declaration with its titles, labels and sentences in this language. */
  declared<T>(declaration: T): T {
    if (this === Tongue.english || typeof declaration !== 'object' || declaration === null) return declaration;
    if (Array.isArray(declaration)) return declaration.map((one) => this.declared(one)) as T;
    return Object.fromEntries(
      Object.entries(declaration).map(([name, value]) => [
        name,
        typeof value === 'string' && WORDY.has(name) ? this.text(value) : this.declared(value),
      ]),
    ) as T;
  }
}

/** Longer headers are read so far. */
const LENGTH_MAX = 200;
/** Members of a declaration that hold words. */
const WORDY: ReadonlySet<string> = new Set(['title', 'text', 'label', 'description', 'basis']);

function wish(part: string): { readonly language: string; readonly weight: number } {
  const [range = '', ...parameters] = part.trim().split(';');
  const quality = parameters.map((one) => /^\s*q=([01](?:\.[0-9]{0,3})?)\s*$/i.exec(one)?.[1]).find((one) => one !== undefined);
  return { language: range.trim().toLowerCase().split('-')[0] ?? '', weight: quality === undefined ? 1 : Number(quality) };
}
