/**
 * `/predecessor`: this record continues another one (docs/adr/0003-succession-after-loss.md). It says to someone who has never heard of
 * successors why the earlier record ended, what of it is missing, and what a proof is worth that was kept from it.
 */
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import type { Losses, PageSource } from './page-source.ts';
import { codeWords, countWords, numberWords } from './plain-words.ts';
import { type WitnessStatus, witnessStatus } from './witness-status.ts';

/** Ranges and records that are shown; `/api/v1/predecessor` has all of them. */
const SHOWN_MAX = 200;
const PAGE = '/predecessor';

/** What this ledger's charter says of the one before it. */
interface Predecessor {
  readonly origin: string;
  /** tlog-policy text under which its receipts verify. */
  readonly policy: string;
  /** The last checkpoint that somebody outside saw; its own newest where nobody did. */
  readonly checkpoint: string;
  readonly state: string;
  readonly height: number;
  readonly size: number;
  readonly reason: string;
}

const REASONS: Readonly<Record<string, string>> = {
  'lost-disk': 'the disk that held it was lost, and the newest copy was older',
  'lost-keys': 'the keys that stamped it were lost',
  merger: 'it was merged into this one',
  'change-of-format': 'it is written in another form from here on',
};

/** Undefined where the ledger succeeds no other. */
export function predecessorBody({ ledger, crypto }: PageSource, words: LedgerWords): Html | undefined {
  const predecessor = predecessorIn(ledger.charter);
  const losses = ledger.losses();
  if (predecessor === undefined || losses === undefined) return undefined;
  const seen = witnessStatus([predecessor.checkpoint], predecessor.policy, crypto);
  const reason = REASONS[predecessor.reason] ?? codeWords(predecessor.reason).toLowerCase();
  return html`<h1>This record continues an earlier one</h1>
<p class="lead">The earlier record of this office ended because ${reason}. This one goes on from what had been saved. Nothing that was saved was changed on the way: anyone can check that.</p>
${missingStamp(losses, seen)}
<section class="card"><h2>What was carried over</h2>${carriedFacts(predecessor, losses, seen, words)}</section>
${missingCard(losses)}${takenCard(losses, ledger)}${holderCard(losses)}${technical(predecessor)}`;
}

/** For the overview: that there was another record, and how much of it is missing. Undefined where there was none. */
export function predecessorNotice({ ledger }: PageSource): Html | undefined {
  const losses = ledger.losses();
  if (losses === undefined) return undefined;
  const lines = missingLines(losses);
  const what = lines === 0 ? 'Nothing of it is known to be missing.' : `${countWords(lines, 'line')} of it ${are(lines)} missing.`;
  return html`<div class="stamp ${lines === 0 ? 'seen' : 'unseen'}"><strong>Continues an earlier record</strong><span>${what} <a href="${PAGE}">What happened, and what an old proof is worth</a></span></div>`;
}

function predecessorIn(charter: string): Predecessor | undefined {
  return (JSON.parse(charter) as { readonly predecessor?: Predecessor }).predecessor;
}

function missingLines({ lost }: Losses): number {
  return lost.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}

function missingStamp(losses: Losses, seen: WitnessStatus): Html {
  const lines = missingLines(losses);
  if (lines > 0) {
    const taken = losses.readmitted === 0 ? '' : ` ${countWords(losses.readmitted, 'record')} ${were(losses.readmitted)} taken again.`;
    return html`<div class="stamp unseen"><strong>${countWords(lines, 'line')} of the earlier record ${are(lines)} missing</strong><span>Whoever holds a proof of one can bring it back.${taken}</span></div>`;
  }
  if (seen.size === 0)
    return html`<div class="stamp unseen"><strong>Nobody outside had seen the earlier record</strong><span>So nobody can say whether anything was written after the copy was made. A kept proof still can.</span></div>`;
  return html`<div class="stamp seen"><strong>Nothing is known to be missing</strong><span>All that somebody outside had seen is here.</span></div>`;
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were';
}

