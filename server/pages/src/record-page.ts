/** `/record/<key>`: what a record is now, and its life: every act that wrote it, by whom and when. */
import { documentLines } from './attached-documents.ts';
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import type { Life, LifeEvent, Stories } from './story.ts';

/** Undefined when nothing ever stood under this key. */
export async function recordBody(stories: Stories, words: LedgerWords, key: string): Promise<Html | undefined> {
  const { say } = words.saying;
  const life = await stories.life(key);
  if (life === 'rebuilding')
    return html`<h1>${key}</h1><p class="note">${say('The list is being rebuilt. The record itself goes on.')}</p>`;
  if (life === undefined) return undefined;
  const { title, stands, documents, steps, complete } = life;
  const items = steps.map((step) => lifeItem(step, words));
  const lead =
    stands === undefined
      ? say('This record no longer stands; what was written about it does.')
      : say('What stands now, and every act that led to it.');
  return html`<h1>${title} <span class="tags">${tags(stands, words)}</span></h1>
<p class="lead">${lead}</p>
${standsCard(life, words)}
<section class="card"><h2>${say('Its life')}</h2>${steps.length === 0 ? html`<p class="note">${say('It stands since the founding.')}</p>` : html`<ol class="life">${items}</ol>`}${complete ? undefined : html`<p class="note">${say('Only the first {count} steps are shown.', { count: steps.length })}</p>`}</section>
${documentLines(documents, words)}
${technical(life, words)}`;
}

function tags(stands: Life['stands'], { tongue, saying: { say } }: LedgerWords): Html[] {
  if (stands === undefined) return [];
  const { standing, order, imported, state } = stands;
  return [
    ...(standing === '' ? [] : [html`<span class="tag amber">${tongue.code(standing)}</span>`]),
    ...(order === '' ? [] : [html`<span class="tag amber">${say('by order, case {order}', { order })}</span>`]),
    ...(imported ? [html`<span class="tag amber">${say('imported, not authoritative')}</span>`] : []),
    ...(state === '' ? [] : [html`<span class="tag">${tongue.code(state)}</span>`]),
  ];
}

function standsCard({ key, stands }: Life, words: LedgerWords): Html | undefined {
  const { say } = words.saying;
  if (stands === undefined) return undefined;
  return html`<section class="card"><h2>${say('What stands now')}</h2><dl class="facts">${words.facts(stands.told)}</dl>
<p class="actions apart"><a class="button quiet" href="/api/v1/facts/${key}" download="${key.replaceAll('/', '-')}.fact.json">${say('Download a proof of this')}</a></p></section>`;
}

function lifeItem({ entry, title, time, height, signers }: LifeEvent, words: LedgerWords): Html {
  const { say } = words.saying;
  // Nobody signs a deadline, nor the charter in block 1.
  const nobody = height === 1 ? say('By the charter, at the founding') : say('By itself, when its time had come');
  const by = entry === undefined ? nobody : words.saying.list(signers.map(({ role, office }) => words.role(role, office)));
  return html`<li>${entry === undefined ? title : html`<a href="/entries/${entry}">${title}</a>`}<span class="sub">${words.time(time)} · ${by}</span></li>`;
}

function technical({ key, stands }: Life, { saying: { say } }: LedgerWords): Html | undefined {
  if (stands === undefined) return undefined;
  const { rev, tx, rule } = stands.record;
  return html`<section class="card"><details><summary>${say('Technical details')}</summary><dl class="facts"><dt>${say('State key')}</dt><dd><code>${key}</code></dd><dt>${say('Revision')}</dt><dd>${String(rev ?? '')}</dd><dt>${say('Written by transaction')}</dt><dd><code>${String(tx ?? '')}</code></dd><dt>${say('Rule')}</dt><dd><code>${String(rule ?? '')}</code></dd></dl><pre>${JSON.stringify(stands.record, null, 2)}</pre></details></section>`;
}
