/**
 * `tabularium audit`: a whole ledger decided anew and held against everything that its source keeps beside the log (issue 3 §7). It goes
 * from the first leaf to the newest checkpoint and ends at the first difference.
 */
import { nodeCrypto } from '@tabularium/crypto';
import { type Charter, type StoredEvent, WITHDRAWN_TEXTS } from '@tabularium/kernel';
import { checkPolicy, NO_QUORUM, parseCheckpoint, parseNote, parsePolicy, parseSeal, TILE_WIDTH } from '@tabularium/log';
import { canonicalJson, equalBytes, type JsonValue, toHex } from '@tabularium/protocol';
import { NodeFault } from '../node-fault.ts';
import type { AuditSource } from './audit-source.ts';
import { comparePredecessor, type LogEnd } from './decide-block.ts';
import { type Difference, Differs, differs, entryPlace, readable, sealPlace } from './difference.ts';
import { LEAVES_AT_ONCE } from './http-source.ts';
import { ListAuditor } from './list-auditor.ts';
import { type AuditedBlock, LogAuditor } from './log-auditor.ts';
import type { OrderedRecords } from './ordered-records.ts';
import { type EarlierTexts, isTextOf, TextAuditor, type TextFindings } from './text-auditor.ts';
import { type AuditedVault, VaultAuditor, type VaultFindings } from './vault-auditor.ts';

export interface AuditProgress {
  readonly what: 'predecessor' | 'entries' | 'records' | 'lists' | 'texts' | 'holdings';
  readonly done: number;
  /** 0 where it is not known. */
  readonly total: number;
}

export type AuditReport =
  | {
      readonly ok: true;
      readonly origin: string;
      readonly height: number;
      readonly size: number;
      /** Log root, lowercase hex. */
      readonly root: string;
      readonly checkpoint: string;
      /** Who cosigned the checkpoint, by name in the policy. */
      readonly cosigners: readonly { readonly name: string; readonly time: number }[];
      /** What was compared besides the log. */
      readonly compared: readonly string[];
      /** What the source shows and what could not be compared, with the reason. */
      readonly left: readonly string[];
      /** Of a ledger's predecessors, those of the newest. */
      readonly texts: TextFindings;
      /** Where the vault was at hand. */
      readonly vault?: VaultFindings;
    }
  | { readonly ok: false; readonly difference: Difference };

/** A predecessor's predecessor, and so on. */
const MAX_DEPTH = 8;
/** Entries and seal. */
const LEAVES_OF_A_BLOCK = 1_001;

export interface AuditOptions {
  readonly onProgress?: (progress: AuditProgress) => void;
  /** What an earlier audit of the ledger said of its texts: one that could be read then must be there still, or be withdrawn. */
  readonly earlier?: EarlierTexts;
  /** What is known of people, where it is at hand. */
  readonly vault?: AuditedVault;
}

/** Never throws for what the ledger is; throws `NodeFault` where the source cannot be reached. */
export async function auditLedger(source: AuditSource, { onProgress = () => {}, earlier, vault }: AuditOptions = {}): Promise<AuditReport> {
  const texts = new TextAuditor();
  const holdings = vault === undefined ? undefined : new VaultAuditor();
  const lists = source.list === undefined ? undefined : new ListAuditor();
  try {
    const { report, records, policy, isAlone } = await new Audit(source, onProgress, { texts, lists, holdings }, 0).run();
    const found = await readable(
      () => texts.compare(source, { records, policy }, earlier, (done, total) => onProgress({ what: 'texts', done, total })),
      'the text store',
    );
    const beside = { ...report, texts: found, compared: [...report.compared, 'published texts'] };
    if (vault === undefined || holdings === undefined) return beside;
    const held = await readable(
      () => holdings.compare(vault, { ...report, records, isAlone }, (done) => onProgress({ what: 'holdings', done, total: 0 })),
      'the vault',
    );
    return withHoldings(beside, held);
  } catch (error) {
    if (error instanceof Differs) return { ok: false, difference: error.difference };
    throw error;
  } finally {
    await lists?.close();
  }
}

