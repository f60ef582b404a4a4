/** `/entries`: everything that was accepted, newest first, and a way to one record by number, name or key. */
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import { entryList } from './overview-page.ts';
import type { PageSource } from './page-source.ts';

const PAGE = 50;

export async function entriesBody(source: PageSource, words: LedgerWords, query: Readonly<Record<string, string>>): Promise<Html> {
  const { say } = words.saying;
  const before = /^[1-9][0-9]{0,14}$/.test(query.before ?? '') ? Number(query.before) : undefined;
  const answer = await source.projections.entries(before === undefined ? { limit: PAGE } : { before, limit: PAGE });
  const last = answer.ok && answer.value.length === PAGE ? answer.value.at(-1) : undefined;
  const sought = query.q;
  const missed =
    sought === undefined ? undefined : html`<p class="stamp unseen">${say('Nothing in the record has this number, name or key.')}</p>`;
  const what = say('Number, name or key of a record');
  return html`<h1>${say('Records')}</h1>
<p class="lead">${say('Every act that this office accepted, in the order in which it was written. What was refused is not here: whoever was refused holds a signed note of it.')}</p>
<form class="find" action="/entries" role="search"><input type="search" name="q" value="${sought ?? ''}" maxlength="300" placeholder="${what}" aria-label="${what}"><button>${say('Find')}</button></form>
${missed}<section class="card">${answer.ok ? entryList(answer.value, words) : html`<p class="note">${say('The list is being rebuilt. The record itself goes on.')}</p>`}
<div class="pager">${before === undefined ? html`<span></span>` : html`<a href="/entries">${say('Newest')}</a>`}${last === undefined ? undefined : html`<a href="/entries?before=${last.index}">${say('Older')}</a>`}</div></section>`;
}

/** Where a search leads, if it means one thing. */
export function findTarget(source: PageSource, sought: string): string | undefined {
  const text = sought.trim();
  if (/^[0-9]{1,15}$/.test(text)) return Number(text) < source.ledger.head().size ? `/entries/${Number(text)}` : undefined;
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) {
    const placed = source.ledger.placed(text);
    return placed === undefined ? undefined : `/entries/${placed.index}`;
  }
  return /^[a-z0-9-]+\/[a-z0-9-]+\/[A-Za-z0-9._:@~-]{1,128}$/.test(text) && source.ledger.record(text) !== undefined
    ? `/record/${text}`
    : undefined;
}
