/**
 * `npm run judges -- [<base-url> | <folder>] [--fact KEY]…`: software that is not ours judges what ours wrote.
 *
 * Tessera's fsck reads the whole log under `/log/` and recomputes its root; public Go libraries check receipts,
 * checkpoints and seals; the Rust crate ics23 checks state proofs; and both check our vectors. veraPDF, qpdf, poppler and zbar look at certificates. Each also gets forgeries,
 * which it must refuse: a judge that takes everything judges nothing. Without an address a log of 70,000 leaves is
 * written to a temporary folder and judged there. What is not installed is left out and named.
 *
 * Exit 0 all agree (whatever was left out), 1 a judge disagrees, 64 wrong usage.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installJudges } from './installed-judges.ts';
import { judgeCheckpoint, judgeFacts, judgeLog, judgeReceipts } from './judge-log.ts';
import { judgePapers } from './judge-papers.ts';
import { judgeVectors } from './judge-vectors.ts';
import { folderSource, nodeSource } from './log-source.ts';
import { Report } from './report.ts';
import { writeSampleLog } from './sample-log.ts';

const { values, positionals } = readArguments();
const [place] = positionals;
const judges = installJudges();
const report = new Report();
let temporary: string | undefined;

try {
  let facts: readonly string[] = values.fact ?? [];
  if (place === undefined) {
    temporary = mkdtempSync(join(tmpdir(), 'tabularium-judges-'));
    console.log('no address given: a sample log of 70,000 leaves is judged');
    const { present, absent } = writeSampleLog(temporary, Math.floor(Date.now() / 1000));
    facts = [...facts, ...present, ...absent];
  }
  const source = place?.startsWith('http') ? nodeSource(place) : folderSource(place ?? temporary!);
  judgeVectors(judges, report);
  await judgeLog(judges, source, report);
  await judgeCheckpoint(judges, source, report);
  await judgeReceipts(judges, source, report);
  await judgeFacts(judges, source, facts, report);
  await judgePapers(judges, source, report);
} finally {
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
}
for (const what of judges.leftOut) console.log(`left out  ${what}`);
console.log(report.summary());
process.exitCode = report.disagreements === 0 ? 0 : 1;

function readArguments() {
  try {
    const read = parseArgs({ allowPositionals: true, options: { fact: { type: 'string', multiple: true } } });
    if (read.positionals.length <= 1) return read;
  } catch (error) {
    console.error(`judges: ${(error as Error).message}`);
  }
  console.error('usage: npm run judges -- [<base-url> | <folder>] [--fact module/collection/id]…');
  process.exit(64);
}
