/** The door of the command line for programs: run one command line with streams of your own. */
export { EXIT_CODES, type ExitCode } from './exit-codes.ts';
export { run, type Surroundings } from './program.ts';
