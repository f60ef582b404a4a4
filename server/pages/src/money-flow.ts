/**
 * Where the money goes: the treasury's budget lines along their chain, each step within the one before. This is the
 * one page that knows a module by name (DESIGN §3: a flow of funds is a page of its own).
 */
import type { JsonRow } from '@tabularium/projections';
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import type { PageSource } from './page-source.ts';
import type { Saying } from './saying.ts';

const LINES = 'treasury.lines';
const LINES_RANKED = 200;
/** Each step is part of the one before it; the first is the whole. */
export const STEPS = [
  { column: 'appropriated', label: 'Budget', style: 's0', key: '' },
  { column: 'allotted', label: 'Allotted', style: 's1', key: 'k1' },
  { column: 'committed', label: 'Committed', style: 's2', key: 'k2' },
  { column: 'certified', label: 'Owed in all', style: 's3', key: 'k3' },
  { column: 'paid', label: 'Paid', style: 's4', key: 'k4' },
] as const;

export interface YearFlow {
  readonly year: string;
  readonly currency: string;
  readonly lines: number;
  readonly row: JsonRow;
}

/** Whether this ledger keeps public money at all. */
export function keepsMoney(source: PageSource): boolean {
  return source.catalogue.some((module) => module.name === 'treasury' && module.views.lines?.kind === 'list');
}

/** Totals of expense by year and currency, newest year first; empty where there are none. */
export async function yearFlows(source: PageSource): Promise<readonly YearFlow[]> {
  if (!keepsMoney(source)) return [];
  const answer = await source.projections.sums(LINES, { by: ['year', 'currency'], equal: { side: 'expense' } });
  if (!answer.ok) return [];
  const flows = answer.value.groups.map((row) => ({
    year: String(row.year),
    currency: String(row.currency ?? ''),
    lines: Number(row.rows),
    row,
  }));
  return flows.sort((a, b) => (a.year < b.year ? 1 : a.year > b.year ? -1 : 0));
}

/** The largest budget lines of a year, for ledgers of up to 200 lines; nothing where there are more. */
export async function largestLines(source: PageSource, flow: YearFlow, count: number): Promise<readonly JsonRow[]> {
  if (flow.lines > LINES_RANKED) return [];
  const answer = await source.projections.list(LINES, {
    equal: { side: 'expense', year: flow.year, currency: flow.currency },
    limit: LINES_RANKED,
  });
  if (!answer.ok) return [];
  const size = (row: JsonRow): bigint => amount(row, 'appropriated');
  return [...answer.value.rows].sort((a, b) => (size(a) < size(b) ? 1 : size(a) > size(b) ? -1 : 0)).slice(0, count);
}

/** Totals of a year by a classification, largest first. */
export async function classFlows(
  source: PageSource,
  year: string,
  by: 'functional' | 'administrative' | 'economic',
): Promise<readonly JsonRow[]> {
  const answer = await source.projections.sums(LINES, { by: [by, 'currency'], equal: { side: 'expense', year } });
  if (!answer.ok) return [];
  const size = (row: JsonRow): bigint => BigInt(String(row.appropriated));
  return [...answer.value.groups].sort((a, b) => (size(a) < size(b) ? 1 : size(a) > size(b) ? -1 : 0));
}

export async function lineRows(
  source: PageSource,
  year: string,
  query: { readonly cursor?: string; readonly search?: string },
): Promise<{ readonly rows: readonly JsonRow[]; readonly next?: string } | undefined> {
  const answer = await source.projections.list(LINES, { equal: { side: 'expense', year }, limit: 100, ...query });
  return answer.ok ? answer.value : undefined;
}

/** The steps of one row as one bar: the whole is the budget, the darkest part is paid. */
export function flowBar(row: JsonRow, currency: string, saying: Saying, thin = false): Html {
  const whole = amount(row, 'appropriated');
  const words = STEPS.map(({ column, label }) => `${saying.tongue.text(label)} ${saying.money(amount(row, column), currency)}`).join(', ');
  const parts = STEPS.slice(1).map(
    ({ column, style }) => html`<rect class="${style}" width="${share(amount(row, column), whole)}" height="10"/>`,
  );
  return html`<svg class="${thin ? 'bar thin' : 'bar'}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${words}">${parts}</svg>`;
}

export function flowLegend({ say }: Saying): Html {
  const items = STEPS.slice(1).map(
    ({ label, style }) =>
      html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${style}" width="10" height="10"/></svg>${say(label)}</li>`,
  );
  return html`<ul class="legend"><li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="s0" width="10" height="10"/></svg>${say('Not yet allotted')}</li>${items}</ul>`;
}

/** The steps' sums as figures. */
export function flowFigures(row: JsonRow, currency: string, saying: Saying): Html {
  const figures = STEPS.map(
    ({ column, label, key }) =>
      html`<div class="${key}"><dt>${saying.say(label)}</dt><dd title="${saying.money(amount(row, column), currency)}">${saying.roundAmount(amount(row, column), currency)}</dd></div>`,
  );
  return html`<dl class="figures">${figures}</dl>`;
}

/** Budget lines as a table that becomes cards on a phone. */
export function linesTable(rows: readonly JsonRow[], words: LedgerWords): Html {
  const { saying } = words;
  const { say } = saying;
  const shown = STEPS.filter(({ column }) => column !== 'certified');
  const body = rows.map((row) => {
    const id = String(row.id);
    const currency = String(row.currency ?? '');
    const title = words.titleOf(String(row.texts ?? '').split(' '));
    const cells = shown.map(
      ({ column, label }) => html`<td class="num" data-label="${say(label)}">${saying.amount(amount(row, column), currency)}</td>`,
    );
    return html`<tr>
<td class="wide"><a href="/record/treasury/line/${id}">${title ?? String(row.code)}</a> ${standingTag(String(row.standing ?? ''), words)}<span class="sub">${id} · ${currency}</span></td>
${cells}
<td class="wide">${flowBar(row, currency, saying, true)}</td>
</tr>`;
  });
  const heads = shown.map(({ label }) => html`<th scope="col" class="num">${say(label)}</th>`);
  return html`<table class="stack"><thead><tr><th scope="col">${say('Budget line')}</th>${heads}<th scope="col">${say('Share used')}</th></tr></thead><tbody>${body}</tbody></table>`;
}

/** `withdrawn`, `annulled` or `suspended`, in amber. */
function standingTag(standing: string, { tongue }: LedgerWords): Html | undefined {
  return standing === '' ? undefined : html`<span class="tag amber">${tongue.code(standing)}</span>`;
}

export function amount(row: JsonRow, column: string): bigint {
  const value = row[column];
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : 0n;
}

/** Percent with one digit, 0 to 100. */
function share(part: bigint, whole: bigint): string {
  if (whole <= 0n || part <= 0n) return '0';
  const tenths = Number((part * 1000n) / whole);
  return String(Math.min(tenths, 1000) / 10);
}
