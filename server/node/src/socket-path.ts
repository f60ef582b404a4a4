/** Where a Unix socket of a data directory lies: in it, or, where that path is too long for a socket, in a private folder of its own. */
import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** A Unix socket's path has room for 107 bytes and its end. */
const MAX_PATH_BYTES = 107;

export function socketPath(dir: string, name: 'admin' | 'abci' | 'comet' | `node-${number}`): string {
  const path = join(resolve(dir), `${name}.sock`);
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return path;
  const short = createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 16);
  return join(tmpdir(), `tabularium-${userInfo().uid}`, `${short}${name === 'admin' ? '' : `.${name}`}.sock`);
}
