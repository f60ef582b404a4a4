/**
 * A receipt as one sheet of paper: what was recorded in plain words, the proof itself as a code and as a file within, how to check it without
 * the office, and what it says and does not say. Only a receipt that the given policy accepts becomes a paper.
 */
import { isTrainingOrigin } from '@tabularium/log';
import { codeWords, type Story, shortId, type Told } from '@tabularium/pages';
import type { Crypto } from '@tabularium/protocol';
import type { RefusedPresentation, RefusedReceipt, VerifiedReceipt } from '@tabularium/verify';
import type { Certificate, CertificateParts } from './certificate-maker.ts';
import { Wording } from './certificate-words.ts';
import { codeOf, fieldWords, type Proven, proofOf } from './certified-proof.ts';
import { type Face, finished, newPaper, type Paper, printable } from './paper.ts';
import type { ScanCode } from './scan-code.ts';

/** With the code that stands on it. */
export type DrawnCertificate = (Extract<Certificate, { ok: true }> & { readonly code: ScanCode }) | RefusedReceipt | RefusedPresentation;

const LEFT = 51;
const WIDTH = 493;
const CODE_SIZE = 224;
const CODE_GAP = 18;
const INK = '#1b2a4a';
const PALE = '#4c5669';
const TOLD_MAX = 6;
const SIGNERS_MAX = 3;
const COSIGNERS_MAX = 3;
/** Where the facts must end, so that what follows them fits the page. */
const FACTS_END = 350;
const LINE = 13;
const FACT_GAP = 3;

/** The same parts make the same bytes. */
export async function certificateOf(parts: CertificateParts, crypto: Crypto): Promise<DrawnCertificate> {
  const { story, receipt, policy, office, language } = parts;
  const proven = proofOf(parts, crypto);
  if (!proven.ok) return proven;
  const { checked, presentation } = proven;
  const wording = new Wording(language, parts.zone);
  const { words } = wording;
  const paper = newPaper({
    title: presentation === undefined ? `${words.kind}: ${story.title}` : words.recordKind,
    author: office,
    language,
    time: story.time,
  });
  const sheet = new Sheet(paper);
  const { code, codeSays } = codeOf(proven, parts, wording);

  const isTraining = isTrainingOrigin(checked.checkpoint.origin);
  if (isTraining) sheet.across('TEST');
  head(sheet, parts, wording, isTraining);
  const lines = Math.floor((FACTS_END - sheet.y) / (LINE + FACT_GAP));
  factList(sheet, factsOf(parts, proven, wording, lines), lines);
  const beside = sheet.y + 16;
  sheet.y = beside;
  drawCode(sheet, code, words.codeIs, codeSays);
  const below = sheet.y;
  sheet.column(LEFT, WIDTH - CODE_SIZE - CODE_GAP);
  sheet.y = beside;
  proofWords(sheet, checked, wording);
  sheet.column(LEFT, WIDTH);
  sheet.y = Math.max(sheet.y, below) + 14;
  const isRecord = presentation !== undefined;
  checkWords(
    sheet,
    wording,
    { isRecord, file: `certificate-${story.index}.pdf` },
    Buffer.from(crypto.sha256(Buffer.from(policy))).toString('hex'),
  );
  technical(sheet, story, wording);
  const at = { creationDate: new Date(story.time), modifiedDate: new Date(story.time) };
  const attach = (name: string, text: string, description: string, relationship: string): void => {
    paper.file(Buffer.from(text), { name, type: 'text/plain', description, relationship, ...at } as PDFKit.Mixins.PDFAttachmentOptions);
  };
  if (presentation !== undefined) attach(`${story.name}.presentation`, presentation, words.presentationIs, 'Data');
  attach(`${story.name}.tlog-proof`, receipt, words.receiptIs, 'Source');
  attach('policy.txt', policy, words.policyIs, 'Supplement');
  sheet.end();
  return { ok: true, pdf: await finished(paper), code };
}

function head(sheet: Sheet, { story, office, record }: CertificateParts, { words }: Wording, isTraining: boolean): void {
  sheet.y = 46;
  sheet.say('P', record === undefined ? words.recordOf(office) : office, { size: 10, colour: PALE });
  sheet.rule(6);
  sheet.y += 16;
  if (isTraining) {
    sheet.say('P', words.training, { face: 'strong', size: 11 });
    sheet.y += 8;
  }
  sheet.say('P', record === undefined ? words.kind : words.recordKind, { size: 11, colour: PALE });
  sheet.say('H1', record?.title ?? story.title, { face: 'strong', size: 22, colour: INK, most: 56 });
  sheet.y += 2;
  if (record === undefined) sheet.say('P', story.headline, { size: 12, most: 32 });
  sheet.y += 10;
}

