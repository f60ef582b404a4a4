/**
 * A folder that looks like a node's `/log/` and `/api/v1/`, written by core's own code, so that the judges have
 * something to judge where no node runs: 70,000 leaves (three levels of tiles), receipts, and facts of its last state.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateEd25519, generateEs256, nodeCrypto, signEd25519, signEs256 } from '@tabularium/crypto';
import {
  cosignatureLine,
  cosignedMessage,
  encodeEntryBundle,
  type FullTile,
  formatCheckpoint,
  formatFact,
  formatNote,
  formatPolicy,
  formatReceipt,
  formatSeal,
  formatTlogProof,
  formatVkey,
  LogTree,
  leafHash,
  logSignatureLine,
  makeFact,
  NO_SEAL,
  origin,
  StateTree,
  stateLeafHash,
  stateProof,
  TILE_WIDTH,
  tilePath,
  verifierKey,
} from '@tabularium/log';
import {
  asciiBytes,
  asciiText,
  canonicalJson,
  encodeTransaction,
  encodeUtf8,
  thumbprint,
  toHex,
  transactionName,
} from '@tabularium/protocol';

const SIZE = 70_000;
const BLOCK = 500;
/** Receipts and facts written, evenly spread. */
const SAMPLES = 40;
const { sha256 } = nodeCrypto;

/** Writes the folder and returns the keys of state that it has facts of, present and absent. */
export function writeSampleLog(
  folder: string,
  nowSeconds: number,
): { readonly present: readonly string[]; readonly absent: readonly string[] } {
  const ledger = new SampleLedger(nowSeconds);
  while (ledger.size < SIZE) ledger.addBlock(Math.min(BLOCK, SIZE - ledger.size - 1));
  return ledger.write(folder);
}

class SampleLedger {
  readonly #tiles: FullTile[] = [];
  readonly #log = LogTree.empty(sha256, (level, index) => this.#tiles.find((tile) => tile.level === level && tile.index === index)?.hashes);
  readonly #leaves: Uint8Array[] = [];
  readonly #state = new StateTree(sha256);
  readonly #records: { readonly key: string; readonly value: string }[] = [];
  readonly #nowSeconds: number;
  readonly #officer = generateEs256();
  readonly #jwk = this.#officer.jwk;
  readonly #kid = thumbprint(this.#jwk, nodeCrypto);
  readonly #origin = origin({ name: 'sample.ledger.example', v: 1 }, nodeCrypto);
  readonly #logKey = generateEd25519();
  readonly #nodeKey = generateEd25519();
  readonly #courtKey = generateEd25519();
  #prev = NO_SEAL;
  #height = 0;

  constructor(nowSeconds: number) {
    this.#nowSeconds = nowSeconds;
  }

  get size(): number {
    return this.#leaves.length;
  }

