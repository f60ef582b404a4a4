/** `/`: is the record sealed and seen, where does the money go, what was written last. */
import type { EntryRow } from '@tabularium/projections';
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import { classFlows, flowBar, flowFigures, flowLegend, yearFlows } from './money-flow.ts';
import type { PageSource } from './page-source.ts';
import { countWords, moneyWords, roleWords } from './plain-words.ts';
import type { WitnessStatus } from './witness-status.ts';

const LATEST = 10;
const CLASSES = 8;

export async function overviewBody(source: PageSource, words: LedgerWords, witness: WitnessStatus, office: string): Promise<Html> {
  const latest = await source.projections.entries({ limit: LATEST });
  return html`<h1>The public record of ${office}</h1>
<p class="lead">What officials here spend, decide and correct is written once and cannot be quietly changed. Anyone can take a proof away and check it without trusting this office.</p>
${stampCard(source, words, witness)}
<div class="two"><div>${await moneyCard(source)}</div>
<section class="card"><div class="head"><h2>Latest records</h2><a href="/entries">All records</a></div>
${latest.ok ? entryList(latest.value, words) : html`<p class="note">The list is being rebuilt. The record itself goes on.</p>`}</section></div>`;
}

/** When the record was last sealed, and who outside has seen it: green where somebody has, amber where nobody. */
export function stampCard(source: PageSource, words: LedgerWords, witness: WitnessStatus): Html {
  const { height, size, time } = source.ledger.head();
  const sealed = html`<span>${countWords(size, 'line')} in the record, stamp ${height} of ${words.time(time)}</span>`;
  const [first] = witness.witnesses;
  if (first === undefined) return html`<div class="stamp unseen"><strong>Not yet witnessed outside this office</strong>${sealed}</div>`;
  const names = witness.witnesses.map(({ name }) => name).join(', ');
  const behind = size - witness.size;
  const seen = behind === 0 ? html`all of it` : html`all but the newest ${countWords(behind, 'line')}`;
  return html`<div class="stamp seen"><strong>Witnessed by ${names}</strong><span>${seen}, last at ${words.time(first.time)}</span>${sealed}</div>`;
}

export function entryList(rows: readonly EntryRow[], words: LedgerWords): Html {
  if (rows.length === 0) return html`<p class="note">Nothing has been recorded yet.</p>`;
  const items = rows.map((row) => {
    const approvers = row.approvers.map((approver) => roleWords(...(approver.split('@') as [string, string])));
    return html`<li><div><a href="/entries/${row.index}">${words.action(row.action)}</a><span class="sub">${roleWords(row.role, row.office)}${approvers.length === 0 ? '' : ` with ${approvers.join(' and ')}`}</span></div><span class="when">${words.time(row.time)}</span></li>`;
  });
  return html`<ol class="list">${items}</ol>`;
}

async function moneyCard(source: PageSource): Promise<Html> {
  const [flow] = await yearFlows(source);
  if (flow === undefined)
    return html`<section class="card"><h2>Where the money goes</h2><p class="note">No budget has been entered yet.</p></section>`;
  const classes = (await classFlows(source, flow.year, 'functional')).filter((row) => row.currency === flow.currency).slice(0, CLASSES);
  const rows = classes.map(
    (row) =>
      html`<tr><td class="wide">${row.functional === null ? 'Not classified' : `Purpose ${row.functional}`}</td><td class="num" data-label="Budget">${moneyWords(String(row.appropriated), '')}</td><td class="num" data-label="Paid">${moneyWords(String(row.paid), '')}</td><td class="wide">${flowBar(row, flow.currency, true)}</td></tr>`,
  );
  const table =
    classes.length < 2
      ? undefined
      : html`<h3>By purpose, ${flow.currency}</h3><table class="stack"><thead><tr><th scope="col">Purpose</th><th scope="col" class="num">Budget</th><th scope="col" class="num">Paid</th><th scope="col">Share used</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<section class="card"><div class="head"><h2>Where the money goes, ${flow.year}</h2><a href="/accounts?year=${flow.year}">${countWords(flow.lines, 'budget line')}</a></div>
${flowFigures(flow.row, flow.currency)}${flowBar(flow.row, flow.currency)}${flowLegend()}<br>${table}</section>`;
}
