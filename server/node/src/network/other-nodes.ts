/**
 * The other nodes of a ledger as one asks them that joins: all at once. It has nothing yet to hold an answer against, so it believes what as
 * many of those that vote say alike as the charter counts.
 */
import { ExchangeClient, type ExchangePeer, type TlsIdentity } from '@tabularium/exchange';
import { type CharterRecord, countsInQuorum } from '@tabularium/kernel';
import { NodeFault } from '../node-fault.ts';

export interface OtherNodesOptions {
  readonly identity: TlsIdentity;
  readonly charter: Pick<CharterRecord, 'nodes' | 'nodeQuorum'>;
  /** This node's id. */
  readonly node: string;
  /** Of exchanges, by node, where they are not the charter's. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Told of nodes that did not answer. */
  readonly report: (error: unknown) => void;
}

/** What a node says. */
export interface Said<T> {
  readonly client: ExchangeClient;
  readonly answer: T;
}

export class OtherNodes {
  readonly clients: readonly ExchangeClient[];
  /** How many of those that vote must say the same; all of them where this node's own word would be needed, too. */
  readonly quorum: number;
  /** More than a third of those that vote: one of so many is honest. */
  readonly third: number;
  readonly #voting: ReadonlySet<string>;
  readonly #report: OtherNodesOptions['report'];

  /** Throws `NodeFault` `nodes-unreachable` where no other node votes. */
  constructor({ identity, charter, node, addresses, report }: OtherNodesOptions) {
    this.#report = report;
    const peers = peersOf(charter, node, addresses);
    this.#voting = new Set(peers.map(({ id }) => id).filter((id) => countsInQuorum(charter.nodes[id]!)));
    if (this.#voting.size === 0) throw new NodeFault('nodes-unreachable', 'no other node of the charter votes: there is nobody to ask');
    this.quorum = Math.min(charter.nodeQuorum, this.#voting.size);
    this.third = Math.floor(this.#voting.size / 3) + 1;
    this.clients = peers.map((peer) => new ExchangeClient({ identity, peer }));
  }

  /** What each of those that vote says; who says nothing that can be used is passed over. */
  async ask<T>(question: (client: ExchangeClient) => Promise<T | undefined>): Promise<readonly Said<T>[]> {
    const voting = this.clients.filter(({ peer }) => this.#voting.has(peer.id));
    const said = await Promise.all(
      voting.map(async (client) => {
        try {
          const answer = await question(client);
          return answer === undefined ? [] : [{ client, answer }];
        } catch (error) {
          this.#report(new Error(`node ${client.peer.id}: ${(error as Error).message}`, { cause: error }));
          return [];
        }
      }),
    );
    return said.flat();
  }

  /** What a quorum says alike. Throws `NodeFault` `nodes-unreachable`. */
  async agreed(what: string, question: (client: ExchangeClient) => Promise<string | undefined>): Promise<string> {
    const alike = await this.most(question);
    return alike.length >= this.quorum ? alike[0]!.answer : this.tooFew(what, alike.length);
  }

  /** What most of them say alike; none where nobody says anything. */
  async most(question: (client: ExchangeClient) => Promise<string | undefined>): Promise<readonly Said<string>[]> {
    const alike = Map.groupBy(await this.ask(question), ({ answer }) => answer);
    return [...alike.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  }

  /** Throws: no more than so many of them say the same. */
  tooFew(what: string, said: number): never {
    throw new NodeFault(
      'nodes-unreachable',
      `${this.quorum} of the ${this.#voting.size} other nodes that vote must say the same of ${what}; ${said === 0 ? 'none does' : `no more than ${said} do`}`,
    );
  }

  close(): void {
    for (const client of this.clients) client.close();
  }
}

/** The exchanges of the nodes of a charter but this one. */
export function peersOf(
  { nodes }: Pick<CharterRecord, 'nodes'>,
  own: string,
  addresses: Readonly<Record<string, string>>,
): readonly (ExchangePeer & { readonly tls: string })[] {
  return Object.entries(nodes).flatMap(([id, { validator }]) =>
    id === own || validator === undefined ? [] : [{ id, url: addresses[id] ?? validator.exchange, tls: validator.tls }],
  );
}
