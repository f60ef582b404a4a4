/** How a node does what no honest one does. */
export interface Misbehaviour {
  /** Its machine's clock is so far ahead, or behind. */
  readonly clockOffsetMs?: number;
  /** Its blocks are none; its vote is for them. */
  readonly proposesGarbage?: boolean;
}
