/**
 * Takes the port before the year is written, so that a port in use is said at once, and answers there meanwhile: whoever opens the page
 * too early sees it come.
 */
import { createServer, type Server } from 'node:http';
import { NodeFault } from '@tabularium/node';

export interface HeldPort {
  letGo(): Promise<void>;
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Vellmere</title>
<p>Vellmere opens its books; this takes some seconds, and the page comes by itself.`;

/** Port 0 (any free one) needs no holding. Throws `NodeFault` `address-in-use` with the sentence to show. */
export async function holdPort(host: string, port: number): Promise<HeldPort> {
  if (port === 0) return { letGo: async () => {} };
  const server: Server = createServer((_request, response) => {
    response.writeHead(503, { 'content-type': 'text/html; charset=utf-8', 'retry-after': '2', connection: 'close' }).end(PAGE);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(new NodeFault('address-in-use', why(host, port, cause), { cause })));
    server.listen(port, host, resolve);
  });
  return {
    letGo: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function why(host: string, port: number, { code }: NodeJS.ErrnoException): string {
  const another = `npm start -- --port ${port < 65_535 ? port + 1 : 8081}`;
  if (code === 'EADDRINUSE') {
    return `port ${port} is in use, perhaps by a demo that runs already (http://${host}:${port}/). Stop that, or choose another port:  ${another}`;
  }
  if (code === 'EACCES') return `port ${port} needs more rights than this user has. Choose a port above 1023:  npm start -- --port 8080`;
  return `${host}:${port} cannot be listened on (${code}). Choose another:  ${another}`;
}
