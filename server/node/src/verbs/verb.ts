/** What a command on a data directory is made of: its options, its help, and what it does. */
import type { ParseArgsOptionsConfig } from 'node:util';
import type { NodeConsole } from '../node-console.ts';

export interface VerbCall {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly console: NodeConsole;
}

export interface Verb {
  /** Shown by `--help`, whole. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /** The exit code; 0 if nothing is said. Throws `NodeFault`. */
  run(call: VerbCall): Promise<number | undefined>;
}
