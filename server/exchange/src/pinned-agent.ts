/**
 * Connections to a peer that is known by its key alone: an agent gives a connection away once the key in the peer's certificate was seen
 * to be the right one. Before that nothing is sent, so that nobody else gets to read or answer anything.
 *
 * Node's own checks are of names and authorities, and are passed over: a certificate that signs itself never comes to `checkServerIdentity`.
 */
import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { ExchangeError } from './exchange-error.ts';
import { pinOf, type TlsIdentity, tlsOptions } from './tls-identity.ts';

const CONNECT_MS = 10_000;

export interface PinnedAgentOptions {
  readonly identity: TlsIdentity;
  readonly host: string;
  readonly port: number;
  /** Whether this is the pin of the peer's key. */
  readonly isRight: (pin: string) => boolean;
}

export class PinnedAgent extends Agent {
  readonly #options: PinnedAgentOptions;
  readonly #secureContext: SecureContext;
  readonly #connecting = new Set<TLSSocket>();

  constructor(options: PinnedAgentOptions) {
    super({ keepAlive: true });
    this.#options = options;
    this.#secureContext = createSecureContext(tlsOptions(options.identity));
  }

  override createConnection(_options: AgentOptions, made: (error: Error | null, stream: Duplex) => void): undefined {
    const { host, port, isRight } = this.#options;
    const socket = connect({ host, port, secureContext: this.#secureContext, rejectUnauthorized: false });
    this.#connecting.add(socket);
    const failed = (error: Error): void => made(error, socket);
    const late = setTimeout(() => socket.destroy(new ExchangeError('timeout', `no TLS connection to ${host} in time`)), CONNECT_MS);
    socket.once('error', failed);
    socket.once('close', () => {
      clearTimeout(late);
      this.#connecting.delete(socket);
    });
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      if (certificate === undefined || !isRight(pinOf(certificate))) {
        socket.destroy(new ExchangeError('wrong-key', `whoever is at ${host}:${port} has not the TLS key of the charter`));
        return;
      }
      clearTimeout(late);
      this.#connecting.delete(socket);
      socket.removeListener('error', failed);
      made(null, socket);
    });
  }

  override destroy(): void {
    for (const socket of this.#connecting) socket.destroy();
    super.destroy();
  }
}
