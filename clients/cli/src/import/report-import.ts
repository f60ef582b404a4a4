/** Runs an import for the command line: where the rows go, what is shown meanwhile, and the report at the end. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { catalogue } from '@tabularium/catalogue';
import { CliFault } from '../exit-codes.ts';
import { hasFailed, outcomeFault } from '../outcome-words.ts';
import { ledgerOf, type Settings, signerOf, talking } from '../settings.ts';
import { type Terminal, table } from '../terminal.ts';
import { ImportFileError } from './import-file-error.ts';
import { readMap } from './import-map.ts';
import { type Destination, ImportStopped, type ImportSummary, type RowReport, runImport } from './run-import.ts';

export interface ImportCommandOptions {
  readonly map: string;
  readonly dryRun?: true;
  readonly source?: string;
  readonly against?: string;
  readonly as?: string;
  readonly for?: string;
  readonly report?: string;
}

/** Rows shown to a person; the rest is in the report. */
const SHOWN_ROWS = 10;

/** Imports a file, or rehearses it. Throws `CliFault`. */
export async function reportImport(settings: Settings, path: string, options: ImportCommandOptions): Promise<ImportSummary> {
  const { terminal } = settings;
  const isDry = options.dryRun === true;
  const progress = terminal.progress(isDry ? 'reading' : 'importing');
  const reportFile = options.report === undefined ? undefined : openReport(options.report);
  const refused: RowReport[] = [];
  const onRow = (row: RowReport) => {
    if (reportFile !== undefined) writeSync(reportFile, `${JSON.stringify(row)}\n`);
    if (terminal.json) terminal.result(row, '');
    if (row.outcome === 'refused' && refused.length < SHOWN_ROWS) refused.push(row);
  };
  try {
    const map = readMap(options.map);
    const summary = await talking(settings, () =>
      runImport({
        path,
        map,
        catalogue,
        onRow,
        onProgress: (read, all) => progress.update(read, all),
        ...(options.source === undefined ? {} : { source: options.source }),
        ...(options.against === undefined ? {} : { against: options.against }),
        ...(isDry ? {} : { destination: destinationOf(settings, options) }),
      }),
    );
    progress.end();
    terminal.result({ summary }, summaryWords(summary, refused, isDry, options, terminal));
    return summary;
  } catch (error) {
    progress.end();
    throw asFault(error);
  } finally {
    if (reportFile !== undefined) closeSync(reportFile);
  }
}

function destinationOf(settings: Settings, { as, for: mandate }: ImportCommandOptions): Destination {
  return {
    ledger: ledgerOf(settings, { retry: {} }),
    signer: signerOf(settings),
    ...(as === undefined ? {} : { as }),
    ...(mandate === undefined ? {} : { for: mandate }),
  };
}

function openReport(path: string): number {
  try {
    return openSync(path, 'w');
  } catch {
    throw new CliFault('file-invalid', `the report ${path} cannot be written`, 'check the path');
  }
}

function asFault(error: unknown): unknown {
  if (error instanceof ImportFileError) return new CliFault('file-invalid', error.message, error.remedy, { code: error.code });
  if (error instanceof ImportStopped && hasFailed(error.outcome)) return outcomeFault(error.outcome);
  return error;
}

function summaryWords(
  summary: ImportSummary,
  refused: readonly RowReport[],
  isDry: boolean,
  { report }: ImportCommandOptions,
  terminal: Terminal,
): string {
  const { source, rows, accepted, flagged, repeated, transactions, flags } = summary;
  const would = isDry ? 'would be ' : '';
  const lines = [
    `${source}: ${rows} rows${isDry ? ' read, nothing sent' : ` in ${transactions} transactions`}`,
    table([
      [`  ${would}accepted`, String(accepted)],
      [`  ${would}accepted with defects named`, String(flagged)],
      ...(repeated > 0 ? [['  there already', String(repeated)]] : []),
      [`  ${would}refused`, String(summary.refused)],
    ]),
  ];
  if (Object.keys(flags).length > 0)
    lines.push('defects:', table(Object.entries(flags).map(([flag, count]) => [`  ${flag}`, String(count)])));
  if (refused.length > 0) {
    lines.push(
      terminal.paint('yellow', 'refused rows:'),
      table(refused.map(({ row, line, code = '', rule = '' }) => [`  row ${row} (line ${line})`, code, rule])),
    );
    if (summary.refused > refused.length)
      lines.push(`  and ${summary.refused - refused.length} more${report === undefined ? '; --report FILE lists all' : ` in ${report}`}`);
  }
  if (accepted + flagged > 0 && !isDry)
    lines.push('Imported rows are history: they are shown, flagged, and no rule of the ledger rests on them.');
  return lines.join('\n');
}
