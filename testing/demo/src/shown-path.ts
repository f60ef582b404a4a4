/** A path as people read it: relative where that is shorter. */
import { relative } from 'node:path';

export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
