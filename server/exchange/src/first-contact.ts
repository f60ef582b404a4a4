/**
 * A node that joins knows an address and the ledger's origin, and no key yet. It takes whoever is there at their word for one question: the
 * charter. What the charter says of the key that it saw decides whether a second one is asked.
 */
import { ExchangeClient, type ExchangeClientOptions } from './exchange-client.ts';
import { ExchangeError } from './exchange-error.ts';

export interface FirstContactOptions extends Pick<ExchangeClientOptions, 'identity' | 'timeoutMs'> {
  /** `https://host:port`. */
  readonly url: string;
  /**
   * Id of the node to which the charter gives this TLS key; undefined where it knows none. It must hold the charter against the origin
   * that the operator gave; `client` is there for asking how the charter stands now.
   */
  readonly nodeOf: (charter: string, pin: string, client: ExchangeClient) => string | undefined | Promise<string | undefined>;
}

export interface FirstContact {
  /** Bound to the key that was seen. */
  readonly client: ExchangeClient;
  /** Leaf 0. */
  readonly charter: string;
  readonly node: string;
  readonly pin: string;
}

/** Throws `ExchangeError`: `wrong-key` where the key that was seen is of no node. */
export async function firstContact({ url, nodeOf, ...options }: FirstContactOptions): Promise<FirstContact> {
  let seen: string | undefined;
  const isRight = (pin: string): boolean => {
    seen ??= pin;
    return pin === seen;
  };
  const client = new ExchangeClient({ ...options, peer: { id: url, url, tls: isRight } });
  try {
    const charter = await client.charter();
    const pin = seen!;
    const node = await nodeOf(charter, pin, client);
    if (node === undefined) throw new ExchangeError('wrong-key', `whoever is at ${url} has the TLS key of no node of this charter`);
    return { client, charter, node, pin };
  } catch (error) {
    client.close();
    throw error;
  }
}
