/**
 * `/entries/<number or name>`: one act's whole story: who, when, under which rule, what changed, and how to check it
 * without this office. It says what the proof proves and what it does not (DESIGN §4).
 */
import { type Html, html, type Part } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import { codeWords } from './plain-words.ts';
import type { Saying } from './saying.ts';
import type { Story, StoryEvent, StorySigner } from './story.ts';
import type { Seen } from './witness-status.ts';

const EVENTS_SHOWN = 12;
const KEYS_SHOWN = 60;
const TECHNICAL: ReadonlySet<string> = new Set(['account', 'deadline']);

export function entryBody(words: LedgerWords, seen: Seen, story: Story): Html {
  if (story.kind !== 'act') return systemBody(words, story);
  const { say } = words.saying;
  const { index, time, height, title, right, signers, order, events } = story;
  return html`<h1>${title}</h1>
<p class="lead">${leadOf(story, words.saying)}</p>
${seenCard(words, seen, index)}
<section class="card"><dl class="facts">
<dt>${say('When')}</dt><dd>${words.time(time)}</dd>
<dt>${say('Who')}</dt><dd>${signers.map(({ role, office, agency }) => html`<div>${words.role(role, office)} <span class="note">${say('of {agency}', { agency: codeWords(agency) })}</span></div>`)}</dd>
<dt>${say('Under')}</dt><dd>${say('the right to “{right}”, which the charter gives to the role of {roles}', { right, roles: heldBy(signers, words) })}${order === undefined ? undefined : html` <span class="tag amber">${say('by order, case {order}', { order })}</span>`}</dd>
<dt>${say('Place in the record')}</dt><dd>${say('Line {index}, closed by stamp {height}', { index, height })}</dd></dl></section>
<section class="card"><h2>${say('What happened')}</h2>${events.slice(0, EVENTS_SHOWN).map((event) => eventPart(event, words))}${more(words.saying, events.length + story.more, EVENTS_SHOWN, 'step')}</section>
${changedCard(story, words)}${proofCard(story, seen, words.saying)}
${technical(story, words.saying)}`;
}

/** `A payment was ordered: 830.17 EUR, Riverbank Groundworks. For: Kerb repair, Mill Street.` */
function leadOf({ headline, about, purpose, times, money }: Story, saying: Saying): Part {
  if (about === undefined && money === undefined) return headline;
  const what =
    about === undefined || times === undefined ? about : saying.say('{about} and {count} more', { about, count: saying.number(times - 1) });
  const sum = money === undefined ? undefined : saying.money(money.amount, money.currency);
  return html`${headline.replace(/\.$/, '')}: ${sum}${sum === undefined || what === undefined ? undefined : ', '}${what}.${purpose === undefined ? undefined : html` ${saying.say('For')}: ${purpose}.`}`;
}

function eventPart({ title, told }: StoryEvent, words: LedgerWords): Html {
  return html`<div class="event"><h3>${title}</h3><dl class="facts">${words.facts(told)}</dl></div>`;
}

/** Records with a life of their own; accounts and indexes stand under technical details. */
function changedCard(story: Story, words: LedgerWords): Html | undefined {
  const keys = story.keys.filter((key) => !TECHNICAL.has(key.split('/')[1] as string));
  if (keys.length === 0) return undefined;
  const links = keys.slice(0, KEYS_SHOWN).map((key) => html`<li><a href="/record/${key}">${words.key(key)}</a></li>`);
  return html`<section class="card"><h2>${words.saying.say('Records it changed')}</h2><ul class="chips">${links}</ul>${more(words.saying, keys.length, KEYS_SHOWN, 'record')}</section>`;
}

function heldBy(signers: readonly StorySigner[], { tongue, saying }: LedgerWords): string {
  const roles = [...new Set(signers.map(({ role }) => tongue.code(role).toLowerCase()))];
  return roles.length === 0 ? tongue.text('nobody in particular') : saying.list(roles);
}

function seenCard(words: LedgerWords, { witness, agencies }: Seen, index: number): Html {
  const { say } = words.saying;
  const [first] = witness.witnesses;
  const alone = first === undefined || index >= witness.size;
  const names = agencies.names.join(', ');
  if (alone && index < agencies.size)
    return html`<div class="stamp seen"><strong>${say('{count} agencies have it', { count: agencies.names.length })}</strong><span>${say('Checked and signed by {names}.', { names })}</span></div>`;
  if (alone)
    return html`<div class="stamp unseen"><strong>${say('Not yet witnessed outside this office')}</strong><span>${say('The office’s own stamp is on it.')}</span></div>`;
  const by = witness.witnesses.map(({ name }) => name).join(', ');
  return html`<div class="stamp seen"><strong>${say('Witnessed by {names}', { names: by })}</strong><span>${say('seen by {time}', { time: words.time(first.time) })}</span></div>`;
}

