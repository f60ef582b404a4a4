/**
 * Does a document begin as its media type says? A warning for whoever opens it, and the condition for showing it in a page; never a reason to
 * refuse, for a file may be damaged and yet evidence. Archives are not opened: what is in them is nobody's business here.
 */

const ZIP = ['504b0304'];
/** Hex of the first bytes. */
const BEGINNINGS: Readonly<Record<string, readonly string[]>> = {
  'application/pdf': ['255044462d'],
  'image/png': ['89504e470d0a1a0a'],
  'image/jpeg': ['ffd8ff'],
  'image/gif': ['474946383761', '474946383961'],
  'image/tiff': ['49492a00', '4d4d002a'],
  'application/zip': ZIP,
  'application/vnd.etsi.asic-e+zip': ZIP,
  'application/vnd.oasis.opendocument.text': ZIP,
  'application/vnd.oasis.opendocument.spreadsheet': ZIP,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ZIP,
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ZIP,
};
/** What a browser shows without running any of it. */
const SHOWN = new Set(['application/pdf', 'image/png', 'image/jpeg']);

/** `unknown` of types that have no beginning of their own. */
export type FirstBytes = 'fit' | 'differ' | 'unknown';

export function firstBytesOf(mediaType: string, bytes: Uint8Array): FirstBytes {
  const beginnings = BEGINNINGS[mediaType];
  if (beginnings === undefined) return 'unknown';
  const first = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  return beginnings.some((one) => first.startsWith(one)) ? 'fit' : 'differ';
}

/** May a page show it, where its reader asks for that? Everything else is saved as a file. */
export function mayBeShown(mediaType: string, firstBytes: FirstBytes): boolean {
  return firstBytes === 'fit' && SHOWN.has(mediaType);
}
