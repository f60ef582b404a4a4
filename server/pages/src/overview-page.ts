/** `/`: is the record sealed and seen, where does the money go, what was written last. */
import type { EntryRow, JsonRow } from '@tabularium/projections';
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import { amount, classFlows, flowBar, flowFigures, flowLegend, largestLines, type YearFlow, yearFlows } from './money-flow.ts';
import type { PageSource } from './page-source.ts';
import { amountWords, countWords, numberWords, roleWords } from './plain-words.ts';
import { predecessorNotice } from './predecessor-page.ts';
import type { Seen } from './witness-status.ts';

const LATEST = 10;
const LARGEST = 8;

export async function overviewBody(source: PageSource, words: LedgerWords, seen: Seen, office: string): Promise<Html> {
  const latest = await source.projections.entries({ limit: LATEST });
  return html`<h1>The public record of ${office}</h1>
<p class="lead">What officials here spend, decide and correct is written once and cannot be quietly changed. Anyone can take a proof away and check it without trusting this office.</p>
${stampCard(source, words, seen)}${predecessorNotice(source)}
<div class="two"><div>${await moneyCard(source, words)}</div>
<section class="card"><div class="head"><h2>Latest records</h2><a href="/entries">All records</a></div>
${latest.ok ? entryList(latest.value, words) : html`<p class="note">The list is being rebuilt. The record itself goes on.</p>`}</section></div>`;
}

/** When the record was last sealed, and who has seen it besides this office: green where somebody has, amber where nobody. */
export function stampCard(source: PageSource, words: LedgerWords, { witness, agencies }: Seen): Html {
  const { height, size, time } = source.ledger.head();
  const sealed = html`<span>${countWords(size, 'line')} in the record. Newest stamp: no. ${numberWords(height)} of ${words.time(time)}.</span>`;
  const [first] = witness.witnesses;
  if (first === undefined && agencies.size > 0)
    return html`<div class="stamp seen"><strong>Kept by ${agencies.names.length} agencies</strong><span>${agencies.names.join(', ')} have each checked and signed it.</span>${sealed}</div>`;
  if (first === undefined) return html`<div class="stamp unseen"><strong>Not yet witnessed outside this office</strong>${sealed}</div>`;
  const names = witness.witnesses.map(({ name }) => name).join(', ');
  const behind = size - witness.size;
  const seen = behind === 0 ? html`Seen whole` : html`Seen but for the newest ${countWords(behind, 'line')}`;
  return html`<div class="stamp seen"><strong>Witnessed by ${names}</strong><span>${seen}, last on ${words.time(first.time)}.</span>${sealed}</div>`;
}

export function entryList(rows: readonly EntryRow[], words: LedgerWords): Html {
  if (rows.length === 0) return html`<p class="note">Nothing has been recorded yet.</p>`;
  const items = rows.map((row) => {
    const others = row.others.map((other) => roleWords(...(other.split('@') as [string, string])));
    return html`<li><div><a href="/entries/${row.index}">${words.deed(row.action, row.about)}</a><span class="sub">${roleWords(row.role, row.office)}${others.length === 0 ? '' : ` with ${others.join(' and ')}`}</span></div><span class="when">${words.time(row.time)}</span></li>`;
  });
  return html`<ol class="list">${items}</ol>`;
}

/** The year that money is being paid in, or the newest. */
async function moneyCard(source: PageSource, words: LedgerWords): Promise<Html> {
  const flows = await yearFlows(source);
  const flow = flows.find(({ row }) => amount(row, 'paid') > 0n) ?? flows[0];
  if (flow === undefined)
    return html`<section class="card"><h2>Where the money goes</h2><p class="note">No budget has been entered yet.</p></section>`;
  return html`<section class="card"><div class="head"><h2>Where the money goes, ${flow.year} <small>in ${flow.currency}</small></h2><a href="/accounts?year=${flow.year}">All ${countWords(flow.lines, 'budget line')}</a></div>
${flowFigures(flow.row, flow.currency)}${flowBar(flow.row, flow.currency)}${flowLegend()}${await largestTable(source, words, flow)}</section>`;
}

async function largestTable(source: PageSource, words: LedgerWords, flow: YearFlow): Promise<Html | undefined> {
  const lines = await largestLines(source, flow, LARGEST);
  const classes =
    lines.length > 0
      ? []
      : (await classFlows(source, flow.year, 'functional')).filter((row) => row.currency === flow.currency).slice(0, LARGEST);
  const named =
    lines.length > 0
      ? lines.map((row) => [lineName(row, words), row] as const)
      : classes.map((row) => [html`Purpose ${String(row.functional ?? 'not stated')}`, row] as const);
  if (named.length < 2) return undefined;
  const rows = named.map(
    ([name, row]) =>
      html`<tr><td class="wide">${name}</td><td class="num" data-label="Budget">${amountWords(amount(row, 'appropriated'), flow.currency)}</td><td class="num" data-label="Paid">${amountWords(amount(row, 'paid'), flow.currency)}</td><td class="wide bars">${flowBar(row, flow.currency, true)}</td></tr>`,
  );
  return html`<h3 class="apart">The largest</h3><table class="stack"><thead><tr><th scope="col">${lines.length > 0 ? 'Budget line' : 'Purpose'}</th><th scope="col" class="num">Budget</th><th scope="col" class="num">Paid</th><th scope="col">Share used</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function lineName(row: JsonRow, words: LedgerWords): Html {
  const title = words.titleOf(String(row.texts ?? '').split(' ')) ?? String(row.code);
  return html`<a href="/record/treasury/line/${String(row.id)}">${title}</a>`;
}
