/**
 * How pages speak in one language: sentences found by their English text, with what stands in their gaps; numbers, sums and days as they are
 * written there.
 */
import { minorDigits } from '@tabularium/protocol';
import { type Html, html, type Part } from './html.ts';
import { amountWords, dayWords, moneyWords, numberWords, shortId, timeWords, type Zone } from './plain-words.ts';
import type { Tongue } from './tongue.ts';

const NBSP = '\u00a0';
const MILLION = 1_000_000n;

export class Saying {
  readonly tongue: Tongue;
  readonly #zone: Zone;

  constructor(tongue: Tongue, zone: Zone) {
    this.tongue = tongue;
    this.#zone = zone;
  }

  /** `{name}` in a sentence stands for that part. */
  readonly say = (english: string, parts: Readonly<Record<string, Part>> = {}): Html => {
    const pieces = this.tongue.text(english).split(/\{([a-z]+)\}/);
    return html`${pieces.map((piece, n) => (n % 2 === 0 ? piece : parts[piece]))}`;
  };

  /** `1 line`, `2,345 lines`. */
  readonly count = (count: number, one: string, many = `${one}s`): string =>
    `${this.number(count)} ${this.tongue.text(count === 1 ? one : many)}`;

  /** `one`, `one and another`, `one, another and a third`. */
  list(texts: readonly string[]): string {
    return new Intl.ListFormat(this.tongue.language === 'en' ? 'en-GB' : this.tongue.language, { type: 'conjunction' }).format(texts);
  }

  number(count: number): string {
    return numberWords(count, this.tongue.language);
  }

  money(minor: string | bigint, currency: string): string {
    return moneyWords(minor, currency, this.tongue.language);
  }

  amount(minor: string | bigint, currency: string): string {
    return amountWords(minor, currency, this.tongue.language);
  }

  /** Large sums in words for headlines, rounded down: `12.4 million`. */
  roundAmount(minor: bigint, currency: string): string {
    const whole = minor / 10n ** BigInt(minorDigits(currency) ?? 0);
    if (whole < MILLION) return amountWords(whole, '', this.tongue.language);
    const [size, one, many] =
      whole < 1_000n * MILLION ? [MILLION, 'million', '{value} million'] : [1_000n * MILLION, 'billion', '{value} billion'];
    const tenths = (whole * 10n) / size;
    if (tenths === 10n) return `1 ${this.tongue.text(one)}`.replaceAll(' ', NBSP);
    const value = new Intl.NumberFormat(this.tongue.language).format(Number(tenths) / 10);
    return this.tongue.text(many).replace('{value}', value).replaceAll(' ', NBSP);
  }

  day(day: string): string {
    return dayWords(day, this.tongue.language);
  }

  /** In the charter's zone. */
  time(time: number): string {
    return timeWords(time, this.#zone, this.tongue.language);
  }

  id(id: string): string {
    return shortId(id, this.tongue.text('no.'));
  }
}
