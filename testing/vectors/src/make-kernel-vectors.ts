/**
 * Writes the vectors of charter and kernel into `testing/vectors/data`: `npm run make -w @tabularium/vectors`. Deterministic: the same
 * text on every run (a test compares).
 */
import { writeFileSync } from 'node:fs';
import { kernelVectorFiles } from './kernel-vector-files.ts';
import { formatVectorFile } from './vector-file.ts';

for (const [name, file] of kernelVectorFiles) {
  writeFileSync(new URL(`../data/${name}.json`, import.meta.url), formatVectorFile(file));
}
