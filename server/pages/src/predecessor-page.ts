/**
 * `/predecessor`: this record continues another one (docs/adr/0003-succession-after-loss.md). It says to someone who has never heard of
 * successors why the earlier record ended, what of it is missing, and what a proof is worth that was kept from it.
 */
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';
import type { Losses, PageSource } from './page-source.ts';
import type { Saying } from './saying.ts';
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
  'lost-disk': 'The earlier record of this office ended because the disk that held it was lost, and the newest copy was older.',
  'lost-keys': 'The earlier record of this office ended because the keys that stamped it were lost.',
  merger: 'The earlier record of this office ended because it was merged into this one.',
  'change-of-format': 'The earlier record of this office ended because it is written in another form from here on.',
};

/** Undefined where the ledger succeeds no other. */
export function predecessorBody({ ledger, crypto }: PageSource, words: LedgerWords): Html | undefined {
  const predecessor = predecessorIn(ledger.charter);
  const losses = ledger.losses();
  if (predecessor === undefined || losses === undefined) return undefined;
  const seen = witnessStatus([predecessor.checkpoint], predecessor.policy, crypto);
  const { saying } = words;
  const { say } = saying;
  const ended = REASONS[predecessor.reason];
  const reason = ended === undefined ? say('The earlier record of this office ended ({code}).', { code: predecessor.reason }) : say(ended);
  return html`<h1>${say('This record continues an earlier one')}</h1>
<p class="lead">${reason} ${say('This one goes on from what had been saved. Nothing that was saved was changed on the way: anyone can check that.')}</p>
${missingStamp(losses, seen, saying)}
<section class="card"><h2>${say('What was carried over')}</h2>${carriedFacts(predecessor, losses, seen, words)}</section>
${missingCard(losses, saying)}${takenCard(losses, ledger, saying)}${holderCard(losses, saying)}${technical(predecessor, saying)}`;
}

/** For the overview: that there was another record, and how much of it is missing. Undefined where there was none. */
export function predecessorNotice({ ledger }: PageSource, { saying: { say, count } }: LedgerWords): Html | undefined {
  const losses = ledger.losses();
  if (losses === undefined) return undefined;
  const lines = missingLines(losses);
  const what = lines === 0 ? say('Nothing of it is known to be missing.') : say('Missing of it: {lines}.', { lines: count(lines, 'line') });
  return html`<div class="stamp ${lines === 0 ? 'seen' : 'unseen'}"><strong>${say('Continues an earlier record')}</strong><span>${what} <a href="${PAGE}">${say('What happened, and what an old proof is worth')}</a></span></div>`;
}

function predecessorIn(charter: string): Predecessor | undefined {
  return (JSON.parse(charter) as { readonly predecessor?: Predecessor }).predecessor;
}

