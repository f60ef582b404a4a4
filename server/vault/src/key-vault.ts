/**
 * Where key-encryption keys are (docs/adr/0017, "Keys"): a port, so that an office may keep them in a machine made for that. They are in no
 * backup of the vault: whoever has an old backup and all keys that are there still cannot read what was erased in an epoch whose key is gone.
 */

/** Key-encryption keys follow one another; each is in force from its beginning to that of the next. */
export interface KeyEpoch {
  /** Ascending, from 1; never given twice. */
  readonly number: number;
  /** ms UTC. */
  readonly begun: number;
}

export interface KeyVault {
  /** Where the keys are, in words for an operator. */
  readonly name: string;
  /** Epochs whose keys are there, in order; the last is the current one. */
  epochs(): Promise<readonly KeyEpoch[]>;
  /** Data keys of 32 bytes, wrapped by the key of an epoch. Throws where that is not there. */
  wrap(epoch: number, dataKeys: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
  /** Undefined for what that key has not wrapped. Throws where the key is not there. */
  unwrap(epoch: number, wrapped: readonly Uint8Array[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** Makes the key of a new epoch; durable when it resolves. */
  newEpoch(epoch: KeyEpoch): Promise<void>;
  /** Nobody has the key any more when it resolves. Again: nothing happens. */
  destroy(epoch: number): Promise<void>;
}

/** The key of an epoch is not where keys are kept. */
export class KeyMissing extends Error {
  override readonly name = 'KeyMissing';
  readonly epoch: number;

  constructor(epoch: number, where: string) {
    super(`the key of epoch ${epoch} is not in ${where}`);
    this.epoch = epoch;
  }
}