function withHoldings<R extends AuditReport & { readonly ok: true }>(report: R, vault: VaultFindings): R {
  const { closed, held } = vault;
  if (closed === 0) return { ...report, vault, compared: [...report.compared, 'what the vault holds'] };
  return { ...report, vault, left: [...report.left, `what the vault holds (the keys to ${closed} of ${held} holdings are not at hand)`] };
}

interface Audited {
  readonly report: Omit<AuditReport & { readonly ok: true }, 'texts'>;
  readonly records: OrderedRecords;
  /** tlog-policy text that the newest state generates. */
  readonly policy: string;
  /** Whether one node runs the ledger. */
  readonly isAlone: boolean;
  readonly charter: Charter;
  readonly state: string;
}

/** What is gathered over all ledgers that follow one another. */
interface Beside {
  readonly texts: TextAuditor;
  readonly lists: ListAuditor | undefined;
  readonly holdings: VaultAuditor | undefined;
}

class Audit {
  readonly #source: AuditSource;
  readonly #onProgress: (progress: AuditProgress) => void;
  readonly #beside: Beside;
  readonly #depth: number;
  readonly #left: string[] = [];
  readonly #compared: string[] = ['entries', 'signatures', 'seals', 'state roots', 'log root'];
  #predecessor: Audited | undefined;

  constructor(source: AuditSource, onProgress: (progress: AuditProgress) => void, beside: Beside, depth: number) {
    this.#source = source;
    this.#onProgress = onProgress;
    this.#beside = beside;
    this.#depth = depth;
  }

