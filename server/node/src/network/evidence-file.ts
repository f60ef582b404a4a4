/**
 * The faults of other nodes, kept over a new start (`evidence.jsonl`): a node that was convicted once stays so, and the same fault is
 * written down once.
 */
import { appendFileSync } from 'node:fs';
import type { Evidence } from '@tabularium/exchange';
import { parseNote } from '@tabularium/log';
import { readIfThere } from '../data-directory.ts';

export class EvidenceFile {
  readonly #path: string;
  readonly #report: (error: unknown) => void;
  #isTorn = false;

  /** `report` is told of lines that cannot be read and of what cannot be kept: no node stands still for that. */
  constructor(path: string, report: (error: unknown) => void) {
    this.#path = path;
    this.#report = report;
  }

  /** In the order in which they were found. A line that a power cut tore is passed over. */
  read(): readonly Evidence[] {
    const text = Buffer.from(readIfThere(this.#path) ?? []).toString('utf8');
    this.#isTorn = text !== '' && !text.endsWith('\n');
    return text.split('\n').flatMap((line, n) => {
      if (line === '') return [];
      const evidence = evidenceIn(line);
      if (evidence === undefined) this.#report(new Error(`line ${n + 1} of ${this.#path} cannot be read`));
      return evidence ?? [];
    });
  }

  add(evidence: Evidence): void {
    try {
      appendFileSync(this.#path, `${this.#isTorn ? '\n' : ''}${JSON.stringify(evidence)}\n`);
      this.#isTorn = false;
    } catch (error) {
      this.#report(error);
    }
  }
}

/** Undefined where the line holds none. */
function evidenceIn(line: string): Evidence | undefined {
  try {
    const evidence = JSON.parse(line) as Evidence;
    const notes = evidence.kind === 'contradiction' ? [evidence.ours, evidence.theirs] : [evidence.first, evidence.second];
    const isWhole = typeof evidence.node === 'string' && typeof evidence.size === 'number' && notes.every((note) => parseNote(note));
    return isWhole ? evidence : undefined;
  } catch {
    return undefined;
  }
}