function carriedFacts({ height, size }: Predecessor, losses: Losses, seen: WitnessStatus, words: LedgerWords): Html {
  const [first] = seen.witnesses;
  const outside =
    first === undefined
      ? html`Nobody`
      : html`${seen.witnesses.map(({ name }) => name).join(', ')}: ${countWords(seen.size, 'line')}, on ${words.time(first.time)}`;
  return html`<dl class="facts"><dt>Carried over</dt><dd>${lineWords(0, size - 1)}, up to stamp no. ${numberWords(height)}</dd><dt>Last seen from outside by</dt><dd>${outside}</dd><dt>Taken again since</dt><dd>${countWords(losses.readmitted, 'record')}</dd><dt>Still missing</dt><dd>${countWords(missingLines(losses), 'line')}</dd></dl>`;
}

/** `Line 7`, `Lines 7 to 9`. */
function lineWords(first: number, last: number): string {
  return first === last ? `Line ${numberWords(first)}` : `Lines ${numberWords(first)} to ${numberWords(last)}`;
}

function missingCard(losses: Losses): Html | undefined {
  if (losses.lost.length === 0) return undefined;
  const items = losses.lost
    .slice(0, SHOWN_MAX)
    .map(
      ([first, last]) =>
        html`<li><span>${lineWords(first, last)}</span><span class="when">${countWords(last - first + 1, 'line')}</span></li>`,
    );
  return html`<section class="card"><h2>What is missing</h2><p>Someone outside had seen that these lines were written. What stood in them is not here. Some of them were only stamps, which nobody needs again, so fewer records than lines are missing.</p>
<ul class="list">${items}</ul>${more(losses.lost.length)}</section>`;
}

function takenCard({ taken }: Losses, ledger: PageSource['ledger']): Html | undefined {
  if (taken.length === 0) return undefined;
  const items = taken.slice(0, SHOWN_MAX).map(({ index, by }) => {
    const here = ledger.placed(by)?.index;
    return html`<li><span>${lineWords(index, index)} of the earlier record</span><span class="when"><a href="/entries/${by}">${here === undefined ? 'taken again' : `taken again in line ${numberWords(here)}`}</a></span></li>`;
  });
  return html`<section class="card"><h2>What was taken again</h2><p>These were lost, and came back with the proof that somebody had kept. Each was decided again under its old signature.</p>
<ul class="list">${items}</ul>${more(taken.length)}</section>`;
}

function more(count: number): Html | undefined {
  if (count <= SHOWN_MAX) return undefined;
  return html`<p class="note">The first ${SHOWN_MAX} of ${numberWords(count)}. <a href="/api/v1/predecessor">All of them, for programs</a></p>`;
}

function holderCard({ carried, witnessed }: Losses): Html {
  return html`<section class="card"><h2>If you kept a proof of the earlier record</h2>
<ol><li><strong>Keep it. It stays good.</strong> It is checked as before, on your own device and without this office, against <a href="${PAGE}/log/policy">the earlier record’s list of whom to trust</a>.</li>
<li><strong>Find its line.</strong> Open the file as text: the number after “index” is the line in the earlier record.</li>
<li><strong>Below ${numberWords(carried)}?</strong> What it proves was carried over. You need do nothing.</li>
<li><strong>${numberWords(carried)} or higher?</strong> Unless it is among those taken again, it is missing. Bring the file to this office, with the text of what was written if you have it: a clerk or an accountant hands it in, the oldest first, since later ones may rest on earlier ones. It is decided again, by today’s rules. ${witnessed > carried ? `From ${numberWords(witnessed)} on nobody else knows of it: your proof is the only sign that it was written.` : 'Nobody else knows of it: your proof is the only sign that it was written.'}</li></ol>
<p class="note">If you kept no proof, ask the office to write it again as something new.</p></section>`;
}

function technical({ origin, checkpoint, state }: Predecessor): Html {
  return html`<section class="card"><details><summary>Technical details</summary><dl class="facts"><dt>Origin</dt><dd><code>${origin}</code></dd><dt>State root that was carried over</dt><dd><code>${state}</code></dd><dt>For programs</dt><dd><a href="/api/v1/predecessor">What was lost</a> · <a href="${PAGE}/log/checkpoint">Newest stamp of the copy</a></dd></dl><h3>Last stamp that is known</h3><pre>${checkpoint}</pre></details></section>`;
}
