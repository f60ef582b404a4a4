/** `/accounts`: every budget line of a year, from the budget to what was paid. */
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import { flowBar, flowFigures, flowLegend, lineRows, linesTable, yearFlows } from './money-flow.ts';
import type { PageSource } from './page-source.ts';

export async function accountsBody(source: PageSource, words: LedgerWords, query: Readonly<Record<string, string>>): Promise<Html> {
  const { saying } = words;
  const { say, count } = saying;
  const flows = await yearFlows(source);
  const [newest] = flows;
  const title = html`<h1>${say('Accounts')}</h1><p class="lead">${say('Each budget line from what was enacted to what was paid. No step can take more than the one before it holds.')}</p>`;
  if (newest === undefined) return html`${title}<div class="card"><p class="note">${say('No budget has been entered yet.')}</p></div>`;
  const year = query.year ?? newest.year;
  const years = [...new Set(flows.map((flow) => flow.year))].map((one) =>
    one === year ? html`<a href="/accounts?year=${one}" aria-current="true">${one}</a>` : html`<a href="/accounts?year=${one}">${one}</a>`,
  );
  const { cursor, search = '' } = query;
  const page = await lineRows(source, year, { ...(cursor === undefined ? {} : { cursor }), ...(search === '' ? {} : { search }) });
  const totals = flows
    .filter((flow) => flow.year === year)
    .map(
      (flow) =>
        html`<section class="card"><div class="head"><h2>${year} <small>${say('in {currency}', { currency: flow.currency })}</small></h2><span class="note">${count(flow.lines, 'budget line')}</span></div>${flowFigures(flow.row, flow.currency, saying)}${flowBar(flow.row, flow.currency, saying)}${flowLegend(saying)}</section>`,
    );
  const next =
    page?.next === undefined
      ? undefined
      : html`<a href="/accounts?${new URLSearchParams({ ...query, year, cursor: page.next }).toString()}">${say('More lines')}</a>`;
  const table =
    page === undefined
      ? html`<p class="note">${say('The list is being rebuilt. The record itself goes on.')}</p>`
      : page.rows.length === 0
        ? html`<p class="note">${say('No budget line fits.')}</p>`
        : linesTable(page.rows, words);
  return html`${title}<div class="years">${years}</div>${totals}
<section class="card"><h2>${say('Budget lines')}</h2>
<form class="find" action="/accounts" role="search"><input type="hidden" name="year" value="${year}"><input type="search" name="search" value="${search}" maxlength="100" placeholder="${say('Part of a line’s code')}" aria-label="${say('Part of a line’s code')}"><button>${say('Find')}</button></form>
${table}<div class="pager"><span></span>${next}</div></section>`;
}
