/**
 * Certificates before others' eyes: veraPDF says whether each is PDF/A-3a and PDF/UA-1, qpdf whether it is whole, and poppler and zbar read the code
 * off the printed page, which must hold the receipt to the byte. Spoiled ones go before veraPDF too: it must refuse them.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCheckpoint, parseNote } from '@tabularium/log';
import { presentationInCode, presentationInPdf, receiptInCode, receiptInPdf } from '@tabularium/sdk';
import type { Verdict } from './ask-judges.ts';
import type { Judges } from './installed-judges.ts';
import type { LogSource } from './log-source.ts';
import { recordPaper } from './record-paper.ts';
import type { Report } from './report.ts';

const SAMPLES = 24;
/** Dots to an inch of an office printer's cheapest setting. */
const PRINTED_DPI = 150;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

interface Paper {
  readonly name: string;
  readonly file: string;
  readonly bytes: Buffer;
  /** Of a record: the holder's file that it must carry. */
  readonly presentation?: string;
}

export async function judgePapers(judges: Judges, source: LogSource, report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tabularium-papers-'));
  try {
    const drawn = await samplePapers(source, folder);
    if (drawn.length === 0) report.note('certificates of a record alone: those of entries are drawn by a running node');
    const papers = [...drawn, ...(await recordPapers(folder))];
    if (judges.verapdf !== undefined) judgeForm(judges.verapdf, papers, folder, report);
    if (judges.qpdf === true) report.compare('qpdf', 'certificates', allGood(papers), papers.map(askQpdf));
    if (judges.zbar === true)
      report.compare('poppler and zbar', 'codes on printed certificates', allGood(papers), await Promise.all(papers.map(readPrinted)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const allGood = (papers: readonly Paper[]): boolean[] => papers.map(() => true);

/** Spread over the log, in both languages; stamps have none. */
async function samplePapers(source: LogSource, folder: string): Promise<readonly Paper[]> {
  const note = await source('log/checkpoint');
  const size = parseCheckpoint(parseNote(Buffer.from(note ?? []).toString())?.text ?? '')?.size ?? 0;
  const papers: Paper[] = [];
  for (let n = 0; n < SAMPLES; n++) {
    const name = `${Math.floor(((n + 1) * size) / (SAMPLES + 1))}-${n % 2 === 0 ? 'en' : 'es'}`;
    const [index, lang] = name.split('-');
    const bytes = await source(`api/v1/certificates/${index}.pdf?lang=${lang}`);
    if (bytes === undefined) continue;
    const paper = { name: `certificate ${name}`, file: join(folder, `${name}.pdf`), bytes: Buffer.from(bytes) };
    writeFileSync(paper.file, paper.bytes);
    papers.push(paper);
  }
  return papers;
}

async function recordPapers(folder: string): Promise<readonly Paper[]> {
  const papers: Paper[] = [];
  for (const language of ['en', 'es'] as const) {
    const { pdf, presentation } = await recordPaper(language);
    const file = join(folder, `record-${language}.pdf`);
    writeFileSync(file, pdf);
    papers.push({ name: `certificate of a record, ${language}`, file, bytes: Buffer.from(pdf), presentation });
  }
  return papers;
}

/** Each paper, and what spoils the first: its mark as tagged, its claim to be the third part of PDF/A, and its claim to be PDF/UA. */
function judgeForm(verapdf: string, papers: readonly Paper[], folder: string, report: Report): void {
  const [first] = papers;
  const spoiled = (['/StructTreeRoot', '<pdfaid:part>3', '<pdfuaid:part>1'] as const).map((mark, n) => {
    const text = (first?.bytes ?? Buffer.alloc(0)).toString('latin1').replaceAll(mark, `${mark.slice(0, -1)}2`);
    const file = join(folder, `spoiled-${n}.pdf`);
    writeFileSync(file, Buffer.from(text, 'latin1'));
    return file;
  });
  const files = [...papers.map(({ file }) => file), ...spoiled];
  const { error, stdout, stderr } = spawnSync('java', ['-cp', verapdf, 'JudgePapers', ...files], {
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  if (error !== undefined) throw error;
  const verdicts = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Verdict);
  if (verdicts.length !== files.length)
    throw new Error(`veraPDF answered ${verdicts.length} of ${files.length} files: ${stderr.slice(-500)}`);
  report.compare(
    'veraPDF',
    'certificates as PDF/A-3a and PDF/UA-1, and spoiled ones',
    [...allGood(papers), ...spoiled.map(() => false)],
    verdicts,
  );
}

function askQpdf({ name, file }: Paper): Verdict {
  const { status, stdout, stderr } = spawnSync('qpdf', ['--check', file], { encoding: 'utf8' });
  return { name, ok: status === 0, detail: (stderr || stdout).trim().split('\n').at(-1) ?? '' };
}

async function readPrinted({ name, file, bytes, presentation }: Paper): Promise<Verdict> {
  const printed = file.replace(/\.pdf$/, '');
  spawnSync('pdftoppm', ['-r', String(PRINTED_DPI), '-gray', '-singlefile', file, printed]);
  const { stdout } = spawnSync('zbarimg', ['-q', '--raw', `${printed}.pgm`], { encoding: 'utf8' });
  const read = await (presentation === undefined ? receiptInCode : presentationInCode)(stdout.trim());
  const carried = await (presentation === undefined ? receiptInPdf : presentationInPdf)(bytes);
  if (presentation !== undefined && carried !== presentation) return { name, ok: false, detail: 'the holder’s file is not within' };
  const tooLong = /\/entries\/[A-Za-z0-9_-]{43}$/.test(stdout.trim());
  const ok = carried !== undefined && (read === carried || tooLong);
  return { name, ok, detail: stdout === '' ? 'no code was found' : `the code holds ${stdout.slice(0, 60)}` };
}