function proofCard({ name, index }: Story, { witness, agencies }: Seen, { say }: Saying): Html {
  const proves =
    index < agencies.size
      ? say('It proves that the key shown in it submitted exactly this, and that the agencies named in it signed that it was accepted.')
      : say('It proves that the key shown in it submitted exactly this, and that this office signed that it was accepted.');
  const seen = index < witness.size ? html`${say('The witness had seen it by the time beside its name.')} ` : undefined;
  return html`<section class="card"><h2>${say('Take the proof with you')}</h2>
<p class="actions"><a class="button" href="/api/v1/receipts/${name}" download="${name}.tlog-proof">${say('Download the proof')}</a><a class="button quiet" href="/api/v1/certificates/${name}.pdf">${say('Certificate (PDF)')}</a><a class="button quiet" href="/log/policy" download="policy.txt">${say('Whom to trust (policy)')}</a></p>
<p>${say('With both files, and without asking this office, anyone can check it:')}</p>
<pre>npx tabularium verify ${name}.tlog-proof --policy policy.txt</pre>
<p class="note">${proves} ${seen}${say('It does not prove that what was stated is true, or that the act was lawful.')}</p></section>`;
}

function technical({ name, index, kid, officers, keys, transfers, signed }: Story, saying: Saying): Html {
  const { say } = saying;
  const rows = transfers
    .slice(0, EVENTS_SHOWN)
    .map(
      ({ debit, credit, amount, currency, phase }) =>
        html`<tr><td>${debit}</td><td>${credit}</td><td class="num">${/^-?\d+$/.test(amount) ? saying.money(amount, currency) : amount}</td><td>${saying.tongue.code(phase)}</td></tr>`,
    );
  const booked =
    rows.length === 0
      ? undefined
      : html`<h3>${say('Double entry')}</h3><table><thead><tr><th>${say('Debit')}</th><th>${say('Credit')}</th><th class="num">${say('Amount')}</th><th>${say('Step')}</th></tr></thead><tbody>${rows}</tbody></table>`;
  const written = keys.slice(0, KEYS_SHOWN).map((key) => html`<div><a href="/record/${key}"><code>${key}</code></a></div>`);
  return html`<section class="card"><details><summary>${say('Technical details')}</summary>
<dl class="facts"><dt>${say('Transaction name')}</dt><dd><code>${name}</code></dd><dt>${say('Leaf')}</dt><dd>${index}</dd><dt>${say('Key of the signer')}</dt><dd><code>${kid}</code></dd><dt>${say('Signed by')}</dt><dd>${officers.join(', ')}</dd><dt>${say('Id')}</dt><dd><code>${String(signed.id)}</code></dd><dt>${say('Action')}</dt><dd><code>${String(signed.action)}</code></dd><dt>${say('State keys written')}</dt><dd>${written}</dd></dl>
${booked}<h3>${say('What was signed')}</h3><pre>${JSON.stringify(signed, null, 2)}</pre></details></section>`;
}

/** The charter or a stamp. */
function systemBody(words: LedgerWords, { kind, height, time, index, signed }: Story): Html {
  const { say } = words.saying;
  const [title, lead] =
    kind === 'stamp'
      ? [say('Stamp {height}', { height }), say('It closes a run of records: whoever holds it can tell whether any of them was changed.')]
      : [say('The charter'), say('The founding rules: which offices there are, who may do what, and how many must sign.')];
  return html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<section class="card"><dl class="facts"><dt>${say('When')}</dt><dd>${words.time(time)}</dd><dt>${say('Place in the record')}</dt><dd>${say('Line {index}', { index })}</dd></dl><details><summary>${say('Technical details')}</summary><pre>${JSON.stringify(signed, null, 2)}</pre></details></section>`;
}

function more({ say, count }: Saying, all: number, shown: number, one: 'step' | 'record'): Html | undefined {
  if (all <= shown) return undefined;
  const left = one === 'step' ? count(all - shown, 'more step') : count(all - shown, 'more record');
  return html`<p class="note">${say('and {left}', { left })}</p>`;
}
