/**
 * What a person or a program sees. With `--json` each result is one line of JSON on standard output and nothing else goes
 * there; without it, words. Faults and progress go to standard error; colour and progress bars only to a terminal, and
 * colour not where NO_COLOR is set (no-color.org).
 */
import { CliFault } from './exit-codes.ts';

/** The part of a stream that is used. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface TerminalOptions {
  readonly out: Sink;
  readonly err: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
}

export type Colour = 'green' | 'yellow' | 'red' | 'faint' | 'bold';
const CODES: Readonly<Record<Colour, number>> = { bold: 1, faint: 2, red: 31, green: 32, yellow: 33 };

/** A bar on a terminal; nothing elsewhere. */
export interface Progress {
  update(done: number, all: number): void;
  end(): void;
}

export class Terminal {
  readonly #options: TerminalOptions;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  get json(): boolean {
    return this.#options.json;
  }

  /** One result: `value` for programs, `words` for people. */
  result(value: object, words: string): void {
    this.#options.out.write(this.json ? `${JSON.stringify(value)}\n` : `${words}\n`);
  }

  /** Exact text, such as a receipt, in both modes. */
  raw(text: string): void {
    this.#options.out.write(text);
  }

  /** A remark for people; programs do not see it. */
  note(words: string): void {
    if (!this.json) this.#options.err.write(`${words}\n`);
  }

  fault(error: unknown): number {
    const fault = error instanceof CliFault ? error : new CliFault('unexpected', error instanceof Error ? error.message : String(error));
    const { code, message, next, exitCode, details } = fault;
    if (this.json) {
      this.#options.err.write(
        `${JSON.stringify({ error: code, exit: exitCode, message, ...(next === undefined ? {} : { next }), ...details })}\n`,
      );
    } else {
      this.#options.err.write(`${this.#paint(this.#options.err, 'red', 'error:')} ${message}\n`);
      if (next !== undefined) this.#options.err.write(`${this.#paint(this.#options.err, 'bold', 'next:')}  ${next}\n`);
    }
    return exitCode;
  }

  /** Words in a colour, where standard output is a terminal that wants colour. */
  paint(colour: Colour, words: string): string {
    return this.#paint(this.#options.out, colour, words);
  }

  progress(title: string): Progress {
    const { err } = this.#options;
    if (this.json || err.isTTY !== true) return { update: () => {}, end: () => {} };
    let shown = '';
    return {
      update: (done, all) => {
        const share = all > 0 ? Math.min(done / all, 1) : 1;
        const width = Math.max(10, Math.min(40, (err.columns ?? 80) - title.length - 9));
        const filled = Math.floor(share * width);
        const line = `${title} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${String(Math.floor(share * 100)).padStart(3)} %`;
        if (line === shown) return;
        shown = line;
        err.write(`\r${line}`);
      },
      end: () => {
        if (shown !== '') err.write(`\r${' '.repeat(shown.length)}\r`);
      },
    };
  }

  #paint(sink: Sink, colour: Colour, words: string): string {
    const { env } = this.#options;
    const wants = sink.isTTY === true && !this.json && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
    return wants ? `\u001b[${CODES[colour]}m${words}\u001b[0m` : words;
  }
}

/** A table with columns as wide as their widest cell; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  ')).join('\n');
}

/** Seconds since the epoch as a person reads them, UTC. */
export function instant(seconds: number): string {
  return new Date(seconds * 1000)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}
