/**
 * The way from one node to another: a TCP proxy on loopback that can be cut, healed and slowed while connections are open. Between machines
 * a cable does not say that it was pulled, so a cut is of two kinds: every connection is reset and new ones at once, or all of them stay
 * and nothing comes through; what was sent meanwhile arrives when the link is healed, as TCP would send it again.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Conditions, Lane } from './lane.ts';

export type Cut = 'reset' | 'silent';

/** Open at a time; beyond them new ones are reset. */
const MAX_CONNECTIONS = 256;
const LOOPBACK = '127.0.0.1';

export class Link {
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  #cut: Cut | undefined;
  #delayMs = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** A link to whoever listens on this port of loopback, now or when somebody calls. */
  static async open(target: number): Promise<Link> {
    // Either side may have said all it will and still listen.
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const link = new Link(server);
    server.on('connection', (near) => link.#accept(near, target));
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    return link;
  }

  /** Where to call instead of the target. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Bytes that wait in it. */
  get held(): number {
    return [...this.#connections].reduce((sum, { held }) => sum + held, 0);
  }

  /** Nothing comes through from here on. */
  cut(kind: Cut): void {
    this.#cut = kind;
    if (kind === 'reset') this.#resetAll();
  }

  heal(): void {
    this.#cut = undefined;
    for (const connection of this.#connections) connection.flow();
  }

  /** Whatever comes from here on arrives so much later, in both directions. */
  delay(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`a delay of ${ms} ms`);
    this.#delayMs = ms;
  }

  async close(): Promise<void> {
    this.#resetAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(near: Socket, target: number): void {
    // The port is kept while the link is cut: given back, it might be somebody else's when the link is healed.
    if (this.#cut === 'reset' || this.#connections.size === MAX_CONNECTIONS) {
      near.on('error', () => {});
      near.resetAndDestroy();
      return;
    }
    const conditions = (): Conditions => ({ silent: this.#cut !== undefined, delayMs: this.#delayMs });
    const connection = new Connection(near, target, conditions, () => this.#connections.delete(connection));
    this.#connections.add(connection);
    connection.flow();
  }

  #resetAll(): void {
    for (const connection of this.#connections) connection.reset();
  }
}

/** One connection through the link. */
class Connection {
  readonly #near: Socket;
  readonly #target: number;
  readonly #conditions: () => Conditions;
  readonly #onClosed: () => void;
  #far: Socket | undefined;
  #lanes: readonly Lane[] = [];

  constructor(near: Socket, target: number, conditions: () => Conditions, onClosed: () => void) {
    this.#near = near;
    this.#target = target;
    this.#conditions = conditions;
    this.#onClosed = onClosed;
    this.#watch(near);
  }

  get held(): number {
    return this.#lanes.reduce((sum, { held }) => sum + held, 0);
  }

  /** Goes on where the conditions allow it; the target is called once they do. */
  flow(): void {
    if (this.#far === undefined && !this.#conditions().silent) this.#call();
    for (const lane of this.#lanes) lane.flow();
  }

  reset(): void {
    for (const lane of this.#lanes) lane.close();
    this.#near.resetAndDestroy();
    this.#far?.resetAndDestroy();
    this.#onClosed();
  }

  #call(): void {
    const far = connect({ port: this.#target, host: LOOPBACK, allowHalfOpen: true, noDelay: true });
    this.#far = far;
    this.#watch(far);
    this.#lanes = [new Lane(this.#near, far, this.#conditions), new Lane(far, this.#near, this.#conditions)];
  }

  /** A side that fails takes the other with it; a side that is done has said so to the other already. */
  #watch(socket: Socket): void {
    socket.on('error', () => this.reset());
    socket.on('close', () => {
      if (this.#near.destroyed && this.#far?.destroyed !== false) this.reset();
    });
  }
}
