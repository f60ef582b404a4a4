/** `import`: somebody's published file into the ledger, row by row. */
import type { Command } from 'commander';
import { EXIT_CODES } from '../exit-codes.ts';
import type { ImportCommandOptions } from '../import/report-import.ts';
import type { Settings } from '../settings.ts';

export function addImportCommand(program: Command, settings: () => Settings, setExitCode: (code: number) => void): void {
  program
    .command('import')
    .description('take a published file in (CSV or JSON lines, gzipped or not); started again, it brings nothing in twice')
    .argument('<file>', 'the file as it was published')
    .requiredOption(
      '--map <map>',
      'which column is which field: a map file, or one of ours (madrid-budget, usaspending-accounts, usaspending-activities, dataact-appropriations)',
    )
    .option('--dry-run', 'read and judge everything, send nothing')
    .option('--as <role@office>', 'role used')
    .option('--for <mandate>', 'mandate used')
    .option('--source <code>', 'code of the file on the ledger; without it, that of the map')
    .option('--against <code>', 'imported source whose lines and accounts the rows must know')
    .option('--report <file>', 'write what became of each row there, one JSON object a line')
    .addHelpText(
      'after',
      '\nExamples:\n  tabularium import budget.csv.gz --map madrid-budget --dry-run\n  tabularium import budget.csv.gz --map madrid-budget --as accountant@finance --key ada.key.json',
    )
    .action(async (file: string, options: ImportCommandOptions) => {
      const { reportImport } = await import('../import/report-import.ts');
      const summary = await reportImport(settings(), file, options);
      if (summary.refused > 0) setExitCode(EXIT_CODES['rows-refused']);
    });
}
