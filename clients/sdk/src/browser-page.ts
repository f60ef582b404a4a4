/**
 * For tests: serves this repository's TypeScript to a browser without a bundler. Types are stripped on the way out
 * (the same that Node does when it runs the files), and an import map says where each package lies.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const WORKSPACES = ['core', 'clients'];
const LIBRARIES = ['typebox', '@noble/curves', '@noble/hashes'];

/** Where the browser finds each package, read from the packages' own `exports`. */
function importMap(): Record<string, string> {
  const imports: Record<string, string> = {};
  const folders = [
    ...WORKSPACES.flatMap((wing) => readdirSync(join(ROOT, wing)).map((name) => `${wing}/${name}`)),
    ...LIBRARIES.map((name) => `node_modules/${name}`),
  ];
  for (const folder of folders) {
    const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as {
      readonly name: string;
      readonly exports: Readonly<Record<string, string | { readonly import?: string; readonly default?: string }>>;
    };
    for (const [door, target] of Object.entries(manifest.exports)) {
      const file = typeof target === 'string' ? target : (target.import ?? target.default);
      if (file !== undefined) imports[`${manifest.name}${door.slice(1)}`] = `/${folder}/${file.replace('./', '')}`;
    }
  }
  return imports;
}

export interface PageServer {
  readonly url: string;
  close(): void;
}

/** Serves an empty page with the import map at `/`, sources under their paths, and whatever `handle` answers first. */
export async function servePage(handle: (request: IncomingMessage, response: ServerResponse) => boolean): Promise<PageServer> {
  const page = `<!doctype html><meta charset="utf-8"><title>test</title>
<script type="importmap">${JSON.stringify({ imports: importMap() })}</script>`;
  const server = createServer((request, response) => {
    if (handle(request, response)) return;
    const path = normalize(decodeURIComponent((request.url ?? '/').split('?')[0]!));
    if (path === '/') return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    try {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const script = path.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
      return response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(script);
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
