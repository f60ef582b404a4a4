/**
 * What the process says to a script when it ends (docs/operate/exit-codes.md). 0 is success, 1 anything unforeseen, 2 wrong
 * usage; 3 to 19 belong to commands on a data directory and come from the node unchanged; 20 onwards are the client's.
 */
export const EXIT_CODES = {
  done: 0,
  unexpected: 1,
  usage: 2,
  /** The Node that runs this is too old (bin/tabularium.js). */
  'node-too-old': 20,
  /** The ledger refused the transaction. */
  refused: 21,
  /** It is not a transaction at all. */
  malformed: 22,
  /** The receipt, fact or presentation proves nothing under this policy, or not what was asked. */
  'not-proven': 23,
  /** The ledger gives no answer, or what answers is no ledger. */
  unreachable: 24,
  /** The ledger is busy; the same bytes may be sent again later. */
  busy: 25,
  /** The ledger does not know what was asked for. */
  'not-found': 26,
  /** The import is done, but the ledger or the reader refused some rows. */
  'rows-refused': 27,
  /** A file that was given cannot be read as what it must be. */
  'file-invalid': 28,
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** A fault in words for whoever sits there: what is wrong, and the command that comes next. */
export class CliFault extends Error {
  override readonly name = 'CliFault';
  readonly code: ExitCode;
  readonly next: string | undefined;
  /** More for programs, shown with `--json`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ExitCode, message: string, next?: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.next = next;
    this.details = details;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}
