/**
 * Writes the vectors of core/protocol to testing/vectors/data: `npm run make -w @tabularium/vectors`. Everything is
 * deterministic (fixed keys, RFC 6979), so a second run changes nothing; a test holds the files to this generator.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { protocolVectorFiles } from './protocol-vector-files.ts';

const folder = new URL('../data/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of protocolVectorFiles()) writeFileSync(new URL(name, folder), text);