interface Fact {
  readonly term: string;
  readonly value: string;
}

/** No more than `lines`. */
function factsOf({ story, codes }: CertificateParts, { checked, fields }: Proven, wording: Wording, lines: number): readonly Fact[] {
  const { words } = wording;
  const { time, signers, right, index, height } = story;
  const said = (code: string): string => codeWords(codes[code] ?? code);
  const by = signers.slice(0, SIGNERS_MAX).map(({ role, office, agency }) => words.signer(said(role), said(office), said(agency)));
  const event = story.events.find(({ type }) => !type.startsWith('kernel.proposal.')) ?? story.events[0];
  const told = event?.told ?? [];
  const rows =
    fields === undefined
      ? told.map((one) => ({ term: one.label, value: toldWords(one, wording) }))
      : fields.map(({ label, value }) => ({ term: label, value: fieldWords(value, wording) }));
  // Four facts are of every act, and one line says how many are left out.
  const most = Math.max(0, Math.min(fields === undefined ? TOLD_MAX : rows.length, lines - 5));
  const others = fields === undefined ? story.events.length + story.more - (event === undefined ? 0 : 1) : 0;
  const hidden = Math.max(0, rows.length - most) + others;
  const shown = [
    ...rows.slice(0, most),
    ...(hidden > 0 ? [{ term: '…', value: fields === undefined ? words.more(hidden) : words.moreFields(hidden) }] : []),
  ];
  return [
    // A record's fields are what the paper is for; of an act, first when and by whom.
    ...(fields === undefined ? [] : shown),
    { term: words.when, value: wording.moment(time) },
    { term: words.who, value: by.join('; ') },
    { term: words.right, value: right },
    ...(fields === undefined ? shown : []),
    { term: words.place, value: words.line(wording.number(index), checked.checkpoint.origin, wording.number(height)) },
  ];
}

function toldWords(told: Told, wording: Wording): string {
  const { words } = wording;
  switch (told.as) {
    case 'money':
      return wording.money(told.value, told.currency);
    case 'day':
      return wording.day(told.value);
    case 'time':
      return wording.moment(told.value);
    case 'flag':
      return told.value ? words.yes : words.no;
    case 'withdrawn':
      return words.withdrawn(told.value, wording.moment(told.time));
    case 'record':
    case 'code':
      return shortId(told.value);
    default:
      return told.value;
  }
}

/** Terms and values, as a list that a screen reader reads pair by pair. */
function factList(sheet: Sheet, facts: readonly Fact[], lines: number): void {
  let spare = lines - facts.length;
  const list = sheet.open('L');
  for (const { term, value } of facts) {
    if (value === '') continue;
    const item = sheet.open('LI', list);
    const { y } = sheet;
    const most = spare > 0 ? 2 * LINE : LINE;
    sheet.column(LEFT, 112);
    sheet.say('Lbl', term, { colour: PALE, most, within: item });
    const after = sheet.y;
    sheet.column(LEFT + 118, WIDTH - 118);
    sheet.y = y;
    sheet.say('LBody', value, { most, within: item });
    sheet.y = Math.max(sheet.y, after) + FACT_GAP;
    if (sheet.y - y > LINE + FACT_GAP) spare--;
    item.end();
  }
  list.end();
  sheet.column(LEFT, WIDTH);
}

function proofWords(sheet: Sheet, { checkpoint, index, cosigners }: VerifiedReceipt, wording: Wording): void {
  const { words } = wording;
  sheet.say('H2', words.proves, { face: 'strong', size: 13, colour: INK });
  sheet.y += 3;
  sheet.say('P', words.submitted(checkpoint.origin, wording.number(index), wording.number(checkpoint.size)));
  const seen = cosigners.slice(0, COSIGNERS_MAX).map(({ name, time }) => words.seen(name, wording.moment(time * 1_000)));
  const others = cosigners.length - seen.length;
  sheet.y += 3;
  if (seen.length > 0) sheet.say('P', [...seen, ...(others > 0 ? [words.others(others)] : [])].join(' '));
  sheet.y += 3;
  sheet.say('P', words.notProven, { face: 'strong' });
  sheet.y += 3;
  sheet.say('P', words.told, { colour: PALE, size: 8.5 });
}

