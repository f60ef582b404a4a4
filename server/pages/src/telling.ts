/**
 * What plain pages and the portal's screens are told from, made once for all of them: the office, its words, its stories, who has seen it;
 * in each language that there is.
 */
import { LedgerWords } from './ledger-words.ts';
import { type Office, officeOf } from './office.ts';
import type { PageSource } from './page-source.ts';
import { Stories } from './story.ts';
import { Tongue } from './tongue.ts';
import { type Seen, seenBy } from './witness-status.ts';

export interface Telling extends Office {
  readonly source: PageSource;
  readonly words: LedgerWords;
  readonly stories: Stories;
  readonly seen: () => Seen;
  /** The same in another language. */
  readonly in: (tongue: Tongue) => Telling;
}

/** In English. */
export function tellingOf(source: PageSource): Telling {
  const { office, zone } = officeOf(source.ledger);
  const seen = seenBy(source);
  const tellings = new Map<Tongue, Telling>();
  const say = (tongue: Tongue): Telling => {
    const known = tellings.get(tongue);
    if (known !== undefined) return known;
    const words = new LedgerWords(source, zone, tongue);
    const telling = { source, office, zone, words, stories: new Stories(source, words), seen, in: say };
    tellings.set(tongue, telling);
    return telling;
  };
  return say(Tongue.english);
}
