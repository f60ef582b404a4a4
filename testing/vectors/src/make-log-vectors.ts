/**
 * Writes the vectors of log, state, receipts and facts into `testing/vectors/data`: `npm run make -w
 * @tabularium/vectors`. Deterministic: the same text on every run (a test compares).
 */
import { writeFileSync } from 'node:fs';
import { logVectorFiles } from './log-vector-files.ts';
import { formatVectorFile } from './vector-file.ts';

for (const [name, file] of logVectorFiles) {
  writeFileSync(new URL(`../data/${name}.json`, import.meta.url), formatVectorFile(file));
}
