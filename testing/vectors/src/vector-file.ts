/** The shape of every vector file: data for any language, one reason per file, each vector with a name that can be quoted. */

export interface VectorFile<V extends { readonly name: string } = { readonly name: string }> {
  readonly description: string;
  /** The page of docs/spec that the vectors belong to. */
  readonly spec: string;
  readonly vectors: readonly V[];
}

/** The text of a vector file. Throws where two vectors share a name. */
export function formatVectorFile(file: VectorFile): string {
  const names = new Set(file.vectors.map((vector) => vector.name));
  if (names.size !== file.vectors.length) throw new Error(`A name stands twice in the vectors of ${file.spec}.`);
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** A vector that general tools for this format may judge otherwise: its rule is this ledger's own. */
export function stricter<V extends { readonly name: string }>(vector: V): V & { readonly stricter: true } {
  return { ...vector, stricter: true };
}
