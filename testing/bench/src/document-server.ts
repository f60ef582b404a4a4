/**
 * The process that `bench-vault-document.ts` measures: documents of the vault behind a bare HTTP server, and how much memory it has taken. Its port is the
 * first line it prints.
 */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import {
  type DocumentStore,
  documentPart,
  FolderStore,
  openDocuments,
  openFolderKeys,
  openVault,
  S3Store,
  s3PlaceOf,
} from '@tabularium/vault';

const [dir = '', bucket] = process.argv.slice(2);
const KIB = 1024;

const vault = await openVault({
  ...{ place: { dir }, keys: openFolderKeys(join(dir, 'keys')), origin: 'bench.example/0123456789abcdef', isAccepted: () => false },
  ...{ erasedCases: [], retentionMs: 86_400_000, nowMs: Date.now(), settledSeconds: 0, parts: [documentPart], report: console.error },
});
const documents = await openDocuments({
  ...{ database: vault.database, epochs: vault.epochs, store: storeOf(bucket), arriving: join(dir, 'arriving') },
  ...{ origin: 'bench.example/0123456789abcdef', now: Date.now, isErased: () => false, report: console.error },
});

function storeOf(address: string | undefined): DocumentStore {
  const place = address === undefined ? undefined : s3PlaceOf(address, process.env);
  if (place !== undefined) return new S3Store(place);
  mkdirSync(join(dir, 'kept'), { recursive: true });
  return new FolderStore(join(dir, 'kept'));
}

const server = createServer({ requestTimeout: 0 }, async (request, response) => {
  const [, verb, id = '', value = ''] = (request.url ?? '').split('/');
  try {
    if (verb === 'begin') {
      const salt = Buffer.from(value, 'hex');
      const begun = await documents.begin({ case: '0'.repeat(32), mediaType: 'application/pdf', size: Number(id), salt, officer: 'o-1' });
      response.end(begun.id);
    } else if (verb === 'send') {
      response.end(String((await documents.append(id, Number(value), request)).offset));
    } else if (verb === 'finish') {
      await documents.finish(id, value);
      await documents.settled(id);
      response.end((await documents.status(id)).state);
    } else if (verb === 'read') {
      await pipeline((await documents.read(id))!.bytes, response);
    } else {
      response.end(JSON.stringify({ rss: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * KIB }));
    }
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
