/** The language-neutral vectors, judged by public libraries. Where a rule is this ledger's own (`stricter`), only what we accept must be accepted. */
import { readFileSync } from 'node:fs';
import { askProgram, type GoCase, type RustCase } from './ask-judges.ts';
import type { Judges } from './installed-judges.ts';
import type { Report } from './report.ts';

interface Vector {
  readonly name: string;
  readonly stricter?: true;
  /** true or false, or an object that holds a code where we refuse. */
  readonly expected: boolean | { readonly code?: string };
  readonly [member: string]: unknown;
}

function comparable(file: string): readonly Vector[] {
  const { vectors } = JSON.parse(readFileSync(new URL(`../../testing/vectors/data/${file}.json`, import.meta.url), 'utf8'));
  // Indices below 0 or between two integers cannot even be said to the Go libraries.
  return (vectors as readonly Vector[]).filter(
    ({ stricter, index = 0 }) => stricter !== true && Number.isSafeInteger(index) && Number(index) >= 0,
  );
}

function isAccepted({ expected }: Vector): boolean {
  return typeof expected === 'boolean' ? expected : expected.code === undefined;
}

export function judgeVectors({ go, rust }: Judges, report: Report): void {
  const ofGo: readonly (readonly [string, GoCase['kind']])[] = [
    ['inclusion', 'inclusion'],
    ['consistency', 'consistency'],
    ['policy-check', 'checkpoint'],
    ['receipt-valid', 'receipt'],
    ['receipt-invalid', 'receipt'],
  ];
  for (const [file, kind] of go === undefined ? [] : ofGo) {
    const vectors = comparable(file);
    report.compare(
      'Go libraries',
      `vectors ${file}`,
      vectors.map(isAccepted),
      askProgram(
        go!,
        vectors.map((vector) => ({ ...vector, kind })),
      ),
    );
  }
  if (rust !== undefined) {
    const vectors = comparable('ics23');
    report.compare('crate ics23', 'vectors ics23', vectors.map(isAccepted), askProgram(rust, vectors as unknown as readonly RustCase[]));
  }
}
