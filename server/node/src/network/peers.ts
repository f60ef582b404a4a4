/** The other nodes of the charter in force, as this node asks and tells them over the exchange. */
import { type CheckpointPusher, ExchangeClient, pushCheckpoints, type TlsIdentity } from '@tabularium/exchange';
import type { CharterRecord } from '@tabularium/kernel';
import { PeerWords } from './peer-words.ts';

export interface PeersOptions {
  readonly identity: TlsIdentity;
  /** This node's id. */
  readonly node: string;
  readonly charterNow: () => CharterRecord;
  /** Of exchanges, by node, where they are not the charter's. */
  readonly addresses: Readonly<Record<string, string>>;
  /** This node's newest signed checkpoint. */
  readonly newest: () => string | undefined;
  readonly report: (error: unknown) => void;
}

/** When another node last took a checkpoint of ours, or why it did not. */
export interface PeerState {
  readonly id: string;
  /** What it made of it: `accepted`, or `ahead` where it has not come so far. */
  received: string | undefined;
  trouble: string | undefined;
}

export class Peers {
  readonly #options: PeersOptions;
  readonly #states = new Map<string, PeerState>();
  readonly #words: PeerWords;
  #clients: readonly ExchangeClient[] = [];
  #pusher: CheckpointPusher | undefined;
  #listed = '';

  constructor(options: PeersOptions) {
    this.#options = options;
    this.#words = new PeerWords(options);
  }

  get clients(): readonly ExchangeClient[] {
    return this.#clients;
  }

  get states(): readonly PeerState[] {
    return [...this.#states.values()];
  }

  /** The node's newest checkpoint is another one. */
  notify(): void {
    this.#pusher?.notify();
  }

  /** Takes up who is in the charter now. */
  follow(): void {
    const { identity, node, charterNow, addresses, newest } = this.#options;
    const peers = Object.entries(charterNow().nodes).flatMap(([id, { validator }]) =>
      id === node || validator === undefined ? [] : [{ id, url: addresses[id] ?? validator.exchange, tls: validator.tls }],
    );
    const listed = JSON.stringify(peers);
    if (listed === this.#listed) return;
    this.#listed = listed;
    void this.close();
    this.#clients = peers.map((peer) => new ExchangeClient({ identity, peer }));
    this.#states.clear();
    for (const { id } of peers) this.#states.set(id, { id, received: undefined, trouble: undefined });
    this.#pusher = pushCheckpoints({
      peers: this.#clients,
      newest,
      onReceived: (id, received) => {
        Object.assign(this.#states.get(id) ?? {}, { received, trouble: undefined });
        this.#words.answers(id);
      },
      onTrouble: (id, error) => {
        Object.assign(this.#states.get(id) ?? {}, { trouble: error instanceof Error ? error.message : String(error) });
        this.#words.trouble(id, error);
      },
    });
  }

  async close(): Promise<void> {
    const clients = this.#clients;
    this.#words.close();
    for (const client of clients) client.close();
    await this.#pusher?.close();
  }
}
