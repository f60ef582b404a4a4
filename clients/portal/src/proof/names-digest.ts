/** Whether what was signed names a file, and as what: its SHA-256 stands in it, whole and as a value of its own. */

/** `digest`: hex. The member that holds it; undefined where none does. */
export function memberNaming(value: unknown, digest: string, member = ''): string | undefined {
  if (typeof value === 'string') return value === digest || value === base64urlOf(digest) ? member : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, one] of Object.entries(value)) {
    const found = memberNaming(one, digest, Array.isArray(value) ? member : name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function base64urlOf(hex: string): string {
  const bytes = hex.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
