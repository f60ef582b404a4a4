/**
 * Looks for a marker wherever bytes lie: as it is, in base64 and base64url at each of the three alignments, in hex, and in UTF-16. What
 * is compressed or split must be unpacked by the caller.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A place with bytes in it: a file, an answer, a line of a log. */
export interface Place {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Names of the places where a marker is. A marker is ASCII letters and digits, 12 at least. */
export function findMarker(marker: string, places: Iterable<Place>): string[] {
  const forms = formsOf(marker);
  const found: string[] = [];
  for (const { name, bytes } of places) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (forms.some((form) => buffer.includes(form))) found.push(name);
  }
  return found;
}

function formsOf(marker: string): Buffer[] {
  if (!/^[A-Za-z0-9]{12,}$/.test(marker)) throw new RangeError(`${marker} is no marker`);
  const plain = Buffer.from(marker, 'ascii');
  const forms = [
    plain,
    Buffer.from(marker, 'utf16le'),
    Buffer.from(plain.toString('hex')),
    Buffer.from(plain.toString('hex').toUpperCase()),
  ];
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), plain]).toString('base64');
    // Only the characters that depend on the marker alone.
    const inner = encoded.slice([0, 2, 3][before], Math.floor(((before + plain.length) * 8) / 6));
    forms.push(Buffer.from(inner), Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')));
  }
  return forms;
}

/** Every file under a directory, by its path within it. */
export function filesUnder(dir: string, within = ''): Place[] {
  return readdirSync(join(dir, within), { withFileTypes: true }).flatMap((entry) => {
    const name = join(within, entry.name);
    if (entry.isDirectory()) return filesUnder(dir, name);
    return statSync(join(dir, name)).isFile() ? [{ name, bytes: readFileSync(join(dir, name)) }] : [];
  });
}
