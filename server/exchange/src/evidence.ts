/** What a node of the ledger signed and cannot take back: notes that no honest node of an honest log makes. */
import { formatNote, type Note, signatureLine } from '@tabularium/log';
import { type NodeStatements, type Statement, statementNote } from './node-statements.ts';

export type Evidence =
  /** It signed another root than ours for this size. */
  | { readonly kind: 'contradiction'; readonly node: string; readonly size: number; readonly ours: string; readonly theirs: string }
  /**
   * It contradicts itself: two roots of one size, or a `first` that contradicts ours and a larger `second` that is ours: no log has
   * both. `size` is that of `first`.
   */
  | { readonly kind: 'equivocation'; readonly node: string; readonly size: number; readonly first: string; readonly second: string };

export interface FoundEvidence {
  /** The same for what is the same fault, with whatever fresher signatures. */
  readonly key: string;
  readonly evidence: Evidence;
}

/** All that this node's statements prove, beside the checkpoints in `own`. */
export function findEvidence(node: string, statements: NodeStatements, own: ReadonlyMap<number, Note>): readonly FoundEvidence[] {
  const found: FoundEvidence[] = [];
  const equivocation = (size: number, first: Statement, second: Statement, texts: readonly string[]): void => {
    const evidence: Evidence = { kind: 'equivocation', node, size, first: statementNote(first), second: statementNote(second) };
    found.push({ key: JSON.stringify([node, ...texts]), evidence });
  };
  const largest = largestOfOurs(statements, own);
  for (const [size, all] of statements.bySize) {
    for (const second of all.slice(1)) equivocation(size, all[0]!, second, [all[0]!.text, second.text].sort());
    const ours = own.get(size);
    if (ours === undefined) continue;
    for (const theirs of statements.others(size, ours.text)) {
      const evidence: Evidence = { kind: 'contradiction', node, size, ours: noteText(ours), theirs: statementNote(theirs) };
      found.push({ key: JSON.stringify([node, theirs.text]), evidence });
      if (largest !== undefined && largest.size > size) equivocation(size, theirs, largest.statement, [theirs.text, 'larger']);
    }
  }
  return found;
}

function largestOfOurs(
  statements: NodeStatements,
  own: ReadonlyMap<number, Note>,
): { readonly size: number; readonly statement: Statement } | undefined {
  for (const [size, { text }] of [...own].reverse()) {
    const statement = statements.of(size, text);
    if (statement !== undefined) return { size, statement };
  }
  return undefined;
}

function noteText({ text, signatures }: Note): string {
  return formatNote(
    text,
    signatures.map((line) => signatureLine(line, line.signature)),
  );
}
