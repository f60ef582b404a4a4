/**
 * How a node is, for whoever keeps it: figures that are read when somebody asks, shown as Prometheus text at `/metrics` and, the same
 * figures, for the operator's page. Where nobody signs in they are open, so they name no receiver of a webhook and no path of this machine.
 */

export interface NodeFigures {
  readonly webhooks: readonly WebhookFigures[];
  readonly witnesses: readonly WitnessFigures[];
  /** Nodes of other agencies; absent where one agency runs the ledger alone. */
  readonly peers?: readonly PeerFigures[];
  /** Bytes. */
  readonly disk: { readonly free: number; readonly size: number; readonly ledger: number };
  /** The newest that was made on this machine; absent where none is known. */
  readonly backup?: { readonly height: number; readonly time: number };
  /** What the vault holds, as of the last minute, and since when its newest key is in force, ms UTC. */
  readonly vault?: { readonly live: number; readonly pending: number; readonly epoch: number; readonly begun: number };
  /** What is to be seen to, in words: versions of modules that are lacking. */
  readonly warnings: readonly string[];
}

export interface WebhookFigures {
  readonly id: string;
  /** `on`, `gone`, `paused`, `full` or `elsewhere`. */
  readonly state: string;
  readonly delivered: number;
  /** Failed attempts, all in all. */
  readonly failed: number;
  /** Dead letters. */
  readonly letters: number;
  /** Height up to which everything was delivered. */
  readonly height: number;
  /** Failed attempts at what is next. */
  readonly attempts: number;
}

export interface WitnessFigures {
  readonly name: string;
  /** Leaves it has seen; 0 where it has not answered yet. */
  readonly size: number;
  /** Of its newest cosignature, ms UTC. */
  readonly time: number;
  /** Why the last push brought nothing, a code. */
  readonly trouble?: string;
}

export interface PeerFigures {
  readonly id: string;
  /** Whether it could be reached when it was last told something. */
  readonly reached: boolean;
}

/** Of a node that nobody watches: in tests. */
export const NOTHING_WATCHED: () => NodeFigures = () => ({
  webhooks: [],
  witnesses: [],
  disk: { free: 0, size: 0, ledger: 0 },
  warnings: [],
});
