/**
 * A term: from the block that names validators to the one that names none (ADR 0011). Everything CometBFT must be told alike on every node
 * follows from the log.
 */
import type { Validator } from '@tabularium/kernel';
import { type Crypto, toHex } from '@tabularium/protocol';
import { genesisText } from './comet-home.ts';

const KEY_TYPE = 'tendermint/PubKeyEd25519';

export interface TermBegin {
  readonly origin: string;
  /** SHA-256 of the seal that begins it, lowercase hex, and that block's time, ms UTC. */
  readonly seal: string;
  readonly time: number;
  /** As state has them after that block. */
  readonly validators: readonly Validator[];
}

/** The name of its chain: 43 characters. */
export function chainIdOf({ origin, seal }: Pick<TermBegin, 'origin' | 'seal'>, { sha256, utf8 }: Crypto): string {
  return `tabularium-${toHex(sha256(utf8.encode(`${origin}\n${seal}`))).slice(0, 32)}`;
}

/** CometBFT's genesis, byte for byte the same on every node. */
export function genesisOf(begin: TermBegin, crypto: Crypto): string {
  const validators = begin.validators.map(({ key, power }) => ({ type: KEY_TYPE, value: key, power }));
  return genesisText({ chainId: chainIdOf(begin, crypto), time: begin.time, validators });
}

/** The chain's name in a genesis; undefined for what is none. */
export function chainIdIn(genesis: string): string | undefined {
  try {
    const { chain_id: chainId } = JSON.parse(genesis) as { readonly chain_id?: unknown };
    return typeof chainId === 'string' ? chainId : undefined;
  } catch {
    return undefined;
  }
}
