/** What a node of the ledger signed and cannot take back: two notes that no honest log and no honest node makes. */

export type Evidence =
  /** It signed another root than ours for this size. */
  | { readonly kind: 'contradiction'; readonly node: string; readonly size: number; readonly ours: string; readonly theirs: string }
  /**
   * It contradicts itself: two roots of one size, or, of two sizes, `first` that is not ours and a larger `second` that is: no log holds
   * both. `size` is that of `first`.
   */
  | { readonly kind: 'equivocation'; readonly node: string; readonly size: number; readonly first: string; readonly second: string };
