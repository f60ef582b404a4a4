/**
 * `/entries/<number or name>`: one act's whole story: who, when, under which rule, what changed, and how to check it
 * without this office. It says what the proof proves and what it does not (DESIGN §4).
 */
import type { Signer, StoredEvent } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import { type Html, html } from './html.ts';
import { digestsIn, type LedgerWords, recordLink } from './ledger-words.ts';
import type { PageSource } from './page-source.ts';
import { codeWords, countWords, moneyWords, roleWords } from './plain-words.ts';
import type { Seen } from './witness-status.ts';

const EVENTS_SHOWN = 12;
const KEYS_SHOWN = 60;
const HIDDEN = new Set(['transfers', 'by', 'texts', '_sd', 'signers', 'records', 'rows']);
const TECHNICAL: ReadonlySet<string> = new Set(['account', 'deadline']);
const SYSTEM_LEAF = 0x7b;

/** The parts of a JWS that a page shows; it was checked when it was accepted. */
interface ShownTransaction {
  readonly kid: string;
  readonly id: string;
  readonly action: string;
  readonly payload: JsonObject;
}

/** Undefined when there is no such line in the record. */
export function entryBody(source: PageSource, words: LedgerWords, seen: Seen, index: number): Html | undefined {
  const block = source.ledger.blockOf(index);
  const [leaf] = source.ledger.leaves(index, index + 1);
  if (block === undefined || leaf === undefined) return undefined;
  if (leaf[0] === SYSTEM_LEAF) return systemBody(words, index, block, leaf);
  const shown = readLeaf(leaf);
  const events = source.ledger.events(block.height).filter((event) => event.entry >= 0 && block.first + event.entry === index);
  const [first] = events;
  const name = first?.tx ?? '';
  const action = first?.action ?? shown.action;
  const about =
    first?.type === 'kernel.proposal.made' ? String(first.data.action) : (events.find((event) => event.action !== action)?.action ?? '');
  const signers = signersOf(events);
  return html`<h1>${words.deed(action, about)}</h1>
<p class="lead">${headline(events, words)}</p>
${seenCard(words, seen, index)}
<section class="card"><dl class="facts">
<dt>When</dt><dd>${words.time(block.time)}</dd>
<dt>Who</dt><dd>${signers.map((signer) => signerLine(signer))}</dd>
<dt>Under</dt><dd>the right to “${words.action(about === '' ? action : about)}”, which the charter gives to the role of ${heldBy(signers)}${orderTag(source, events)}</dd>
<dt>Place in the record</dt><dd>Line ${index}, closed by stamp ${block.height}</dd></dl></section>
<section class="card"><h2>What happened</h2>${events.slice(0, EVENTS_SHOWN).map((event) => eventPart(event, words))}${more(events.length, EVENTS_SHOWN, 'step')}</section>
${changedCard(events)}${proofCard(name, index, seen)}
${technical(shown, name, index, events)}`;
}

function headline(events: readonly StoredEvent[], words: LedgerWords): string {
  // Of an approval, what it carried out says more than that it was given.
  const first = events.find(({ type }) => !type.startsWith('kernel.proposal.')) ?? events[0];
  if (first === undefined) return 'This was accepted and changed nothing else.';
  const same = events.filter((event) => event.type === first.type).length;
  return same > 1 ? `${words.event(first.type)} ${countWords(same, 'time')} in one act.` : words.event(first.type);
}

/** Everyone whose signature carried the act: an approval's events name its proposer too. */
function signersOf(events: readonly StoredEvent[]): readonly Signer[] {
  let most: readonly Signer[] = [];
  for (const { signers } of events) if (signers.length > most.length) most = signers;
  return most;
}

function signerLine(signer: Signer): Html {
  return html`<div>${roleWords(signer.role, signer.office)} <span class="note">of ${codeWords(signer.agency)}</span></div>`;
}

/** `by order of …` where a court's order allowed what a rule would not. */
function orderTag(source: PageSource, events: readonly StoredEvent[]): Html | undefined {
  for (const { keys, tx } of events) {
    for (const key of keys.slice(0, KEYS_SHOWN)) {
      const text = source.ledger.record(key);
      const stamp = text === undefined ? undefined : (JSON.parse(text) as { readonly tx?: string; readonly order?: string });
      if (stamp?.order !== undefined && stamp.tx === tx) return html` <span class="tag amber">by order, case ${stamp.order}</span>`;
    }
  }
  return undefined;
}

function eventPart(event: StoredEvent, words: LedgerWords): Html {
  const facts = [
    ...words.texts(digestsIn(event.data)),
    ...words.members(moduleOf(event.type), words.eventSchema(event.type), event.data, HIDDEN),
  ];
  return html`<div class="event"><h3>${words.event(event.type)}</h3><dl class="facts">${facts}</dl></div>`;
}

/** Records with a life of their own; accounts and indexes stand under technical details. */
function changedCard(events: readonly StoredEvent[]): Html | undefined {
  const keys = keysOf(events).filter((key) => !TECHNICAL.has(key.split('/')[1] as string));
  if (keys.length === 0) return undefined;
  const links = keys.slice(0, KEYS_SHOWN).map((key) => html`<li>${recordLink(key)}</li>`);
  return html`<section class="card"><h2>Records it changed</h2><ul class="chips">${links}</ul>${more(keys.length, KEYS_SHOWN, 'record')}</section>`;
}

function keysOf(events: readonly StoredEvent[]): readonly string[] {
  return [...new Set(events.flatMap((event) => event.keys))];
}

