/**
 * Rows into bundles: as many as one transaction takes. A transaction has at most 60 KiB as a JWS, in which the payload
 * stands as base64url of JSON, and an action has a limit of items of its own.
 */
import { canonicalJson, MAX_TRANSACTION_BYTES } from '@tabularium/protocol';
import type { PlainItem } from './row-item.ts';

/** What header, signature, ids, `as`, and the digests that replace texts take besides the items, generously. */
const RESERVED_BYTES = 6_000;
/** Each item's digest, `"_sd":["…43…"],`. */
const DIGEST_BYTES = 60;
const PAYLOAD_BYTES = Math.floor(((MAX_TRANSACTION_BYTES - RESERVED_BYTES) * 3) / 4);

/** Groups items in order; `head` is what each body carries besides them. */
export async function* bundled(items: AsyncIterable<PlainItem>, head: object, maxItems: number): AsyncGenerator<PlainItem[]> {
  const room = PAYLOAD_BYTES - JSON.stringify(head).length;
  let bundle: PlainItem[] = [];
  let bytes = 0;
  for await (const item of items) {
    const { title: _text, ...fields } = item as PlainItem & { readonly title?: string };
    const size = canonicalJson(fields).length + DIGEST_BYTES;
    if (bundle.length > 0 && (bundle.length === maxItems || bytes + size > room)) {
      yield bundle;
      bundle = [];
      bytes = 0;
    }
    bundle.push(item);
    bytes += size;
  }
  if (bundle.length > 0) yield bundle;
}
