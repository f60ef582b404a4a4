/** What every command may be told, by option or by environment: which ledger, which key, how to answer. */
import { Ledger, type LedgerOptions, LedgerUnreachable, UnexpectedAnswer } from '@tabularium/sdk';
import { CliFault } from './exit-codes.ts';
import { readKey, readText } from './files.ts';
import type { Terminal } from './terminal.ts';

/** Options before or after the command. */
export interface GlobalOptions {
  readonly json?: true;
  readonly url?: string;
  readonly key?: string;
}

export interface Settings {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly options: GlobalOptions;
}

export const DEFAULT_URL = 'http://127.0.0.1:8080';

/** Address of the ledger: `--url`, TABULARIUM_URL, or this machine's. */
export function urlOf({ options, env }: Settings): string {
  const url = options.url ?? env.TABULARIUM_URL ?? DEFAULT_URL;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliFault('usage', `${url} is not an address`, 'give one as --url https://ledger.example');
  return url;
}

/** A client that gives up after a second or two without an answer: somebody is waiting. */
export function ledgerOf(settings: Settings, more: Partial<LedgerOptions> = {}): Ledger {
  return new Ledger({ url: urlOf(settings), retry: { attempts: 4 }, ...more });
}

/** The signer of `--key` or TABULARIUM_KEY. */
export function signerOf({ options, env }: Settings): ReturnType<typeof readKey> {
  const path = options.key ?? env.TABULARIUM_KEY;
  if (path === undefined || path === '')
    throw new CliFault('usage', 'this needs a key', 'give one as --key FILE, or set TABULARIUM_KEY; tabularium key new FILE makes one');
  return readKey(path);
}

/** The text of a policy file, from somewhere else than the ledger that is to be checked. */
export function policyOf(path: string): string {
  return readText(path, 'policy');
}

/** Runs a step that talks to a ledger, and turns its failures into faults with a next step. */
export async function talking<T>(settings: Settings, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof LedgerUnreachable) {
      throw new CliFault(
        'unreachable',
        error.message,
        `see whether it runs: curl ${urlOf(settings)}/health; another address is given as --url`,
      );
    }
    if (error instanceof UnexpectedAnswer) throw new CliFault('unreachable', error.message, 'check --url');
    throw error;
  }
}
