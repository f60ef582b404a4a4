/** What the judges said, a line for each thing judged, and each disagreement by name. */
import type { Verdict } from './ask-judges.ts';

const SHOWN = 20;

export class Report {
  disagreements = 0;
  #things = 0;

  /** `expected[i]` is what we say of the thing that `verdicts[i]` is about. */
  compare(judge: string, what: string, expected: readonly boolean[], verdicts: readonly Verdict[]): void {
    const good = expected.filter((ok) => ok).length;
    const wrong = verdicts.filter(({ ok }, i) => ok !== expected[i]);
    this.#things += verdicts.length;
    this.disagreements += wrong.length;
    const counts = [`${good} accepted`, ...(good < expected.length ? [`${expected.length - good} refused`] : [])].join(', ');
    console.log(`${wrong.length === 0 ? 'agrees   ' : 'DISAGREES'} ${judge}: ${what} (${counts} by us)`);
    for (const { name, ok, detail } of wrong.slice(0, SHOWN)) {
      console.log(`          ${name}: ${judge} ${ok ? 'accepts, we refuse' : `refuses (${detail}), we accept`}`);
    }
  }

  /** Something that had to be there and was not. */
  missing(what: string): void {
    this.#things++;
    this.disagreements++;
    console.log(`MISSING   ${what}`);
  }

  note(what: string): void {
    console.log(`          ${what}`);
  }

  summary(): string {
    return `judges: ${this.#things} things judged, ${this.disagreements} disagreements`;
  }
}
