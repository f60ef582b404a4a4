/** Where a log and its proofs come from: a running node, or a folder laid out like one; and a local server that hands it on, damaged where asked. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

/** The bytes at a path like `log/checkpoint`, or nothing. */
export type LogSource = (path: string) => Promise<Uint8Array | undefined>;

export function folderSource(folder: string): LogSource {
  return async (path) => {
    const inside = normalize(path);
    if (inside.startsWith('..')) return undefined;
    try {
      return await readFile(join(folder, inside));
    } catch (error) {
      if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  };
}

export function nodeSource(baseUrl: string): LogSource {
  const base = baseUrl.replace(/\/+$/, '');
  return async (path) => {
    const answer = await fetch(`${base}/${path}`);
    if (answer.status === 404 || answer.status === 410) return undefined;
    if (!answer.ok) throw new Error(`${base}/${path} answered ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
}

export interface Served {
  readonly url: string;
  close(): void;
}

/** Serves a source on 127.0.0.1. `change` may answer other bytes for a path. */
export async function serve(
  source: LogSource,
  change: (path: string, bytes: Uint8Array) => Uint8Array = (_, bytes) => bytes,
): Promise<Served> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').slice(1).replace(/\?.*$/, ''));
    source(path).then(
      (bytes) => {
        if (bytes === undefined) response.writeHead(404).end();
        else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(change(path, bytes));
      },
      (error: Error) => response.writeHead(502).end(error.message),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
