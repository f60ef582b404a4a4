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

/** The same for what is the same fault, with whatever fresher signatures. */
export function evidenceKey(evidence: Evidence): string {
  const { node } = evidence;
  if (evidence.kind === 'contradiction') return JSON.stringify([node, textIn(evidence.theirs)]);
  const [first, second] = [textIn(evidence.first), textIn(evidence.second)];
  // Against which larger one of ours it was held is no other fault.
  return JSON.stringify([node, ...(sizeLine(first) === sizeLine(second) ? [first, second].sort() : [first, 'larger'])]);
}

/** All that this node's statements prove, beside the checkpoints in `own`. */
export function findEvidence(node: string, statements: NodeStatements, own: ReadonlyMap<number, Note>): readonly Evidence[] {
  const found: Evidence[] = [];
  const equivocation = (size: number, first: Statement, second: Statement): void => {
    found.push({ kind: 'equivocation', node, size, first: statementNote(first), second: statementNote(second) });
  };
  const largest = largestOfOurs(statements, own);
  for (const [size, all] of statements.bySize) {
    for (const second of all.slice(1)) equivocation(size, all[0]!, second);
    const ours = own.get(size);
    if (ours === undefined) continue;
    for (const theirs of statements.others(size, ours.text)) {
      found.push({ kind: 'contradiction', node, size, ours: noteText(ours), theirs: statementNote(theirs) });
      if (largest !== undefined && largest.size > size) equivocation(size, theirs, largest.statement);
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

/** A signed note's text, without its signatures. */
function textIn(note: string): string {
  return note.slice(0, note.lastIndexOf('\n\n') + 1);
}

function sizeLine(text: string): string | undefined {
  return text.split('\n')[1];
}

function noteText({ text, signatures }: Note): string {
  return formatNote(
    text,
    signatures.map((line) => signatureLine(line, line.signature)),
  );
}
