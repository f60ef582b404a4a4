/** `/record/<key>`: what a record is now, and its life: every act that wrote it, by whom and when. */
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import { roleWords } from './plain-words.ts';
import type { Life, LifeEvent, Stories } from './story.ts';

/** Undefined when nothing ever stood under this key. */
export async function recordBody(stories: Stories, words: LedgerWords, key: string): Promise<Html | undefined> {
  const life = await stories.life(key);
  if (life === 'rebuilding') return html`<h1>${key}</h1><p class="note">The list is being rebuilt. The record itself goes on.</p>`;
  if (life === undefined) return undefined;
  const { title, stands, steps, complete } = life;
  const items = steps.map((step) => lifeItem(step, words));
  return html`<h1>${title} <span class="tags">${tags(stands)}</span></h1>
<p class="lead">${stands === undefined ? 'This record no longer stands; what was written about it does.' : 'What stands now, and every act that led to it.'}</p>
${standsCard(life, words)}
<section class="card"><h2>Its life</h2>${steps.length === 0 ? html`<p class="note">It stands since the founding.</p>` : html`<ol class="life">${items}</ol>`}${complete ? undefined : html`<p class="note">Only the first ${steps.length} steps are shown.</p>`}</section>
${technical(life)}`;
}

function tags(stands: Life['stands']): Html[] {
  if (stands === undefined) return [];
  const { standing, order, imported, state } = stands;
  return [
    ...(standing === '' ? [] : [html`<span class="tag amber">${standing}</span>`]),
    ...(order === '' ? [] : [html`<span class="tag amber">by order, case ${order}</span>`]),
    ...(imported ? [html`<span class="tag amber">imported, not authoritative</span>`] : []),
    ...(state === '' ? [] : [html`<span class="tag">${state}</span>`]),
  ];
}

function standsCard({ key, stands }: Life, words: LedgerWords): Html | undefined {
  if (stands === undefined) return undefined;
  return html`<section class="card"><h2>What stands now</h2><dl class="facts">${words.facts(stands.told)}</dl>
<p class="actions apart"><a class="button quiet" href="/api/v1/facts/${key}" download="${key.replaceAll('/', '-')}.fact.json">Download a proof of this</a></p></section>`;
}

function lifeItem({ entry, title, time, height, signers }: LifeEvent, words: LedgerWords): Html {
  // Nobody signs a deadline, nor the charter in block 1.
  const nobody = height === 1 ? 'By the charter, at the founding' : 'By itself, when its time had come';
  const by = entry === undefined ? nobody : signers.map(({ role, office }) => roleWords(role, office)).join(', with ');
  return html`<li>${entry === undefined ? title : html`<a href="/entries/${entry}">${title}</a>`}<span class="sub">${words.time(time)} · ${by}</span></li>`;
}

function technical({ key, stands }: Life): Html | undefined {
  if (stands === undefined) return undefined;
  const { rev, tx, rule } = stands.record;
  return html`<section class="card"><details><summary>Technical details</summary><dl class="facts"><dt>State key</dt><dd><code>${key}</code></dd><dt>Revision</dt><dd>${String(rev ?? '')}</dd><dt>Written by transaction</dt><dd><code>${String(tx ?? '')}</code></dd><dt>Rule</dt><dd><code>${String(rule ?? '')}</code></dd></dl><pre>${JSON.stringify(stands.record, null, 2)}</pre></details></section>`;
}
