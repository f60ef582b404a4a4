/** `/`: is the record sealed and seen, where does the money go, what was written last. */
import type { EntryRow, JsonRow } from '@tabularium/projections';
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import { amount, classFlows, flowBar, flowFigures, flowLegend, largestLines, type YearFlow, yearFlows } from './money-flow.ts';
import type { PageSource } from './page-source.ts';
import { predecessorNotice } from './predecessor-page.ts';
import type { Seen } from './witness-status.ts';

const LATEST = 10;
const LARGEST = 8;

export async function overviewBody(source: PageSource, words: LedgerWords, seen: Seen, office: string): Promise<Html> {
  const { say } = words.saying;
  const latest = await source.projections.entries({ limit: LATEST });
  return html`<h1>${say('The public record of {office}', { office })}</h1>
<p class="lead">${say('What officials here spend, decide and correct is written once and cannot be quietly changed. Anyone can take a proof away and check it without trusting this office.')}</p>
${stampCard(source, words, seen)}${predecessorNotice(source, words)}
<div class="two"><div>${await moneyCard(source, words)}</div>
<section class="card"><div class="head"><h2>${say('Latest records')}</h2><a href="/entries">${say('All records')}</a></div>
${latest.ok ? entryList(latest.value, words) : html`<p class="note">${say('The list is being rebuilt. The record itself goes on.')}</p>`}</section></div>`;
}

/** When the record was last sealed, and who has seen it besides this office: green where somebody has, amber where nobody. */
export function stampCard(source: PageSource, words: LedgerWords, { witness, agencies }: Seen): Html {
  const { height, size, time } = source.ledger.head();
  const { say, count } = words.saying;
  const newest = { lines: count(size, 'line'), height: words.saying.number(height), time: words.time(time) };
  const sealed = html`<span>${say('{lines} in the record. Newest stamp: no. {height} of {time}.', newest)}</span>`;
  const [first] = witness.witnesses;
  if (first === undefined && agencies.size > 0)
    return html`<div class="stamp seen"><strong>${say('Kept by {count} agencies', { count: agencies.names.length })}</strong><span>${say('{names} have each checked and signed it.', { names: agencies.names.join(', ') })}</span>${sealed}</div>`;
  if (first === undefined)
    return html`<div class="stamp unseen"><strong>${say('Not yet witnessed outside this office')}</strong>${sealed}</div>`;
  const names = witness.witnesses.map(({ name }) => name).join(', ');
  const behind = size - witness.size;
  const last = words.time(first.time);
  const seen =
    behind === 0
      ? say('Seen whole, last on {time}.', { time: last })
      : say('Seen but for the newest {lines}, last on {time}.', { lines: count(behind, 'line'), time: last });
  return html`<div class="stamp seen"><strong>${say('Witnessed by {names}', { names })}</strong><span>${seen}</span>${sealed}</div>`;
}

export function entryList(rows: readonly EntryRow[], words: LedgerWords): Html {
  if (rows.length === 0) return html`<p class="note">${words.saying.say('Nothing has been recorded yet.')}</p>`;
  const items = rows.map((row) => {
    const roles = [[row.role, row.office], ...row.others.map((other) => other.split('@'))].map(([role = '', office = '']) =>
      words.role(role, office),
    );
    return html`<li><div><a href="/entries/${row.index}">${words.deed(row.action, row.about)}</a><span class="sub">${words.saying.list(roles)}</span></div><span class="when">${words.time(row.time)}</span></li>`;
  });
  return html`<ol class="list">${items}</ol>`;
}

/** The year that money is being paid in, or the newest. */
async function moneyCard(source: PageSource, words: LedgerWords): Promise<Html> {
  const flows = await yearFlows(source);
  const flow = flows.find(({ row }) => amount(row, 'paid') > 0n) ?? flows[0];
  const { saying } = words;
  const { say, count } = saying;
  if (flow === undefined)
    return html`<section class="card"><h2>${say('Where the money goes')}</h2><p class="note">${say('No budget has been entered yet.')}</p></section>`;
  const { year, currency } = flow;
  return html`<section class="card"><div class="head"><h2>${say('Where the money goes, {year}', { year })} <small>${say('in {currency}', { currency })}</small></h2><a href="/accounts?year=${year}">${count(flow.lines, 'budget line')}</a></div>
${flowFigures(flow.row, currency, saying)}${flowBar(flow.row, currency, saying)}${flowLegend(saying)}${await largestTable(source, words, flow)}</section>`;
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
      : classes.map((row) => [purposeName(row, words), row] as const);
  if (named.length < 2) return undefined;
  const { saying } = words;
  const { say } = saying;
  const rows = named.map(
    ([name, row]) =>
      html`<tr><td class="wide">${name}</td><td class="num" data-label="${say('Budget')}">${saying.amount(amount(row, 'appropriated'), flow.currency)}</td><td class="num" data-label="${say('Paid')}">${saying.amount(amount(row, 'paid'), flow.currency)}</td><td class="wide bars">${flowBar(row, flow.currency, saying, true)}</td></tr>`,
  );
  return html`<h3 class="apart">${say('The largest')}</h3><table class="stack"><thead><tr><th scope="col">${lines.length > 0 ? say('Budget line') : say('Purpose')}</th><th scope="col" class="num">${say('Budget')}</th><th scope="col" class="num">${say('Paid')}</th><th scope="col">${say('Share used')}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function purposeName({ functional }: JsonRow, { saying: { say } }: LedgerWords): Html {
  return functional === undefined || functional === null ? say('Purpose not stated') : say('Purpose {code}', { code: String(functional) });
}

function lineName(row: JsonRow, words: LedgerWords): Html {
  const title = words.titleOf(String(row.texts ?? '').split(' ')) ?? String(row.code);
  return html`<a href="/record/treasury/line/${String(row.id)}">${title}</a>`;
}
