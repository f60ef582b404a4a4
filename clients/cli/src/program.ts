/** The command line, put together: what it offers, how it answers, with which code it ends. */
import { Command, CommanderError, Option } from 'commander';
import { addActionCommand } from './commands/action-command.ts';
import { addImportCommand } from './commands/import-command.ts';
import { addKeyCommands } from './commands/key-commands.ts';
import { addPresentCommand } from './commands/present-command.ts';
import { addPrivacyCommands } from './commands/privacy-commands.ts';
import { addProofCommands } from './commands/proof-commands.ts';
import { addTransactionCommands } from './commands/transaction-commands.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { NODE_VERBS, runNode } from './node-process.ts';
import { DEFAULT_URL, type GlobalOptions, type Settings } from './settings.ts';
import { type Sink, Terminal } from './terminal.ts';

export interface Surroundings {
  readonly out: Sink;
  readonly err: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/** Runs one command line (without program name) and gives the exit code. Never throws. */
export async function run(argv: readonly string[], { out, err, env, version }: Surroundings): Promise<number> {
  // Known before anything is parsed, so that a wrong command line is answered in the asked form as well.
  const json = argv.includes('--json');
  const terminal = new Terminal({ out, err, env, json });
  const verb = argv.find((word) => !word.startsWith('-'));
  try {
    // Verbs on a data directory belong to the node, with all their options and their help.
    if (
      verb !== undefined &&
      Object.hasOwn(NODE_VERBS, verb) &&
      argv.every((word, i) => i > argv.indexOf(verb) || word === verb || word === '--json')
    ) {
      return await runNode([verb, ...argv.filter((_, i) => i !== argv.indexOf(verb))]);
    }
    let exitCode: number = EXIT_CODES.done;
    const program = buildProgram({ terminal, out, err, env, version, setExitCode: (code) => (exitCode = code) });
    await program.parseAsync(namesLast(argv, program), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return terminal.fault(error);
    if (error.exitCode === 0) return EXIT_CODES.done;
    if (json) err.write(`${JSON.stringify({ error: 'usage', exit: EXIT_CODES.usage, message: error.message })}\n`);
    return EXIT_CODES.usage;
  }
}

/** One name in 64 begins with "-" (base64url): it goes behind "--", where it is read as a name and not as an option. */
function namesLast(argv: readonly string[], program: Command): string[] {
  const within = (command: Command): Command[] => [command, ...command.commands.flatMap(within)];
  const options = within(program).flatMap((command) => command.options);
  const isName = (word: string, i: number) =>
    /^-[\w-]{42}$/.test(word) && !options.some((option) => option.required && [option.long, option.short].includes(argv[i - 1]));
  const names = argv.filter(isName);
  if (names.length === 0 || argv.includes('--')) return [...argv];
  return [...argv.filter((word, i) => !isName(word, i)), '--', ...names];
}

interface ProgramOptions extends Surroundings {
  readonly terminal: Terminal;
  readonly setExitCode: (code: number) => void;
}

function buildProgram({ terminal, out, err, env, version, setExitCode }: ProgramOptions): Command {
  const program = new Command('tabularium')
    .description('A public ledger for towns, ministries and agencies.')
    .version(version)
    .exitOverride()
    // Before the commands are added: they take it over from here.
    .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => void (terminal.json || err.write(text)) })
    .showHelpAfterError('(tabularium help shows every command)')
    .addOption(new Option('--json', 'answer in JSON, one object a line'))
    .addOption(new Option('--url <address>', `address of the ledger (TABULARIUM_URL; default ${DEFAULT_URL})`))
    .addOption(new Option('--key <file>', 'key file to sign with (TABULARIUM_KEY)'));
  const settings = (): Settings => ({ terminal, env, options: program.opts<GlobalOptions>() });

  addKeyCommands(program, settings);
  addActionCommand(program, settings);
  addTransactionCommands(program, settings);
  addProofCommands(program, settings);
  addPrivacyCommands(program, settings);
  addPresentCommand(program, settings);
  addImportCommand(program, settings, setExitCode);
  for (const [verb, description] of Object.entries(NODE_VERBS)) {
    program
      .command(verb)
      .description(description)
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .action(async (_options: object, command: Command) =>
        setExitCode(await runNode([verb, ...(terminal.json ? ['--json'] : []), ...command.args])),
      );
  }
  program.addHelpText(
    'after',
    '\nOptions stand before or after the command. NO_COLOR is respected. Exit codes: docs/operate/exit-codes.md\n\nExamples:\n  tabularium key new ada.key.json\n  tabularium verify payment.tlog-proof --policy town.policy\n  tabularium import budget.csv.gz --map madrid-budget --dry-run',
  );
  return program;
}
