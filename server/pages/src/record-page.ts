/** `/record/<key>`: what a record is now, and its life: every act that wrote it, by whom and when. */

import type { LifeStep } from '@tabularium/projections';
import type { JsonObject } from '@tabularium/protocol';
import { type Html, html } from './html.ts';
import { digestsIn, type LedgerWords } from './ledger-words.ts';
import type { PageSource } from './page-source.ts';
import { keyWords, roleWords } from './plain-words.ts';

const STEPS_MAX = 200;
/** The kernel's stamp on every record, and what has a place of its own on the page. */
const HIDDEN = new Set(['v', 'rev', 'tx', 'rule', 'time', 'standing', 'order', 'imported', 'texts', '_sd', 'state']);

/** Undefined when nothing ever stood under this key. */
export async function recordBody(source: PageSource, words: LedgerWords, key: string): Promise<Html | undefined> {
  const text = source.ledger.record(key);
  const answer = await source.projections.life(key, { limit: STEPS_MAX });
  if (text === undefined && (!answer.ok || answer.value.length === 0)) return undefined;
  const record = text === undefined ? undefined : (JSON.parse(text) as JsonObject);
  return html`<h1>${keyWords(key)} <span class="tags">${tags(record)}</span></h1>
<p class="lead">${record === undefined ? 'This record no longer stands; what was written about it does.' : 'What stands now, and every act that led to it.'}</p>
${record === undefined ? undefined : standsCard(record, words, key)}
<section class="card"><h2>Its life</h2>${answer.ok ? life(answer.value, words) : html`<p class="note">The list is being rebuilt. The record itself goes on.</p>`}</section>
${record === undefined ? undefined : technical(record, key)}`;
}

function tags(record: JsonObject | undefined): Html[] {
  if (record === undefined) return [];
  const found: Html[] = [];
  if (typeof record.standing === 'string' && record.standing !== '') found.push(html`<span class="tag amber">${record.standing}</span>`);
  if (typeof record.order === 'string') found.push(html`<span class="tag amber">by order, case ${record.order}</span>`);
  if (record.imported === true) found.push(html`<span class="tag amber">imported, not authoritative</span>`);
  if (typeof record.state === 'string') found.push(html`<span class="tag">${record.state}</span>`);
  return found;
}

function standsCard(record: JsonObject, words: LedgerWords, key: string): Html {
  const facts = [...words.texts(digestsIn(record)), ...words.members(key.split('/')[0] as string, words.recordSchema(key), record, HIDDEN)];
  return html`<section class="card"><h2>What stands now</h2><dl class="facts">${facts}</dl>
<p class="actions apart"><a class="button quiet" href="/api/v1/facts/${key}" download="${key.replaceAll('/', '-')}.fact.json">Download a proof of this</a></p></section>`;
}

function life(steps: readonly LifeStep[], words: LedgerWords): Html {
  if (steps.length === 0) return html`<p class="note">It stands since the founding.</p>`;
  const items = steps.map((step) => {
    const by = step.entry === undefined ? byNobody(step) : html`${roleWords(step.entry.role, step.entry.office)}`;
    const title =
      step.entry === undefined
        ? html`${words.event(step.type)}`
        : html`<a href="/entries/${step.entry.index}">${words.event(step.type)}</a>`;
    const others = (step.entry?.others ?? []).map((other) => html`, with ${roleWords(...(other.split('@') as [string, string]))}`);
    return html`<li>${title}<span class="sub">${words.time(step.time)} · ${by}${others}</span></li>`;
  });
  return html`<ol class="life">${items}</ol>${steps.length === STEPS_MAX ? html`<p class="note">Only the first ${STEPS_MAX} steps are shown.</p>` : undefined}`;
}

/** Nobody signs a deadline, nor the charter in block 1. */
function byNobody({ height }: LifeStep): Html {
  return height === 1 ? html`By the charter, at the founding` : html`By itself, when its time had come`;
}

function technical(record: JsonObject, key: string): Html {
  return html`<section class="card"><details><summary>Technical details</summary><dl class="facts"><dt>State key</dt><dd><code>${key}</code></dd><dt>Revision</dt><dd>${String(record.rev ?? '')}</dd><dt>Written by transaction</dt><dd><code>${String(record.tx ?? '')}</code></dd><dt>Rule</dt><dd><code>${String(record.rule ?? '')}</code></dd></dl><pre>${JSON.stringify(record, null, 2)}</pre></details></section>`;
}
