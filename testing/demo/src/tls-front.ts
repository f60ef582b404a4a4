/**
 * TLS in front of the demo's node, which has none of its own: so that a phone on the same network has what browsers call a secure context,
 * without which they sign nothing. An office puts its own reverse proxy there.
 */
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { makeTlsIdentity } from '@tabularium/exchange';

export interface TlsFiles {
  /** PEM files. */
  readonly cert: string;
  readonly key: string;
}

export interface TlsFront {
  readonly port: number;
  close(): Promise<void>;
}

/** Hands what comes on to `behind` on this machine. `files`: none for a certificate made now, of which browsers warn. Throws what the files or the port are refused for. */
export async function openTlsFront(
  { host, port }: { readonly host: string; readonly port: number },
  behind: number,
  files: TlsFiles | undefined,
): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const server = createServer({ ...identity(files), ALPNProtocols: ['http/1.1'] }, (outside) => {
    const inside = connect(behind, '127.0.0.1');
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      sockets.add(one);
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      // Whoever breaks off is gone; there is nobody to tell.
      one.on('error', () => {});
      one.pipe(other);
    }
  });
  await listening(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function identity(files: TlsFiles | undefined): { readonly cert: string; readonly key: string } {
  if (files !== undefined) return { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
  const { certificate, privateKey } = makeTlsIdentity();
  return { cert: certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
