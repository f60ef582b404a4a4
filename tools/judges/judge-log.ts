/** A whole log, its receipts and its facts before the judges; every good thing also with forgeries of it. */
import { nodeCrypto } from '@tabularium/crypto';
import { checkPolicy, decodeEntryBundle, parseCheckpoint, parseNote, parsePolicy, parseSeal, TILE_WIDTH, tilePath } from '@tabularium/log';
import { asciiText, transactionName } from '@tabularium/protocol';
import { verifyFact, verifyReceipt } from '@tabularium/verify';
import { askFsck, askProgram, type GoCase, type RustCase } from './ask-judges.ts';
import { forgedReceipts, forgedStateProofs, thinnedNotes } from './forgeries.ts';
import type { Judges } from './installed-judges.ts';
import { type LogSource, serve } from './log-source.ts';
import type { Report } from './report.ts';

const FSCK_TIMEOUT_SECONDS = 300;
/** Entries taken from the first, middle and last bundle each. */
const SAMPLES_PER_BUNDLE = 8;

async function text(source: LogSource, path: string): Promise<string | undefined> {
  const bytes = await source(path);
  return bytes === undefined ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** The whole log by fsck: as it is, and with one byte of one entry changed on the way. */
export async function judgeLog({ fsck }: Judges, source: LogSource, report: Report): Promise<void> {
  if (fsck === undefined) return;
  const vkey = await text(source, 'log/vkey');
  if (vkey === undefined) return report.missing('log/vkey');
  for (const damaged of [false, true]) {
    const served = await serve(source, (path, bytes) => {
      if (!damaged || !path.startsWith('log/tile/entries/000')) return bytes;
      const copy = Uint8Array.from(bytes);
      copy[copy.length - 1]! ^= 1;
      return copy;
    });
    try {
      const verdict = await askFsck(fsck, `${served.url}/log/`, vkey, FSCK_TIMEOUT_SECONDS);
      report.compare('Tessera fsck', damaged ? 'the log with one byte of one entry changed' : 'the whole log', [!damaged], [verdict]);
      if (!damaged && verdict.ok) report.note(verdict.detail ?? '');
    } finally {
      served.close();
    }
  }
}

/** The newest checkpoint under the ledger's own policy, and what is left of it as one signature after the other is taken away. */
export async function judgeCheckpoint({ go }: Judges, source: LogSource, report: Report): Promise<void> {
  if (go === undefined) return;
  const [checkpoint, policy] = await Promise.all([text(source, 'log/checkpoint'), text(source, 'log/policy')]);
  if (checkpoint === undefined || policy === undefined) return report.missing('log/checkpoint and log/policy');
  const notes = thinnedNotes(checkpoint);
  const parsed = parsePolicy(policy, nodeCrypto);
  const ours = notes.map(({ note }) => parsed.ok && checkPolicy(parsed.policy, note, nodeCrypto).ok);
  if (ours[0] !== true) report.missing('a checkpoint that satisfies log/policy');
  const cases = notes.map(({ name, note }): GoCase => ({ name, kind: 'checkpoint', policy, checkpoint: note }));
  report.compare('Go libraries', 'the checkpoint with fewer and fewer signatures', ours, askProgram(go, cases));
}

interface Entry {
  readonly index: number;
  readonly entry: string;
  readonly name: string;
}

/** Some transactions of the log, from its start, middle and end. */
async function sampleEntries(source: LogSource): Promise<readonly Entry[]> {
  const checkpoint = await text(source, 'log/checkpoint');
  const note = checkpoint === undefined ? undefined : parseNote(checkpoint);
  const size = (note === undefined ? undefined : parseCheckpoint(note.text))?.size ?? 0;
  const last = Math.floor((size - 1) / TILE_WIDTH);
  const entries: Entry[] = [];
  for (const bundle of new Set([0, Math.floor(last / 2), last])) {
    const width = Math.min(TILE_WIDTH, size - bundle * TILE_WIDTH);
    const bytes = await source(`log/${tilePath('entries', bundle, width)}`);
    const leaves = bytes === undefined ? undefined : decodeEntryBundle(bytes);
    const transactions = (leaves ?? []).flatMap((leaf, i) => {
      if (leaf[0] === 0x7b) return [];
      const entry = asciiText(leaf);
      return [{ index: bundle * TILE_WIDTH + i, entry, name: transactionName(leaf.subarray(0, entry.lastIndexOf('.')), nodeCrypto) }];
    });
    entries.push(...transactions.slice(0, SAMPLES_PER_BUNDLE), ...transactions.slice(SAMPLES_PER_BUNDLE).slice(-SAMPLES_PER_BUNDLE));
  }
  return entries;
}

/** Receipts of some entries, and forgeries of them, by the Go libraries and by us. */
export async function judgeReceipts({ go }: Judges, source: LogSource, report: Report): Promise<void> {
  if (go === undefined) return;
  const policy = await text(source, 'log/policy');
  if (policy === undefined) return report.missing('log/policy');
  const cases: { readonly name: string; readonly receipt: string }[] = [];
  for (const { index, name } of await sampleEntries(source)) {
    const receipt = await text(source, `api/v1/receipts/${name}`);
    if (receipt === undefined) continue;
    cases.push({ name: `receipt of leaf ${index}`, receipt });
    for (const forged of forgedReceipts(receipt)) cases.push({ name: `receipt of leaf ${index}: ${forged.name}`, receipt: forged.receipt });
  }
  if (cases.length === 0) return report.missing('a receipt under api/v1/receipts/');
  const ours = cases.map(({ receipt }) => verifyReceipt(receipt, policy, nodeCrypto).ok);
  if (!ours.includes(true)) report.missing('a receipt that satisfies log/policy');
  report.compare(
    'Go libraries',
    'receipts and forgeries of them',
    ours,
    askProgram(
      go,
      cases.map((one): GoCase => ({ ...one, kind: 'receipt', policy })),
    ),
  );
}

/** State keys that transactions named, and the keys of their signers: most of them have a record. */
function likelyKeys(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap(({ entry }) => {
    const [header, payload] = entry.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    return [`kernel/key/${header.kid}`, ...Object.keys(payload.on ?? {})];
  });
}

interface Bundle {
  readonly key: string;
  readonly value: string | null;
  readonly statePath: string;
  readonly seal: string;
  readonly proof: string;
}

/** Facts, present and absent: the state proofs by crate ics23, the seals by the Go libraries, and all by us. */
export async function judgeFacts({ go, rust }: Judges, source: LogSource, asked: readonly string[], report: Report): Promise<void> {
  const policy = await text(source, 'log/policy');
  if (policy === undefined || (go === undefined && rust === undefined)) return;
  const keys = new Set([...asked, 'kernel/charter/current', 'kernel/officer/nobody-here', ...likelyKeys(await sampleEntries(source))]);
  const state: RustCase[] = [];
  const seals: GoCase[] = [];
  const accepted: boolean[] = [];
  for (const key of keys) {
    const bundle = await text(source, `api/v1/facts/${key}`);
    if (bundle === undefined) continue;
    const { value, statePath, seal, proof }: Bundle = JSON.parse(bundle);
    const read = parseSeal(Buffer.from(seal, 'base64'));
    const good = { name: `${value === null ? 'absence' : 'presence'} of ${key}`, root: read?.state ?? '', key, value, proof: statePath };
    state.push(good, ...forgedStateProofs(good));
    const ok = verifyFact(bundle, policy, nodeCrypto).ok;
    accepted.push(...Array.from({ length: state.length - accepted.length }, (_, i) => i === 0 && ok));
    seals.push({ name: `seal of ${key}`, kind: 'leaf', policy, receipt: proof, leaf: seal });
  }
  if (seals.length === 0) return report.missing('a fact under api/v1/facts/');
  if (!accepted.includes(true)) report.missing('a fact that satisfies log/policy');
  const present = state.filter(({ value }, i) => accepted[i] && value !== null).length;
  report.note(`facts: ${present} of records, ${accepted.filter((ok) => ok).length - present} of absence`);
  if (rust !== undefined) report.compare('crate ics23', 'state proofs and forgeries of them', accepted, askProgram(rust, state));
  if (go !== undefined)
    report.compare(
      'Go libraries',
      'seals of the facts',
      seals.map(() => true),
      askProgram(go, seals),
    );
}
