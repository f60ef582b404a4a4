/** Whether what was signed names a document: its SHA-256 stands in it, whole and as a value of its own. */

/** `digest`: hex. */
export function namesDigest(value: unknown, digest: string): boolean {
  if (typeof value === 'string') return value === digest || value === base64urlOf(digest);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((one) => namesDigest(one, digest));
}

function base64urlOf(hex: string): string {
  const bytes = hex.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