function missingLines({ lost }: Losses): number {
  return lost.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

function missingStamp(losses: Losses, seen: WitnessStatus, { say, count }: Saying): Html {
  const lines = missingLines(losses);
  if (lines > 0) {
    const taken =
      losses.readmitted === 0 ? undefined : html` ${say('Taken again since: {records}.', { records: count(losses.readmitted, 'record') })}`;
    return html`<div class="stamp unseen"><strong>${say('Missing of the earlier record: {lines}', { lines: count(lines, 'line') })}</strong><span>${say('Whoever holds a proof of one can bring it back.')}${taken}</span></div>`;
  }
  if (seen.size === 0)
    return html`<div class="stamp unseen"><strong>${say('Nobody outside had seen the earlier record')}</strong><span>${say('So nobody can say whether anything was written after the copy was made. A kept proof still can.')}</span></div>`;
  return html`<div class="stamp seen"><strong>${say('Nothing is known to be missing')}</strong><span>${say('All that somebody outside had seen is here.')}</span></div>`;
}

function carriedFacts({ height, size }: Predecessor, losses: Losses, seen: WitnessStatus, words: LedgerWords): Html {
  const { saying } = words;
  const { say, count } = saying;
  const [first] = seen.witnesses;
  const names = seen.witnesses.map(({ name }) => name).join(', ');
  const outside =
    first === undefined
      ? say('Nobody')
      : say('{names}: {lines}, on {time}', { names, lines: count(seen.size, 'line'), time: words.time(first.time) });
  const carried = say('{lines}, up to stamp no. {height}', { lines: lineWords(0, size - 1, saying), height: saying.number(height) });
  return html`<dl class="facts"><dt>${say('Carried over')}</dt><dd>${carried}</dd><dt>${say('Last seen from outside by')}</dt><dd>${outside}</dd><dt>${say('Taken again since')}</dt><dd>${count(losses.readmitted, 'record')}</dd><dt>${say('Still missing')}</dt><dd>${count(missingLines(losses), 'line')}</dd></dl>`;
}

/** `Line 7`, `Lines 7 to 9`. */
function lineWords(first: number, last: number, saying: Saying): Html {
  if (first === last) return saying.say('Line {index}', { index: saying.number(first) });
  return saying.say('Lines {first} to {last}', { first: saying.number(first), last: saying.number(last) });
}

function missingCard({ lost }: Losses, saying: Saying): Html | undefined {
  const { say, count } = saying;
  if (lost.length === 0) return undefined;
  const items = lost
    .slice(0, SHOWN_MAX)
    .map(
      ([first, last]) =>
        html`<li><span>${lineWords(first, last, saying)}</span><span class="when">${count(last - first + 1, 'line')}</span></li>`,
    );
  return html`<section class="card"><h2>${say('What is missing')}</h2><p>${say('Someone outside had seen that these lines were written. What stood in them is not here. Some of them were only stamps, which nobody needs again, so fewer records than lines are missing.')}</p>
<ul class="list">${items}</ul>${more(lost.length, saying)}</section>`;
}

function takenCard({ taken }: Losses, ledger: PageSource['ledger'], saying: Saying): Html | undefined {
  const { say } = saying;
  if (taken.length === 0) return undefined;
  const items = taken.slice(0, SHOWN_MAX).map(({ index, by }) => {
    const here = ledger.placed(by)?.index;
    const again = here === undefined ? say('taken again') : say('taken again in line {index}', { index: saying.number(here) });
    return html`<li><span>${say('{lines} of the earlier record', { lines: lineWords(index, index, saying) })}</span><span class="when"><a href="/entries/${by}">${again}</a></span></li>`;
  });
  return html`<section class="card"><h2>${say('What was taken again')}</h2><p>${say('These were lost, and came back with the proof that somebody had kept. Each was decided again under its old signature.')}</p>
<ul class="list">${items}</ul>${more(taken.length, saying)}</section>`;
}

function more(count: number, saying: Saying): Html | undefined {
  const { say } = saying;
  if (count <= SHOWN_MAX) return undefined;
  return html`<p class="note">${say('The first {shown} of {count}.', { shown: SHOWN_MAX, count: saying.number(count) })} <a href="/api/v1/predecessor">${say('All of them, for programs')}</a></p>`;
}

function holderCard({ carried, witnessed }: Losses, saying: Saying): Html {
  const { say } = saying;
  const from = saying.number(carried);
  const policy = html`<a href="${PAGE}/log/policy">${say('the earlier record’s list of whom to trust')}</a>`;
  const sign =
    witnessed > carried
      ? say('From {line} on nobody else knows of it: your proof is the only sign that it was written.', { line: saying.number(witnessed) })
      : say('Nobody else knows of it: your proof is the only sign that it was written.');
  return html`<section class="card"><h2>${say('If you kept a proof of the earlier record')}</h2>
<ol><li><strong>${say('Keep it. It stays good.')}</strong> ${say('It is checked as before, on your own device and without this office, against {policy}.', { policy })}</li>
<li><strong>${say('Find its line.')}</strong> ${say('Open the file as text: the number after “index” is the line in the earlier record.')}</li>
<li><strong>${say('Below {line}?', { line: from })}</strong> ${say('What it proves was carried over. You need do nothing.')}</li>
<li><strong>${say('{line} or higher?', { line: from })}</strong> ${say('Unless it is among those taken again, it is missing. Bring the file to this office, with the text of what was written if you have it: a clerk or an accountant hands it in, the oldest first, since later ones may rest on earlier ones. It is decided again, by today’s rules.')} ${sign}</li></ol>
<p class="note">${say('If you kept no proof, ask the office to write it again as something new.')}</p></section>`;
}

function technical({ origin, checkpoint, state }: Predecessor, { say }: Saying): Html {
  return html`<section class="card"><details><summary>${say('Technical details')}</summary><dl class="facts"><dt>${say('Origin')}</dt><dd><code>${origin}</code></dd><dt>${say('State root that was carried over')}</dt><dd><code>${state}</code></dd><dt>${say('For programs')}</dt><dd><a href="/api/v1/predecessor">${say('What was lost')}</a> · <a href="${PAGE}/log/checkpoint">${say('Newest stamp of the copy')}</a></dd></dl><h3>${say('Last stamp that is known')}</h3><pre>${checkpoint}</pre></details></section>`;
}