function checkWords(
  sheet: Sheet,
  { words }: Wording,
  { isRecord, file }: { readonly isRecord: boolean; readonly file: string },
  policyDigest: string,
): void {
  sheet.say('H2', words.check, { face: 'strong', size: 13, colour: INK });
  const list = sheet.open('L');
  const steps = [
    words.byBrowser,
    `${words.byCommand} npx tabularium verify ${file} --policy policy.txt`,
    words.policy(policyDigest),
    words.bySoftware,
    ...(isRecord ? [words.holder] : []),
  ];
  for (const [n, step] of steps.entries()) {
    const item = sheet.open('LI', list);
    sheet.y += 3;
    const { y } = sheet;
    sheet.column(LEFT, 14);
    sheet.say('Lbl', `${n + 1}.`, { within: item });
    sheet.column(LEFT + 16, WIDTH - 16);
    sheet.y = y;
    sheet.say('LBody', step, { within: item });
    item.end();
  }
  list.end();
  sheet.column(LEFT, WIDTH);
  sheet.y += 6;
  sheet.say('P', words.compare, { face: 'strong' });
}

function technical(sheet: Sheet, { name, kid }: Story, { words }: Wording): void {
  sheet.rule(8);
  sheet.y += 14;
  sheet.say('P', `${words.name}: ${name} · ${words.key}: ${kid}`, { size: 7.5, colour: PALE });
}

/** The code as drawn squares, at the right of what is said. */
function drawCode(sheet: Sheet, { rows, text }: ScanCode, title: string, caption: string): void {
  const x = LEFT + WIDTH - CODE_SIZE;
  const top = sheet.y;
  const module = CODE_SIZE / rows.length;
  const { paper } = sheet;
  sheet.figure([x, top, x + CODE_SIZE, top + CODE_SIZE], `${title}: ${text.slice(0, text.indexOf('#') + 1) || text}`, () => {
    for (const [row, cells] of rows.entries()) {
      for (let from = 0; from < cells.length; from++) {
        if (cells[from] !== true) continue;
        let to = from;
        while (cells[to] === true) to++;
        paper.rect(x + from * module, top + row * module, (to - from) * module, module);
        from = to;
      }
    }
    paper.fill('black');
  });
  sheet.column(x, CODE_SIZE);
  sheet.y = top + CODE_SIZE + 5;
  sheet.say('P', caption, { size: 8.5, colour: PALE });
}

interface Said {
  readonly face?: Face | undefined;
  readonly size?: number | undefined;
  readonly colour?: string | undefined;
  /** Points of height that it may take; the rest is cut, with an ellipsis. */
  readonly most?: number | undefined;
  readonly within?: PDFKit.PDFStructureElement | undefined;
}

/** One page and its structure, from top to bottom. */
class Sheet {
  readonly paper: Paper;
  y = 0;
  #x = LEFT;
  #width = WIDTH;
  readonly #root: PDFKit.PDFStructureElement;

  constructor(paper: Paper) {
    this.paper = paper;
    this.#root = paper.struct('Document');
    paper.addStructure(this.#root);
  }

  column(x: number, width: number): void {
    this.#x = x;
    this.#width = width;
  }

  open(type: string, within = this.#root): PDFKit.PDFStructureElement {
    const element = this.paper.struct(type);
    within.add(element);
    return element;
  }

  say(type: string, text: string, { face = 'text', size = 10, colour = 'black', most, within = this.#root }: Said = {}): void {
    const { paper } = this;
    const write = (): void => {
      paper.font(face, size).fillColor(colour);
      const extent = most === undefined ? {} : { height: most, ellipsis: true };
      paper.text(printable(paper, text), this.#x, this.y, { width: this.#width, lineGap: 1, ...extent });
      this.y = paper.y;
    };
    within.add(paper.struct(type, {}, [write]));
  }

  figure(box: readonly [number, number, number, number], words: string, draw: () => void): void {
    this.#root.add(this.paper.struct('Figure', { alt: words, bbox: box } as PDFKit.Mixins.StructureElementOptions, [draw]));
  }

  /** A line across, which means nothing. */
  rule(above: number): void {
    const { paper } = this;
    this.y += above;
    paper.markContent('Artifact', { type: 'Layout' });
    paper
      .moveTo(LEFT, this.y)
      .lineTo(LEFT + WIDTH, this.y)
      .lineWidth(0.7)
      .stroke('#b9c2d3');
    paper.endMarkedContent();
  }

  /** Large and slanting under all the rest, so pale that a camera reads the code above it. What it means is said in words as well. */
  across(mark: string): void {
    const { paper } = this;
    const { width, height } = paper.page;
    paper.markContent('Artifact', { type: 'Pagination' });
    paper.save().rotate(-54, { origin: [width / 2, height / 2] });
    paper.font('strong', 250).fillColor('#fff0c9');
    paper.text(mark, (width - paper.widthOfString(mark)) / 2, height / 2 - 150, { lineBreak: false });
    paper.restore();
    paper.endMarkedContent();
  }

  end(): void {
    this.#root.end();
  }
}
