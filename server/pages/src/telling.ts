/** What plain pages and the portal's screens are told from, made once for all of them: the office, its words, its stories, who has seen it. */
import { LedgerWords } from './ledger-words.ts';
import { type Office, officeOf } from './office.ts';
import type { PageSource } from './page-source.ts';
import { Stories } from './story.ts';
import { type Seen, seenBy } from './witness-status.ts';

export interface Telling extends Office {
  readonly source: PageSource;
  readonly words: LedgerWords;
  readonly stories: Stories;
  readonly seen: () => Seen;
}

export function tellingOf(source: PageSource): Telling {
  const { office, zone } = officeOf(source.ledger);
  const words = new LedgerWords(source, zone);
  return { source, office, zone, words, stories: new Stories(source, words), seen: seenBy(source) };
}
