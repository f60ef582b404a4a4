/** A small log with a key of its own, for tests: it grows, signs checkpoints and serves tiles as a ledger does. */
import { type Ed25519Key, generateEd25519, nodeCrypto, signEd25519 } from '@tabularium/crypto';
import { formatCheckpoint, formatVkey, LogTree, leafHash, logSignatureLine, parseTilePath, verifierKey } from '@tabularium/log';
import { encodeUtf8 } from '@tabularium/protocol';

export class SampleLog {
  readonly origin: string;
  readonly key: Ed25519Key;
  readonly tree = LogTree.empty(nodeCrypto.sha256);

  constructor(origin: string, key: Ed25519Key = generateEd25519()) {
    this.origin = origin;
    this.key = key;
  }

  get vkey(): string {
    return formatVkey(verifierKey(this.origin, 0x01, this.key.publicKey, nodeCrypto));
  }

  /** Appends leaves `<label> <n>` until the log has `size` of them. */
  grow(size: number, label = 'entry'): this {
    while (this.tree.size < size) this.tree.append(leafHash(encodeUtf8(`${label} ${this.tree.size}`), nodeCrypto.sha256));
    return this;
  }

  /** The signed note of the first `size` leaves. */
  checkpoint(size: number = this.tree.size): string {
    return this.sign(formatCheckpoint({ origin: this.origin, size, root: this.tree.root(size) }));
  }

  sign(text: string): string {
    const key = verifierKey(this.origin, 0x01, this.key.publicKey, nodeCrypto);
    return `${text}\n${logSignatureLine(key, signEd25519(this.key.privateKey)(encodeUtf8(text)))}`;
  }

  /** What a ledger answers under `/log/`. */
  serve(path: string): Uint8Array | undefined {
    if (path === 'checkpoint') return encodeUtf8(this.checkpoint());
    const name = parseTilePath(path);
    return name === undefined || name.level === 'entries' ? undefined : this.tree.tile(name.level, name.index, name.width);
  }
}
