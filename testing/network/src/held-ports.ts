/** Ports of loopback for those who will listen later: held meanwhile, so that nobody else is given them. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

export class HeldPorts {
  readonly #servers: Server[] = [];

  /** One that nobody has, unless a certain one is asked for. */
  async hold(port = 0): Promise<number> {
    const server = createServer().listen(port, '127.0.0.1');
    this.#servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async release(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => once(server.close(), 'close')));
  }
}
