/**
 * What keeps a node from doing as it was told, in words for an operator: a stable code, the exit code of the process, and the command that
 * helps. Documented in docs/operate/exit-codes.md; the command line shows them as they are.
 */

/** Exit codes of every command on a data directory. 0 is success; 1 anything unforeseen; 2 wrong usage. */
export const EXIT_CODES = {
  /** Something nobody foresaw; the message is all there is. */
  unexpected: 1,
  /** Options that make no sense. */
  usage: 2,
  /** `audit` found a difference, or a log that is executed again does not lead to what it says. */
  'audit-difference': 3,
  /** Another process runs on the directory. */
  'directory-in-use': 4,
  /** There is no ledger in the directory. */
  'no-ledger': 5,
  /** There is something in the directory already. */
  'directory-taken': 6,
  /** What lies in the directory is damaged, or does not belong together. */
  damaged: 7,
  /** A witness has seen more than this ledger holds, or another history: to go on would fork it. */
  'would-fork': 8,
  /** A witness must be asked before this can go on, and none answered. */
  'witness-unreachable': 9,
  /** The node's own keys are missing, readable by others, or not those of the charter. */
  'node-keys': 10,
  /** The charter, the officers' keys or another file given is not what it must be. */
  'input-invalid': 11,
  /** The node stopped at a broken invariant or a dead thread; starting it again mends that. */
  halted: 12,
  /** The network address cannot be listened on. */
  'address-in-use': 13,
  /** No node runs on the directory. */
  'not-running': 14,
  /** CometBFT's program, which a ledger of many agencies needs, is not there. */
  'cometbft-missing': 15,
  /** The other agencies' nodes came to another state: this node is the one that is wrong. */
  outvoted: 16,
  /** So few of the ledger's other nodes answer, or say the same, that nothing of it can be believed. */
  'nodes-unreachable': 17,
  /** The node was away for so long that no other keeps the blocks any more that it would follow by. */
  'left-behind': 18,
  /** The keys of the vault are missing, readable by others, or not those that it was written with. */
  'vault-keys': 19,
} as const;

export type FaultCode = keyof typeof EXIT_CODES;

export class NodeFault extends Error {
  override readonly name = 'NodeFault';
  readonly code: FaultCode;
  /** The command that helps, without its program's name. */
  readonly next: string | undefined;

  constructor(code: FaultCode, message: string, more: { readonly next?: string; readonly cause?: unknown } = {}) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.code = code;
    this.next = more.next;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}
