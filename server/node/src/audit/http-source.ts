/**
 * A ledger's public log as anyone can read it (C2SP tlog-tiles): entry bundles, hash tiles, checkpoint, policy. A reader that is slow or a
 * node that is busy is asked again; a node that answers something else is a finding of the audit, not of this file.
 */
import { nodeCrypto } from '@tabularium/crypto';
import { decodeEntryBundle, TILE_WIDTH, tilePath } from '@tabularium/log';
import { type JsonRow, LIMIT_MAX } from '@tabularium/projections';
import { verifyFact } from '@tabularium/verify';
import { NodeFault } from '../node-fault.ts';
import type { AuditSource, ShownText } from './audit-source.ts';

const ATTEMPTS = 5;
const BACKOFF_MS = 300;
const TIMEOUT_MS = 30_000;
/** 256 entries of 64 KiB. */
const MAX_BYTES = 17 * 1024 * 1024;
/** Bundles fetched at the same time. */
const PARALLEL = 4;

interface Asked {
  readonly status: number;
  /** Of the ledger as it was read; 0 where the answer does not say. */
  readonly height: number;
  readonly bytes: Uint8Array;
}

export class HttpSource implements AuditSource {
  readonly name: string;
  readonly partialTiles = true;
  readonly #base: string;
  readonly #prefix: string;

  /** `url`: address of the node. `prefix`: `/predecessor` for the ledger before it, and so on. */
  constructor(url: string, prefix = '') {
    this.#base = url.replace(/\/+$/, '');
    this.#prefix = prefix;
    this.name = `${this.#base}${prefix}`;
  }

  async checkpoint(): Promise<string | undefined> {
    const bytes = await this.#get('/log/checkpoint');
    return bytes === undefined ? undefined : textOf(bytes);
  }

  readonly policy = async (): Promise<string> => textOf((await this.#get('/log/policy')) ?? new Uint8Array());

  /** `to` is the log's size or at a bundle's end: a partial bundle exists for the size that the checkpoint states. */
  async leaves(from: number, to: number): Promise<readonly Uint8Array[]> {
    const bundles: Promise<readonly Uint8Array[]>[] = [];
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
      const first = index * TILE_WIDTH;
      const width = Math.min(TILE_WIDTH, to - first);
      bundles.push(this.#bundle(index, width).then((leaves) => leaves.slice(Math.max(0, from - first))));
    }
    return (await Promise.all(bundles)).flat();
  }

  async tile(level: number, index: number, width: number): Promise<Uint8Array | undefined> {
    return (
      (await this.#get(`/log/${tilePath(level, index, width)}`)) ??
      (width === TILE_WIDTH ? undefined : (await this.#get(`/log/${tilePath(level, index)}`))?.subarray(0, width * 32))
    );
  }

  readonly list: NonNullable<AuditSource['list']> = async (module, name, { cursor, height }) => {
    const query = new URLSearchParams({ limit: String(LIMIT_MAX), ...(cursor === undefined ? {} : { cursor }) });
    const answer = await this.#ask(`${this.#base}/api/v1/${module}/${name}?${query}`, [], { 'tabularium-min-height': String(height) });
    const { rows } = JSON.parse(answer === undefined ? '{}' : textOf(answer.bytes)) as { readonly rows?: unknown };
    return { height: answer?.height ?? height, rows: Array.isArray(rows) ? (rows as readonly JsonRow[]) : [] };
  };

  /** Texts of earlier ledgers are kept with the newest one's. */
  async text(digest: string): Promise<ShownText | undefined> {
    const answer = await this.#ask(`${this.#base}/api/v1/texts/${digest}`, [410]);
    if (answer === undefined) return undefined;
    if (answer.status === 410) return { kind: 'withdrawn' };
    const { disclosure } = JSON.parse(textOf(answer.bytes)) as { readonly disclosure?: unknown };
    return { kind: 'text', disclosure: typeof disclosure === 'string' ? disclosure : '' };
  }

  /** Believed where a fact under a signed checkpoint says so. */
  async withdrawnSince(digest: string, policy: string): Promise<boolean> {
    const answer = await this.#ask(`${this.#base}/api/v1/facts/kernel/text/${digest}`);
    const fact = answer === undefined ? undefined : verifyFact(answer.bytes, policy, nodeCrypto);
    return fact?.ok === true && fact.key === `kernel/text/${digest}` && fact.value !== null;
  }

  predecessor(): AuditSource {
    return new HttpSource(this.#base, `${this.#prefix}/predecessor`);
  }

  close(): void {}

  async #bundle(index: number, width: number): Promise<readonly Uint8Array[]> {
    // A bundle that has filled up since may be served whole only.
    const bytes =
      (await this.#get(`/log/${tilePath('entries', index, width)}`)) ??
      (width === TILE_WIDTH ? undefined : await this.#get(`/log/${tilePath('entries', index)}`));
    const leaves = bytes === undefined ? undefined : decodeEntryBundle(bytes);
    return leaves?.slice(0, width) ?? [];
  }

  async #get(path: string): Promise<Uint8Array | undefined> {
    return (await this.#ask(`${this.name}${path}`))?.bytes;
  }

  /** Undefined where there is nothing at the address. Throws `NodeFault` `input-invalid` when the node cannot be read. */
  async #ask(url: string, known: readonly number[] = [], headers: Readonly<Record<string, string>> = {}): Promise<Asked | undefined> {
    let detail = '';
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error', headers });
        if (response.status === 404) {
          await response.body?.cancel();
          return undefined;
        }
        const height = Number(response.headers.get('tabularium-height') ?? 0);
        if (response.ok || known.includes(response.status)) return { status: response.status, height, bytes: await bounded(response, url) };
        detail = `status ${response.status}`;
        if (response.status !== 429 && response.status < 500) break;
      } catch (error) {
        const { message, cause } = error as Error & { readonly cause?: Error };
        detail = cause?.message ?? message;
      }
      await new Promise((resolve) => setTimeout(resolve, BACKOFF_MS * 2 ** attempt));
    }
    throw new NodeFault('input-invalid', `${url} cannot be read: ${detail}`);
  }
}

export const LEAVES_AT_ONCE = TILE_WIDTH * PARALLEL;

async function bounded(response: Response, url: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_BYTES) throw new Error(`${url} answers ${bytes.length} bytes`);
  return bytes;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
