/**
 * What a person or a program sees of the node's commands. With `--json` every message is one line of JSON on standard output, told apart by
 * `event`, and faults go to standard error; without it, words, and a progress bar where there is a terminal.
 */
import { NodeFault } from './node-fault.ts';

export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface ConsoleOptions {
  readonly out: Sink;
  readonly err: Sink;
  readonly json: boolean;
}

/** Between two lines of progress for a program. */
const PROGRESS_MS = 500;
const BAR_MS = 100;

export class NodeConsole {
  readonly #options: ConsoleOptions;
  #shown = '';
  #last = 0;
  /** Lines of the table that stands last on the screen. */
  #table = 0;

  constructor(options: ConsoleOptions) {
    this.#options = options;
  }

  /** A result, or something that happened: `value` for programs, `words` for people. */
  say(event: string, value: object, words: string): void {
    this.endProgress();
    this.#table = 0;
    this.#options.out.write(this.#options.json ? `${JSON.stringify({ event, ...value })}\n` : `${words}\n`);
  }

  /** A remark beside the matter: for people on standard error, for programs as `note`. */
  note(words: string): void {
    this.endProgress();
    this.#table = 0;
    if (this.#options.json) this.#options.out.write(`${JSON.stringify({ event: 'note', message: words })}\n`);
    else this.#options.err.write(`${words}\n`);
  }

  /** `total` 0: not known. */
  progress(what: string, done: number, total: number): void {
    const now = performance.now();
    const { json, out, err } = this.#options;
    if (now - this.#last < (json ? PROGRESS_MS : BAR_MS)) return;
    this.#last = now;
    if (json) {
      out.write(`${JSON.stringify({ event: 'progress', what, done, total })}\n`);
      return;
    }
    if (err.isTTY !== true) return;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const width = Math.max(10, Math.min(40, (err.columns ?? 80) - what.length - 9));
    const filled = Math.floor(share * width);
    const line =
      total > 0
        ? `${what} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${String(Math.floor(share * 100)).padStart(3)} %`
        : `${what} ${done.toLocaleString('en')}`;
    err.write(`\r${line.padEnd(this.#shown.length)}`);
    this.#shown = line;
  }

  /** Lines for people that stand where they stood before; programs ask the nodes themselves. */
  table(lines: readonly string[]): void {
    const { json, err } = this.#options;
    if (json || err.isTTY !== true) return;
    const up = this.#table === 0 ? '' : `\u001b[${this.#table}A\u001b[J`;
    err.write(`${up}${lines.join('\n')}\n`);
    this.#table = lines.length;
  }

  endProgress(): void {
    if (this.#shown !== '') this.#options.err.write(`\r${' '.repeat(this.#shown.length)}\r`);
    this.#shown = '';
  }

  /** Says what went wrong and gives the exit code. */
  fault(error: unknown): number {
    this.endProgress();
    const fault = error instanceof NodeFault ? error : new NodeFault('unexpected', error instanceof Error ? error.message : String(error));
    const { code, exitCode, message } = fault;
    const next = fault.next === undefined ? undefined : inFull(fault.next);
    if (this.#options.json)
      this.#options.err.write(`${JSON.stringify({ error: code, exit: exitCode, message, ...(next === undefined ? {} : { next }) })}\n`);
    else this.#options.err.write(`error: ${message}\n${next === undefined ? '' : `next:  ${next}\n`}`);
    return exitCode;
  }
}

/** Where a next step begins with a command, whoever copies it needs the program's name as well. */
function inFull(next: string): string {
  return /^(?:init|start|sandbox|audit|backup|restore|resume|rebuild|witness|network|webhook|key)\b/.test(next)
    ? `tabularium ${next}`
    : next;
}