  /** A block of `count` leaves and its seal; each leaf writes one record. */
  addBlock(count: number): void {
    const first = this.size;
    const changes = [];
    for (let n = first; n < first + count; n++) {
      const leaf = n === 0 ? asciiBytes(canonicalJson({ name: 'sample.ledger.example', v: 1 })) : this.#transaction(n);
      this.#append(leaf);
      const record =
        n === 1 ? this.#keyRecord() : { key: `treasury/payment/${n}`, value: canonicalJson({ amount: String(n * 100), rev: 1, v: 1 }) };
      const keyHash = sha256(asciiBytes(record.key));
      changes.push({ keyHash, leafHash: stateLeafHash(keyHash, sha256(encodeUtf8(record.value)), sha256), ref: this.#records.length });
      this.#records.push(record);
    }
    const state = toHex(this.#state.apply(changes));
    this.#height++;
    const seal = asciiBytes(
      formatSeal({
        app: 1,
        count,
        first,
        height: this.#height,
        ledger: this.#origin,
        prev: this.#prev,
        state,
        time: this.#nowSeconds * 1000,
        type: 'seal',
        v: 1,
        validators: toHex(sha256(encodeUtf8(this.#policy()))),
      }),
    );
    this.#prev = toHex(sha256(seal));
    this.#append(seal);
  }

  #keyRecord() {
    return { key: `kernel/key/${this.#kid}`, value: canonicalJson({ ...this.#jwk, rev: 1, v: 1 }) };
  }

  #append(leaf: Uint8Array): void {
    this.#leaves.push(leaf);
    this.#log.append(leafHash(leaf, sha256));
    this.#tiles.push(...this.#log.takeFullTiles());
  }

  #transaction(n: number): Uint8Array {
    const id = `01JD0RNSS0${String(n).padStart(16, '0')}`;
    const on = { [`treasury/payment/${n}`]: 0 };
    const payload = { ledger: this.#origin, id, action: 'treasury.payment.order', exp: this.#nowSeconds + 3600, on, body: { n } };
    return encodeTransaction(payload, this.#kid, signEs256(this.#officer.privateKey));
  }

  #verifierKeys() {
    const key = (name: string, type: 1 | 4, { publicKey }: { readonly publicKey: Uint8Array }) =>
      verifierKey(name, type, publicKey, nodeCrypto);
    return {
      log: key(this.#origin, 1, this.#logKey),
      node: key(`${this.#origin}/finance`, 4, this.#nodeKey),
      court: key('witness.court.example', 4, this.#courtKey),
    };
  }

  #policy(): string {
    const { log, node, court } = this.#verifierKeys();
    return formatPolicy({
      logs: [{ vkey: formatVkey(log) }],
      witnesses: [
        { name: 'finance', vkey: formatVkey(node) },
        { name: 'court', vkey: formatVkey(court), url: 'https://witness.court.example' },
      ],
      groups: [{ name: 'all-of-us', threshold: 'all', members: ['finance', 'court'] }],
      quorum: 'all-of-us',
    });
  }

  #checkpoint(): string {
    const { log, node, court } = this.#verifierKeys();
    const text = formatCheckpoint({ origin: this.#origin, size: this.size, root: this.#log.root() });
    const message = cosignedMessage(this.#nowSeconds, text, nodeCrypto.utf8);
    return formatNote(text, [
      logSignatureLine(log, signEd25519(this.#logKey.privateKey)(encodeUtf8(text))),
      cosignatureLine(node, this.#nowSeconds, signEd25519(this.#nodeKey.privateKey)(message)),
      cosignatureLine(court, this.#nowSeconds, signEd25519(this.#courtKey.privateKey)(message)),
    ]);
  }

  write(folder: string): { readonly present: readonly string[]; readonly absent: readonly string[] } {
    const save = (path: string, content: string | Uint8Array): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    };
    const checkpoint = this.#checkpoint();
    save('log/checkpoint', checkpoint);
    save('log/vkey', `${formatVkey(this.#verifierKeys().log)}\n`);
    save('log/policy', this.#policy());
    for (const { level, index, hashes } of this.#tiles) save(`log/${tilePath(level, index)}`, hashes);
    for (let level = 0, count = this.size; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
      const width = count % TILE_WIDTH;
      const index = Math.floor(count / TILE_WIDTH);
      if (width > 0) save(`log/${tilePath(level, index, width)}`, this.#log.tile(level, index, width)!);
    }
    for (let at = 0; at < this.size; at += TILE_WIDTH) {
      const leaves = this.#leaves.slice(at, at + TILE_WIDTH);
      save(`log/${tilePath('entries', at / TILE_WIDTH, leaves.length)}`, encodeEntryBundle(leaves));
    }
    this.#writeReceipts(save, checkpoint);
    return this.#writeFacts(save, checkpoint);
  }

  #writeReceipts(save: (path: string, content: string) => void, checkpoint: string): void {
    for (const [index, leaf] of this.#leaves.entries()) {
      if (leaf[0] === 0x7b) continue;
      const text = asciiText(leaf);
      const name = transactionName(leaf.subarray(0, text.lastIndexOf('.')), nodeCrypto);
      if (index < 10 || index % Math.floor(SIZE / SAMPLES) === 1 || index >= SIZE - 10) {
        save(
          `api/v1/receipts/${name}`,
          formatReceipt({ entry: text, jwk: this.#jwk, index, hashes: this.#log.inclusion(index), checkpoint }),
        );
      }
    }
  }

  #writeFacts(save: (path: string, content: string) => void, checkpoint: string): { present: string[]; absent: string[] } {
    const index = this.size - 1;
    const sealProof = formatTlogProof({ index, hashes: this.#log.inclusion(index), checkpoint });
    const fact = (key: string): void => {
      const place = this.#state.proof(sha256(asciiBytes(key)));
      const proof = stateProof(key, place, (ref) => this.#records[ref]!);
      const value = place.found ? this.#records[place.path.ref]!.value : null;
      save(`api/v1/facts/${key}`, formatFact(makeFact(key, value, proof, this.#leaves[index]!, sealProof)));
    };
    const step = Math.floor(this.#records.length / SAMPLES);
    const present = this.#records.filter((_, n) => n < 10 || n % step === 1).map(({ key }) => key);
    const absent = Array.from({ length: SAMPLES }, (_, n) => `kernel/officer/nobody-${n}`);
    for (const key of [...present, ...absent]) fact(key);
    return { present, absent };
  }
}