  async run(): Promise<Audited> {
    const source = this.#source;
    const note =
      (await readable(() => source.checkpoint(), 'the newest checkpoint')) ??
      differs('checkpoint', 'the newest checkpoint', 'there is none');
    const checkpoint =
      parseCheckpoint(parseNote(note)?.text ?? '') ?? differs('checkpoint', 'the newest checkpoint', 'it is not a signed checkpoint');
    const agreed = await readable(async () => source.agreed?.(), 'the agreed checkpoint');
    // Where a quorum decides, the newest block is durable before it is signed.
    const durable = agreed === undefined ? undefined : await readable(async () => source.size?.(), 'the newest block');
    const size = Math.max(checkpoint.size, durable ?? 0);
    await this.#auditPredecessor();
    this.#beside.lists?.begin();
    const auditor = new LogAuditor(nodeCrypto, (predecessor) => this.#carried(predecessor));
    let state = '';
    let newest = 0;
    for (let from = 0; from < size; from += LEAVES_AT_ONCE) {
      this.#onProgress({ what: this.#depth === 0 ? 'entries' : 'predecessor', done: from, total: size });
      const to = Math.min(size, from + LEAVES_AT_ONCE);
      const leaves = await readable(() => source.leaves(from, to), `entries ${from} to ${to - 1}`);
      for (const [i, leaf] of leaves.entries()) {
        const block = await this.#take(auditor, leaf, from + i, size);
        if (block === undefined) continue;
        state = block.seal.state;
        newest = block.seal.first;
        await this.#compareBlock(block);
        this.#beside.texts.add(auditor.charter.origin, block.texts);
        this.#beside.holdings?.add(auditor.charter.origin, block.personal);
        this.#beside.lists?.add(block);
      }
      if (leaves.length < to - from) {
        const index = from + leaves.length;
        differs('log-incomplete', `entry ${index}`, `the checkpoint covers ${size} entries, and there are ${index}`, { index });
      }
    }
    if (auditor.open > 0) differs('log-incomplete', `entry ${size - 1}`, 'the checkpoint ends within a block', { index: size - 1 });
    if (checkpoint.size < newest)
      differs('checkpoint', 'the newest checkpoint', `more than the newest of ${auditor.height} blocks is unsigned`);
    await this.#compareTail(auditor);
    const cosigners = await this.#compareCheckpoints(auditor, note, agreed);
    await this.#compareCharter(auditor.charter);
    await this.#compareRecords(auditor.records);
    await this.#compareTexts(auditor.records, auditor.machine.policy(auditor.records));
    const { origin } = checkpoint;
    this.#beside.texts.end(origin, size);
    const [height, root, policy] = [auditor.height, toHex(auditor.log.root()), auditor.machine.policy(auditor.records)];
    await this.#compareLists(auditor, size);
    return {
      report: { ok: true, origin, height, size, root, checkpoint: note, cosigners, compared: this.#compared, left: this.#left },
      records: auditor.records,
      policy,
      isAlone: auditor.machine.validators(auditor.records).length === 0,
      charter: auditor.charter,
      state,
    };
  }

  /**
   * Where a block's entries do not lead to what its seal says, the next seal tells which of them was changed: it names the seal before it by
   * digest.
   */
  async #take(auditor: LogAuditor, leaf: Uint8Array, index: number, size: number): Promise<AuditedBlock | undefined> {
    const height = auditor.height + 1;
    try {
      return auditor.take(leaf);
    } catch (error) {
      if (!(error instanceof Differs) || error.difference.code !== 'entry-refused') throw error;
      const following = await readable(
        () => this.#source.leaves(index + 1, Math.min(size, index + 1 + LEAVES_OF_A_BLOCK)),
        `entries after ${index}`,
      );
      const next = following.map((one) => parseSeal(one)).find((seal) => seal !== undefined);
      if (next === undefined || next.prev === toHex(nodeCrypto.sha256(leaf))) throw error;
      return differs('seal', sealPlace(height, index), 'the seal after it names another one in its place', { index, height });
    }
  }

  /** The predecessor is audited before the successor's first leaf needs its records. */
  async #auditPredecessor(): Promise<void> {
    const [leaf] = await readable(() => this.#source.leaves(0, 2), 'entry 0');
    if (leaf === undefined || !Buffer.from(leaf).includes('"predecessor":')) return;
    if (this.#depth === MAX_DEPTH) differs('predecessor', 'entry 0', `more than ${MAX_DEPTH} ledgers follow one another`, { index: 0 });
    const before = this.#source.predecessor();
    if (before === undefined) return;
    try {
      this.#predecessor = await new Audit(before, this.#onProgress, this.#beside, this.#depth + 1).run();
    } catch (error) {
      if (!(error instanceof Differs)) throw error;
      const { difference } = error;
      throw new Differs({ ...difference, place: `predecessor, ${difference.place}` });
    } finally {
      before.close();
    }
    this.#compared.push('predecessor');
  }

  #carried(stated: LogEnd): Iterable<readonly [string, string]> | undefined {
    const audited = this.#predecessor;
    if (audited === undefined) return undefined;
    const { origin, height, size } = audited.report;
    comparePredecessor(stated, { origin, height, size, state: audited.state });
    return audited.records;
  }

  async #compareBlock({ seal, events, tiles }: AuditedBlock): Promise<void> {
    const { height, first, count, time } = seal;
    if (this.#source.block !== undefined) {
      const row = await readable(async () => this.#source.block?.(height), `block ${height}`);
      if (row === undefined) return differs('block-row', `block ${height}`, 'its row is missing', { height });
      if (row.time !== time || row.first !== first || row.count !== count + 1) {
        differs('block-row', `block ${height}`, 'its row does not say what its seal says', { height });
      }
      compareEvents(events, row.events, first, height);
    }
    for (const { level, index, hashes } of tiles) await this.#compareTile(level, index, hashes);
  }

  async #compareTile(level: number, index: number, hashes: Uint8Array): Promise<void> {
    const width = hashes.length / 32;
    const place = `hash tile ${level}/${index}`;
    const kept = await readable(() => this.#source.tile(level, index, width), place);
    if (kept === undefined) return differs('tile', place, 'it is missing');
    if (equalBytes(kept, hashes)) return;
    let at = 0;
    while (at < width && equalBytes(kept.subarray(at * 32, at * 32 + 32), hashes.subarray(at * 32, at * 32 + 32))) at++;
    if (level > 0 || kept.length !== hashes.length) return differs('tile', place, `its hash ${at} is not that of the leaves below`);
    const leaf = index * TILE_WIDTH + at;
    differs('tile', place, `leaf ${leaf} does not have the hash that was published for it`, { index: leaf });
  }

  /** The right edge, where the source shows it. */
  async #compareTail({ log }: LogAuditor): Promise<void> {
    this.#compared.push('hash tiles');
    if (!this.#source.partialTiles) return;
    for (let level = 0, count = log.size; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
      const width = count % TILE_WIDTH;
      const index = Math.floor(count / TILE_WIDTH);
      if (width > 0) await this.#compareTile(level, index, log.tile(level, index, width)!);
    }
  }

  async #compareCheckpoints(
    auditor: LogAuditor,
    newest: string,
    agreed: string | undefined,
  ): Promise<readonly { readonly name: string; readonly time: number }[]> {
    const text = auditor.machine.policy(auditor.records);
    const policy = parsePolicy(text, nodeCrypto);
    if (!policy.ok) return differs('policy', 'the policy that state generates', `it cannot be read (${policy.code})`);
    if (this.#source.policy !== undefined) {
      this.#compared.push('policy');
      const shown = await readable(() => this.#source.policy!(), 'the policy');
      if (shown !== text) differs('policy', 'the policy', 'what is shown is not what state generates');
    }
    // A node's own checkpoint is its word alone; that of as many nodes as count stands beside it.
    const one = agreed === undefined ? policy.policy : { ...policy.policy, quorum: NO_QUORUM };
    const compare = (note: string, what: string, by = one): ReturnType<typeof checkPolicy> & { readonly ok: true } => {
      const checked = checkPolicy(by, note, nodeCrypto);
      if (!checked.ok) return differs('checkpoint', what, `it does not satisfy the policy (${checked.code})`);
      if (checked.origin !== auditor.charter.origin) differs('checkpoint', what, `it is of ${checked.origin}`);
      if (checked.size > auditor.log.size || !equalBytes(checked.root, auditor.log.root(checked.size))) {
        differs('checkpoint', what, `the log does not have the root that was signed for its first ${checked.size} leaves`);
      }
      return checked;
    };
    const own = compare(newest, 'the newest checkpoint');
    this.#compared.push('checkpoint');
    const witnessed = await readable(async () => this.#source.witnessed?.(), 'the witnessed checkpoint');
    if (witnessed !== undefined) {
      compare(witnessed, 'the witnessed checkpoint');
      this.#compared.push('witnessed checkpoint');
    }
    if (agreed !== undefined) this.#compared.push('agreed checkpoint');
    const { cosigners } = agreed === undefined ? own : compare(agreed, 'the agreed checkpoint', policy.policy);
    return cosigners.map(({ name, time }) => ({ name, time }));
  }

  async #compareCharter(charter: Charter): Promise<void> {
    if (this.#source.charter === undefined) return;
    const shown = await readable(this.#source.charter, 'charter.json');
    const leaf = nodeCrypto.utf8.encode(canonicalJson(charter as unknown as JsonValue));
    if (shown === undefined || !equalBytes(shown, leaf)) differs('charter', 'charter.json', 'it is not leaf 0 of the log');
    this.#compared.push('charter.json');
  }

  async #compareRecords(records: OrderedRecords): Promise<void> {
    if (this.#source.records === undefined) return;
    const seen = new Set<string>();
    await readable(async () => {
      for (const [key, value] of this.#source.records!()) {
        const expected = records.get(key);
        if (expected === undefined || seen.has(key)) differs('state-value', `record ${key}`, 'the log leads to no such record', { key });
        if (value !== expected) differs('state-value', `record ${key}`, 'its value is not the one that the log leads to', { key });
        seen.add(key);
        if (seen.size % 10_000 === 0) this.#onProgress({ what: 'records', done: seen.size, total: records.size });
      }
    }, 'the records');
    for (const [key] of records) if (!seen.has(key)) differs('state-value', `record ${key}`, 'it is missing', { key });
    if (this.#source.isOrderWhole?.() === false) differs('state-order', 'the order of the records', 'it does not list what it should');
    this.#compared.push('records');
  }

  /** The lists of a ledger begin with its predecessors' events, so that they are compared once, with the newest. */
  async #compareLists(auditor: LogAuditor, size: number): Promise<void> {
    const { lists } = this.#beside;
    if (lists === undefined || this.#depth > 0) return;
    let taken = size;
    const goOn = async (): Promise<void> => {
      const to = parseCheckpoint(parseNote((await this.#source.checkpoint()) ?? '')?.text ?? '')?.size ?? taken;
      for (; taken < to; ) {
        const leaves = await readable(() => this.#source.leaves(taken, Math.min(to, taken + LEAVES_AT_ONCE)), `entries after ${taken}`);
        if (leaves.length === 0) return;
        for (const leaf of leaves) {
          const block = auditor.take(leaf);
          if (block !== undefined) lists.add(block);
        }
        taken += leaves.length;
      }
    };
    try {
      const isWhole = await lists.compare(this.#source, goOn, (done) => this.#onProgress({ what: 'lists', done, total: 0 }));
      if (isWhole) this.#compared.push('lists');
      else this.#left.push('lists (the ledger went on faster than they were read)');
    } catch (error) {
      if (!(error instanceof NodeFault)) throw error;
      this.#left.push(`lists (${error.message})`);
    }
  }

  /** Every text that the source keeps, also those that no entry asks for. */
  async #compareTexts(records: OrderedRecords, policy: string): Promise<void> {
    if (this.#source.texts === undefined) return;
    let done = 0;
    await readable(async () => {
      for (const { digest, disclosure } of this.#source.texts!()) {
        if (++done % 10_000 === 0) this.#onProgress({ what: 'texts', done, total: 0 });
        const place = `text ${digest}`;
        const withdrawn = records.get(`${WITHDRAWN_TEXTS}${digest}`) !== undefined;
        if (withdrawn && disclosure !== '') differs('text', place, 'it was withdrawn and can still be read', { key: digest });
        if (!withdrawn && !isTextOf(digest, disclosure) && !(disclosure === '' && (await this.#source.withdrawnSince(digest, policy)))) {
          differs('text', place, 'it is not the text that was published under this digest', { key: digest });
        }
      }
    }, 'the text store');
  }
}

function compareEvents(expected: readonly StoredEvent[], kept: readonly StoredEvent[], first: number, height: number): void {
  for (let i = 0; i < Math.max(expected.length, kept.length); i++) {
    const [ours, theirs] = [expected[i], kept[i]];
    if (ours !== undefined && theirs !== undefined && sameEvent(ours, theirs)) continue;
    const entry = ours?.entry ?? theirs!.entry;
    const byItself = height === 1 ? 'what the charter founds (block 1)' : `a deadline in block ${height}`;
    const place = entry < 0 ? byItself : entryPlace(first + entry, height);
    differs('event', place, `event ${i} of the block is not the one that its entries lead to`, {
      height,
      ...(entry < 0 ? {} : { index: first + entry }),
    });
  }
}

function sameEvent(a: StoredEvent, b: StoredEvent): boolean {
  return canonicalJson(a as unknown as JsonValue) === canonicalJson(b as unknown as JsonValue);
}