function heldBy(signers: readonly Signer[]): string {
  const roles = [...new Set(signers.map(({ role }) => codeWords(role).toLowerCase()))];
  return roles.length === 0 ? 'nobody in particular' : roles.join(' and ');
}

function moduleOf(type: string): string {
  return type.split('.')[0] as string;
}

export function seenCard(words: LedgerWords, { witness, agencies }: Seen, index: number): Html {
  const [first] = witness.witnesses;
  const alone = first === undefined || index >= witness.size;
  if (alone && index < agencies.size)
    return html`<div class="stamp seen"><strong>${agencies.names.length} agencies have it</strong><span>Checked and signed by ${agencies.names.join(', ')}.</span></div>`;
  if (alone)
    return html`<div class="stamp unseen"><strong>Not yet witnessed outside this office</strong><span>The office’s own stamp is on it.</span></div>`;
  return html`<div class="stamp seen"><strong>Witnessed by ${witness.witnesses.map(({ name }) => name).join(', ')}</strong><span>seen by ${words.time(first.time)}</span></div>`;
}

function proofCard(name: string, index: number, { witness, agencies }: Seen): Html {
  const office = index < agencies.size ? 'the agencies named in it' : 'this office';
  const seen = index < witness.size ? ' and that the witness had seen it by the time beside its name' : '';
  return html`<section class="card"><h2>Take the proof with you</h2>
<p class="actions"><a class="button" href="/api/v1/receipts/${name}" download="${name}.tlog-proof">Download the proof</a><a class="button quiet" href="/log/policy" download="policy.txt">Whom to trust (policy)</a></p>
<p>With both files, and without asking this office, anyone can check it:</p>
<pre>npx tabularium verify ${name}.tlog-proof --policy policy.txt</pre>
<p class="note">It proves that the key shown in it submitted exactly this, that ${office} signed that it was accepted${seen}. It does not prove that what was stated is true, or that the act was lawful.</p></section>`;
}

function technical(shown: ShownTransaction, name: string, index: number, events: readonly StoredEvent[]): Html {
  const transfers = events.flatMap((event) => transfersOf(event.data)).slice(0, EVENTS_SHOWN);
  const rows = transfers.map(
    ({ debit, credit, amount, phase }) => html`<tr><td>${debit}</td><td>${credit}</td><td class="num">${amount}</td><td>${phase}</td></tr>`,
  );
  const booked =
    transfers.length === 0
      ? undefined
      : html`<h3>Double entry</h3><table><thead><tr><th>Debit</th><th>Credit</th><th class="num">Amount</th><th>Step</th></tr></thead><tbody>${rows}</tbody></table>`;
  const signers = signersOf(events);
  return html`<section class="card"><details><summary>Technical details</summary>
<dl class="facts"><dt>Transaction name</dt><dd><code>${name}</code></dd><dt>Leaf</dt><dd>${index}</dd><dt>Key of the signer</dt><dd><code>${shown.kid}</code></dd><dt>Signed by</dt><dd>${signers.map(({ officer }) => officer).join(', ')}</dd><dt>Id</dt><dd><code>${shown.id}</code></dd><dt>Action</dt><dd><code>${shown.action}</code></dd><dt>State keys written</dt><dd>${keysOf(
    events,
  )
    .slice(0, KEYS_SHOWN)
    .map((key) => html`<div><a href="/record/${key}"><code>${key}</code></a></div>`)}</dd></dl>
${booked}<h3>What was signed</h3><pre>${JSON.stringify(shown.payload, null, 2)}</pre></details></section>`;
}

function transfersOf(data: JsonObject): readonly { debit: string; credit: string; amount: string; phase: string }[] {
  const { transfers, money } = data as { readonly transfers?: unknown; readonly money?: { readonly currency?: string } };
  if (!Array.isArray(transfers)) return [];
  const currency = money?.currency ?? '';
  return transfers.map((one: Record<string, unknown>) => ({
    debit: String(one.debit),
    credit: String(one.credit),
    amount: /^-?\d+$/.test(String(one.amount)) ? moneyWords(String(one.amount), currency) : String(one.amount),
    phase: String(one.phase ?? ''),
  }));
}

/** The charter or a stamp. */
function systemBody(words: LedgerWords, index: number, block: { readonly height: number; readonly time: number }, leaf: Uint8Array): Html {
  const value = JSON.parse(new TextDecoder().decode(leaf)) as JsonObject;
  const seal = value.type === 'seal';
  return html`<h1>${seal ? `Stamp ${block.height}` : 'The charter'}</h1>
<p class="lead">${seal ? 'It closes a run of records: whoever holds it can tell whether any of them was changed.' : 'The founding rules: which offices there are, who may do what, and how many must sign.'}</p>
<section class="card"><dl class="facts"><dt>When</dt><dd>${words.time(block.time)}</dd><dt>Place in the record</dt><dd>Line ${index}</dd></dl><details><summary>Technical details</summary><pre>${JSON.stringify(value, null, 2)}</pre></details></section>`;
}

function readLeaf(leaf: Uint8Array): ShownTransaction {
  const [header = '', payload = ''] = Buffer.from(leaf).toString('latin1').split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { readonly kid: string };
  const read = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as JsonObject;
  return { kid, id: String(read.id), action: String(read.action), payload: read };
}

function more(count: number, shown: number, one: string): Html | undefined {
  return count > shown ? html`<p class="note">and ${countWords(count - shown, `more ${one}`, `more ${one}s`)}</p>` : undefined;
}
