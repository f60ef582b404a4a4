/** Which vector file of the kernel lies under which name in `testing/vectors/data`. */
import { charters } from './charter-vectors.ts';
import { kernelBodies } from './kernel-body-vectors.ts';
import type { VectorFile } from './vector-file.ts';

export const kernelVectorFiles: readonly (readonly [name: string, file: VectorFile])[] = [
  ['charter', charters],
  ['kernel-bodies', kernelBodies],
];
