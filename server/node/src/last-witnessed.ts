/**
 * The newest checkpoint of a ledger that somebody outside has cosigned: how far the ledger is known to have come (DESIGN §4 "Succession").
 * Asked of the witnesses themselves (C2SP tlog-witness, monitoring) or read from files they sent; believed only with the log's signature
 * and the witness's own.
 */
import { nodeCrypto } from '@tabularium/crypto';
import { type Checkpoint, checkSignature, isBy, parseCheckpoint, parseNote, parseVkey, type VerifierKey } from '@tabularium/log';
import { toHex } from '@tabularium/protocol';
import type { WitnessAddress } from '@tabularium/witness';

export interface LastWitnessed extends Checkpoint {
  /** The signed note. */
  readonly note: string;
  /** Where it came from: an address or a file. */
  readonly from: string;
}

export interface Heard {
  readonly found: readonly LastWitnessed[];
  /** Witnesses that gave nothing, and why. */
  readonly silent: readonly { readonly from: string; readonly detail: string }[];
}

export interface HearOptions {
  readonly origin: string;
  /** vkeys of the ledger's log keys. */
  readonly logs: readonly string[];
  /** vkeys of its outside witnesses; addresses where known. */
  readonly witnesses: readonly { readonly vkey: string; readonly url?: string }[];
  /** Notes that witnesses sent, by file name. */
  readonly notes: ReadonlyMap<string, string>;
}

const TIMEOUT_MS = 10_000;
const MAX_CHARACTERS = 256 * 1024;

export async function hearWitnesses({ origin, logs, witnesses, notes }: HearOptions): Promise<Heard> {
  const found: LastWitnessed[] = [];
  const silent: { from: string; detail: string }[] = [];
  const judge = (note: string, from: string): void => {
    const checked = believe(note, origin, keysOf(logs), keysOf(witnesses.map(({ vkey }) => vkey)));
    if (typeof checked === 'string') silent.push({ from, detail: checked });
    else found.push({ ...checked, note, from });
  };
  for (const [from, note] of notes) judge(note, from);
  await Promise.all(
    witnesses.map(async ({ url }) => {
      if (url === undefined) return;
      const answer = await ask({ url, vkey: '' }, origin);
      if ('note' in answer) judge(answer.note, url);
      else silent.push({ from: url, detail: answer.detail });
    }),
  );
  return { found: found.sort((a, b) => b.size - a.size), silent };
}

async function ask({ url }: WitnessAddress, origin: string): Promise<{ readonly note: string } | { readonly detail: string }> {
  const hash = toHex(nodeCrypto.sha256(nodeCrypto.utf8.encode(origin)));
  try {
    const response = await fetch(`${url.replace(/\/$/, '')}/${hash}/checkpoint`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok) return { detail: response.status === 404 ? 'it has never cosigned this ledger' : `it answers ${response.status}` };
    const note = await response.text();
    return note.length > MAX_CHARACTERS ? { detail: 'it answers without end' } : { note };
  } catch (error) {
    const { message, cause } = error as Error & { readonly cause?: Error };
    return { detail: cause?.message ?? message };
  }
}

function keysOf(texts: readonly string[]): readonly VerifierKey[] {
  return texts.flatMap((text) => parseVkey(text, nodeCrypto) ?? []);
}

/** The checkpoint of a note, or why it is not believed. */
function believe(note: string, origin: string, logs: readonly VerifierKey[], witnesses: readonly VerifierKey[]): Checkpoint | string {
  const parsed = parseNote(note);
  const checkpoint = parsed === undefined ? undefined : parseCheckpoint(parsed.text);
  if (parsed === undefined || checkpoint === undefined) return 'it is not a signed checkpoint';
  if (checkpoint.origin !== origin) return `it is of ${checkpoint.origin}`;
  const signedBy = (keys: readonly VerifierKey[]): boolean =>
    parsed.signatures.some((line) =>
      keys.some((key) => isBy(line, key) && checkSignature(key, line.signature, parsed.text, nodeCrypto).valid),
    );
  if (!signedBy(logs)) return 'the log itself has not signed it';
  if (!signedBy(witnesses)) return 'no witness of this ledger has cosigned it';
  return checkpoint;
}
