/**
 * A witness as one command: its directory holds its key (made at the first start) and what it has seen. The name stands
 * in every cosignature and in the key's id, so it is fixed with the first start.
 */
import { existsSync, mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ed25519FromPem, generateEd25519, nodeCrypto, readPrivateKey, savePrivateKey, signEd25519 } from '@tabularium/crypto';
import { isKeyName, verifierKey } from '@tabularium/log';
import { Witness } from './witness.ts';
import type { Evidence } from './witness-book.ts';
import { WitnessBook } from './witness-book.ts';
import { witnessServer } from './witness-server.ts';

export interface OpenWitnessOptions {
  /** Directory of this witness; made when missing. */
  readonly dir: string;
  /** Key name, a URL without scheme such as `audit.example/w1`; needed at the first start, fixed from then on. */
  readonly name?: string;
  /** vkeys (type 01) of the logs it vouches for. */
  readonly logs: readonly string[];
  /** Milliseconds since the epoch; default the machine's clock. */
  readonly clock?: () => number;
  readonly onEvidence?: (origin: string, evidence: Evidence) => void;
}

export interface StartWitnessOptions extends OpenWitnessOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly onFault?: (error: Error) => void;
}

export interface OpenedWitness {
  readonly witness: Witness;
  close(): void;
}

export interface RunningWitness {
  /** Submission and monitoring prefix, `http://127.0.0.1:8081`. */
  readonly url: string;
  readonly vkey: string;
  readonly witness: Witness;
  close(): Promise<void>;
}

/** The name is missing, malformed, or another one than before. */
export class WitnessName extends Error {
  override readonly name = 'WitnessName';
}

/** Opens a witness without a network. Throws `WitnessName`, `WitnessRunning`, `KeyFileExposed`, or RangeError on a bad vkey. */
export function openWitness({ dir, name, logs, clock = Date.now, onEvidence }: OpenWitnessOptions): OpenedWitness {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const book = new WitnessBook(dir);
  try {
    const keyName = agreedName(book, name);
    const path = join(dir, 'keys', 'witness.pem');
    if (!existsSync(path)) savePrivateKey(path, generateEd25519().privateKey);
    const { privateKey, publicKey } = ed25519FromPem(readPrivateKey(path));
    const witness = new Witness({
      book,
      key: verifierKey(keyName, 0x04, publicKey, nodeCrypto),
      sign: signEd25519(privateKey),
      logs,
      crypto: nodeCrypto,
      clock,
      ...(onEvidence === undefined ? {} : { onEvidence }),
    });
    book.setAbout('name', keyName);
    return { witness, close: () => book.close() };
  } catch (error) {
    book.close();
    throw error;
  }
}

function agreedName(book: WitnessBook, name: string | undefined): string {
  const known = book.about('name');
  const chosen = name ?? known;
  if (chosen === undefined) throw new WitnessName('a witness needs a name at its first start, such as audit.example/w1');
  if (!isKeyName(chosen)) throw new WitnessName(`a witness's name has no spaces and no "+": ${JSON.stringify(chosen)}`);
  if (known !== undefined && known !== chosen) throw new WitnessName(`this witness is called ${known}; start it without another name`);
  return chosen;
}

/** Opens a witness and listens. */
export async function startWitness(options: StartWitnessOptions): Promise<RunningWitness> {
  const { witness, close } = openWitness(options);
  const server = witnessServer(witness, options.onFault ?? (() => {}));
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
    });
  } catch (error) {
    close();
    throw error;
  }
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    vkey: witness.vkey,
    witness,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      close();
    },
  };
}
