/**
 * `/entries/<number or name>`: one act's whole story: who, when, under which rule, what changed, and how to check it
 * without this office. It says what the proof proves and what it does not (DESIGN §4).
 */
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import { codeWords, countWords, keyWords, moneyWords, roleWords } from './plain-words.ts';
import type { Story, StoryEvent, StorySigner } from './story.ts';
import type { Seen } from './witness-status.ts';

const EVENTS_SHOWN = 12;
const KEYS_SHOWN = 60;
const TECHNICAL: ReadonlySet<string> = new Set(['account', 'deadline']);

export function entryBody(words: LedgerWords, seen: Seen, story: Story): Html {
  if (story.kind !== 'act') return systemBody(words, story);
  const { index, time, height, title, right, signers, order, events } = story;
  return html`<h1>${title}</h1>
<p class="lead">${story.headline}</p>
${seenCard(words, seen, index)}
<section class="card"><dl class="facts">
<dt>When</dt><dd>${words.time(time)}</dd>
<dt>Who</dt><dd>${signers.map(({ role, office, agency }) => html`<div>${roleWords(role, office)} <span class="note">of ${codeWords(agency)}</span></div>`)}</dd>
<dt>Under</dt><dd>the right to “${right}”, which the charter gives to the role of ${heldBy(signers)}${order === undefined ? undefined : html` <span class="tag amber">by order, case ${order}</span>`}</dd>
<dt>Place in the record</dt><dd>Line ${index}, closed by stamp ${height}</dd></dl></section>
<section class="card"><h2>What happened</h2>${events.slice(0, EVENTS_SHOWN).map((event) => eventPart(event, words))}${more(events.length + story.more, EVENTS_SHOWN, 'step')}</section>
${changedCard(story)}${proofCard(story, seen)}
${technical(story)}`;
}

function eventPart({ title, told }: StoryEvent, words: LedgerWords): Html {
  return html`<div class="event"><h3>${title}</h3><dl class="facts">${words.facts(told)}</dl></div>`;
}

/** Records with a life of their own; accounts and indexes stand under technical details. */
function changedCard(story: Story): Html | undefined {
  const keys = story.keys.filter((key) => !TECHNICAL.has(key.split('/')[1] as string));
  if (keys.length === 0) return undefined;
  const links = keys.slice(0, KEYS_SHOWN).map((key) => html`<li><a href="/record/${key}">${keyWords(key)}</a></li>`);
  return html`<section class="card"><h2>Records it changed</h2><ul class="chips">${links}</ul>${more(keys.length, KEYS_SHOWN, 'record')}</section>`;
}

function heldBy(signers: readonly StorySigner[]): string {
  const roles = [...new Set(signers.map(({ role }) => codeWords(role).toLowerCase()))];
  return roles.length === 0 ? 'nobody in particular' : roles.join(' and ');
}

function seenCard(words: LedgerWords, { witness, agencies }: Seen, index: number): Html {
  const [first] = witness.witnesses;
  const alone = first === undefined || index >= witness.size;
  if (alone && index < agencies.size)
    return html`<div class="stamp seen"><strong>${agencies.names.length} agencies have it</strong><span>Checked and signed by ${agencies.names.join(', ')}.</span></div>`;
  if (alone)
    return html`<div class="stamp unseen"><strong>Not yet witnessed outside this office</strong><span>The office’s own stamp is on it.</span></div>`;
  return html`<div class="stamp seen"><strong>Witnessed by ${witness.witnesses.map(({ name }) => name).join(', ')}</strong><span>seen by ${words.time(first.time)}</span></div>`;
}

function proofCard({ name, index }: Story, { witness, agencies }: Seen): Html {
  const office = index < agencies.size ? 'the agencies named in it' : 'this office';
  const seen = index < witness.size ? ' and that the witness had seen it by the time beside its name' : '';
  return html`<section class="card"><h2>Take the proof with you</h2>
<p class="actions"><a class="button" href="/api/v1/receipts/${name}" download="${name}.tlog-proof">Download the proof</a><a class="button quiet" href="/api/v1/certificates/${name}.pdf">Certificate (PDF)</a><a class="button quiet" href="/log/policy" download="policy.txt">Whom to trust (policy)</a></p>
<p>With both files, and without asking this office, anyone can check it:</p>
<pre>npx tabularium verify ${name}.tlog-proof --policy policy.txt</pre>
<p class="note">It proves that the key shown in it submitted exactly this, that ${office} signed that it was accepted${seen}. It does not prove that what was stated is true, or that the act was lawful.</p></section>`;
}

function technical({ name, index, kid, officers, keys, transfers, signed }: Story): Html {
  const rows = transfers
    .slice(0, EVENTS_SHOWN)
    .map(
      ({ debit, credit, amount, currency, phase }) =>
        html`<tr><td>${debit}</td><td>${credit}</td><td class="num">${/^-?\d+$/.test(amount) ? moneyWords(amount, currency) : amount}</td><td>${phase}</td></tr>`,
    );
  const booked =
    rows.length === 0
      ? undefined
      : html`<h3>Double entry</h3><table><thead><tr><th>Debit</th><th>Credit</th><th class="num">Amount</th><th>Step</th></tr></thead><tbody>${rows}</tbody></table>`;
  const written = keys.slice(0, KEYS_SHOWN).map((key) => html`<div><a href="/record/${key}"><code>${key}</code></a></div>`);
  return html`<section class="card"><details><summary>Technical details</summary>
<dl class="facts"><dt>Transaction name</dt><dd><code>${name}</code></dd><dt>Leaf</dt><dd>${index}</dd><dt>Key of the signer</dt><dd><code>${kid}</code></dd><dt>Signed by</dt><dd>${officers.join(', ')}</dd><dt>Id</dt><dd><code>${String(signed.id)}</code></dd><dt>Action</dt><dd><code>${String(signed.action)}</code></dd><dt>State keys written</dt><dd>${written}</dd></dl>
${booked}<h3>What was signed</h3><pre>${JSON.stringify(signed, null, 2)}</pre></details></section>`;
}

/** The charter or a stamp. */
function systemBody(words: LedgerWords, { kind, height, time, index, signed }: Story): Html {
  const seal = kind === 'stamp';
  return html`<h1>${seal ? `Stamp ${height}` : 'The charter'}</h1>
<p class="lead">${seal ? 'It closes a run of records: whoever holds it can tell whether any of them was changed.' : 'The founding rules: which offices there are, who may do what, and how many must sign.'}</p>
<section class="card"><dl class="facts"><dt>When</dt><dd>${words.time(time)}</dd><dt>Place in the record</dt><dd>Line ${index}</dd></dl><details><summary>Technical details</summary><pre>${JSON.stringify(signed, null, 2)}</pre></details></section>`;
}

function more(count: number, shown: number, one: string): Html | undefined {
  return count > shown ? html`<p class="note">and ${countWords(count - shown, `more ${one}`, `more ${one}s`)}</p>` : undefined;
}
