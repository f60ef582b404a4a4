/** `privacy report`: what a data-protection officer keeps on file, written from what the modules declare. */
import { catalogue } from '@tabularium/catalogue';
import { parseJson } from '@tabularium/protocol';
import type { Command } from 'commander';
import { CliFault } from '../exit-codes.ts';
import { readText, writeText } from '../files.ts';
import { type GrantRow, type ReportCharter, reportOf } from '../privacy/report.ts';
import { reportMarkdown } from '../privacy/report-markdown.ts';
import { ledgerOf, type Settings, talking } from '../settings.ts';

interface ReportOptions {
  readonly charter?: string;
  readonly out?: string;
}

/** Grants are given by two people each; a ledger with more than this many pages of them has another question to answer first. */
const MAX_PAGES = 100;

export function addPrivacyCommands(program: Command, settings: () => Settings): void {
  program
    .command('privacy')
    .description('people’s data')
    .command('report')
    .description(
      'write the record of processing (GDPR art. 30) and the annex for an impact assessment (art. 35), from what the modules declare',
    )
    .option('--charter <file>', 'a charter, or the draft of one, instead of the ledger at --url; recipients are then left out')
    .option('--out <file>', 'write it there instead of printing it')
    .addHelpText(
      'after',
      '\nMarkdown, or JSON with --json.\n\nExample:\n  tabularium privacy report --url https://ledger.example --out processing.md',
    )
    .action(async ({ charter, out }: ReportOptions) => {
      const { terminal } = settings();
      const report =
        charter === undefined
          ? await talking(settings(), () => ofLedger(settings()))
          : reportOf({ catalogue, charter: charterIn(readText(charter, 'charter'), charter) });
      const text = terminal.json ? `${JSON.stringify(report)}\n` : reportMarkdown(report);
      if (out === undefined) return terminal.raw(text);
      writeText(out, text);
      terminal.result({ written: out }, `written: ${out}`);
    });
}

async function ofLedger(settings: Settings) {
  const ledger = ledgerOf(settings);
  // As the node shows it: the report is no proof, and says nothing that rests on one.
  const fact = parseJson((await ledger.fact('kernel/charter/current')) ?? 'null');
  const shown = fact.ok ? (fact.value as { readonly value?: unknown } | null)?.value : undefined;
  if (typeof shown !== 'string')
    throw new CliFault('not-found', 'the ledger shows no charter', 'of a members’ ledger, give the charter as --charter FILE');
  const charter = charterIn(shown, 'kernel/charter/current');
  const grants: GrantRow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const found = await ledger.list('privacy/grants', { state: 'given', limit: '200', ...(cursor === undefined ? {} : { cursor }) });
    grants.push(...((found?.rows ?? []) as unknown as GrantRow[]));
    cursor = found?.next;
    if (cursor === undefined) break;
  }
  return reportOf({ catalogue, charter, grants });
}

function charterIn(text: string, from: string): ReportCharter {
  const json = parseJson(text);
  const charter = json.ok ? (json.value as unknown as Partial<ReportCharter> | null) : undefined;
  if (typeof charter !== 'object' || charter === null || typeof charter.agencies !== 'object' || typeof charter.roles !== 'object')
    throw new CliFault('file-invalid', `${from} is not a charter`, 'charter.json in a ledger’s directory is one');
  return { name: '', modules: {}, parameters: {}, ...charter } as ReportCharter;
}
