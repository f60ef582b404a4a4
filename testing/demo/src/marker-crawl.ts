/** Every answer that a ledger gives to those who only read: each operation of its OpenAPI, its tiles, its texts and its pages. */
import type { Place } from './marker-search.ts';

/** Pages followed from link to link. */
const MAX_PAGES = 120;
/** Items of a list of which each one's own address is asked for. */
const MAX_ITEMS = 5;

export interface CrawlOptions {
  readonly url: string;
  /** Transactions to ask for. */
  readonly names: readonly string[];
  readonly keys: readonly string[];
  readonly digests: readonly string[];
  readonly height: number;
  /** Leaves. */
  readonly size: number;
}

export async function crawl({ url, names, keys, digests, height, size }: CrawlOptions): Promise<Place[]> {
  const places: Place[] = [];
  const get = async (path: string): Promise<Buffer> => {
    const response = await fetch(`${url}${path}`);
    const bytes = await bytesOf(response);
    places.push({ name: `GET ${path}`, bytes: Buffer.concat([Buffer.from(JSON.stringify([...response.headers])), bytes]) });
    if (response.status >= 500) throw new Error(`GET ${path} was answered ${response.status}`);
    return bytes;
  };
  const described = JSON.parse((await get('/api/openapi.json')).toString('utf8')) as { readonly paths: Record<string, object> };
  const lists = Object.entries(described.paths).filter(([path, methods]) => 'get' in methods && !path.includes('{'));
  for (const [path] of lists) await readList(path, path in described.paths && `${path}/{id}` in described.paths, get);
  for (const name of names) for (const kind of ['transactions', 'receipts', 'stories']) await get(`/api/v1/${kind}/${name}`);
  for (const key of keys) await get(`/api/v1/facts/${key}`);
  for (const digest of digests) await get(`/api/v1/texts/${digest}`);
  for (let at = 1; at <= height; at += Math.ceil(height / 50)) await get(`/api/v1/blocks/${at}`);
  for (const path of tilePaths(size)) await get(path);
  await followPages(get);
  return places;
}

/** Of a stream that never ends, what comes first. */
async function bytesOf(response: Response): Promise<Buffer> {
  if (response.headers.get('content-type') !== 'text/event-stream') return Buffer.from(await response.arrayBuffer());
  const reader = response.body!.getReader();
  const { value = new Uint8Array() } = await reader.read();
  await reader.cancel();
  return Buffer.from(value);
}

async function readList(path: string, hasItems: boolean, get: (path: string) => Promise<Buffer>): Promise<void> {
  const body = (await get(path)).toString('utf8');
  if (!hasItems || !body.startsWith('{')) return;
  const { items = [] } = JSON.parse(body) as { readonly items?: readonly { readonly id?: string }[] };
  for (const { id } of items.slice(0, MAX_ITEMS)) if (id !== undefined) await get(`${path}/${encodeURIComponent(id)}`);
}

/** Hash tiles and entry bundles of a log, the partial ones too. */
function tilePaths(size: number): string[] {
  const paths: string[] = [];
  for (let index = 0; index * 256 < size; index++) {
    const width = Math.min(256, size - index * 256);
    const name = `${String(index).padStart(3, '0')}${width < 256 ? `.p/${width}` : ''}`;
    paths.push(`/log/tile/0/${name}`, `/log/tile/entries/${name}`);
  }
  return paths;
}

async function followPages(get: (path: string) => Promise<Buffer>): Promise<void> {
  const known = new Set(['/']);
  for (const path of known) {
    const text = (await get(path)).toString('utf8');
    for (const [, link = ''] of text.matchAll(/href="(\/[^"#]*)"/g)) {
      if (known.size < MAX_PAGES && !/^\/(?:api|log)\//.test(link)) known.add(link.replaceAll('&amp;', '&'));
    }
  }
}
