/**
 * The node's side of tlog-witness: push a checkpoint, come back with the witness's cosignature.
 *
 * The node pushes, and not the witness pulls, because that is C2SP's published protocol: any witness of the public
 * network serves, and the witness keeps no list of addresses. A witness that says 409 is told again from the size it
 * names. One that has seen more than this log holds is the sign that entries were lost or replaced, never to be retried.
 */
import {
  checkSignature,
  formatWitnessRequest,
  isBy,
  parseCheckpoint,
  parseNote,
  parseSignatureLines,
  parseVkey,
  signatureLine,
} from '@tabularium/log';
import type { Crypto } from '@tabularium/protocol';

/** Why a push brought no cosignature. A closed list; only `unreachable` is worth another try later. */
export type PushCode =
  /** No answer, 429 or 5xx, after all attempts. */
  | 'unreachable'
  /** The witness has cosigned more entries than this log holds: they were lost, or the log was replaced. */
  | 'witness-ahead'
  /** The witness has cosigned another history: this log was replaced. */
  | 'inconsistent'
  /** The witness does not vouch for this log. */
  | 'log-unknown'
  /** The witness knows the log under another key. */
  | 'signature-refused'
  /** The witness cannot read the request, or answers against the protocol. */
  | 'protocol'
  /** The answer holds no valid cosignature of the expected key. */
  | 'cosignature-invalid';

export type PushResult =
  | {
      readonly ok: true;
      /** Signature lines of this witness, to be added to the checkpoint. */
      readonly lines: string;
      /** Time of the cosignature, seconds since the epoch. */
      readonly time: number;
      readonly size: number;
    }
  | {
      readonly ok: false;
      readonly code: PushCode;
      readonly detail: string /** For `witness-ahead`: what it has seen. */;
      readonly size?: number;
    };

export interface WitnessPush {
  /** Submission prefix of the witness. */
  readonly witnessUrl: string;
  /** Its vkey (type 04); lines of other keys are ignored. */
  readonly vkey: string;
  /** The signed note. */
  readonly checkpoint: string;
  /** What the witness is believed to have seen; 0 finds out. */
  readonly oldSize: number;
  /** Consistency proof between two sizes of this log. */
  readonly consistency: (from: number, to: number) => readonly Uint8Array[];
  readonly crypto: Crypto;
  readonly fetch?: typeof fetch;
  /** Tries in all when the witness is not reached, default 4. */
  readonly attempts?: number;
  /** Milliseconds before the first retry, doubled each time; default 250. */
  readonly backoffMs?: number;
  /** Milliseconds for one request; default 10,000. */
  readonly timeoutMs?: number;
  readonly wait?: (ms: number) => Promise<void>;
}

/** How often a witness may name another size before the race is given up. */
const MAX_SIZES = 5;
const MAX_RETRY_AFTER_MS = 60_000;

/** Pushes one checkpoint. Throws RangeError when `vkey` or `checkpoint` is malformed: the caller's own data. */
export async function pushToWitness(push: WitnessPush): Promise<PushResult> {
  const key = parseVkey(push.vkey, push.crypto);
  if (key?.type !== 0x04) throw new RangeError(`not the vkey of a witness: ${push.vkey}`);
  const note = parseNote(push.checkpoint);
  const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || checkpoint === undefined) throw new RangeError('not a signed checkpoint');
  const { size } = checkpoint;

  let oldSize = Math.min(push.oldSize, size);
  for (let told = 0; ; told++) {
    const proof = push.consistency(oldSize, size);
    const answer = await post(push, formatWitnessRequest({ oldSize, proof, checkpoint: push.checkpoint }));
    if (!answer.ok) return answer;
    const { status, body } = answer;
    if (status === 200) {
      const own = (parseSignatureLines(body) ?? []).filter((line) => isBy(line, key));
      let time = 0;
      for (const line of own) {
        const check = checkSignature(key, line.signature, note.text, push.crypto);
        if (!check.valid) return failed('cosignature-invalid', 'a cosignature does not fit the checkpoint');
        time = Math.max(time, check.time ?? 0);
      }
      if (own.length === 0) return failed('cosignature-invalid', 'the answer has no cosignature of the expected key');
      return { ok: true, lines: own.map((line) => signatureLine(key, line.signature)).join(''), time, size };
    }
    if (status === 409) {
      const seen = answer.type.startsWith('text/x.tlog.size') && /^(0|[1-9][0-9]{0,15})\n$/.test(body) ? Number(body) : undefined;
      if (seen === undefined) return failed('protocol', 'a 409 without the size it has seen');
      if (seen > size) return { ...failed('witness-ahead', `the witness has seen ${seen} entries, this log has ${size}`), size: seen };
      // v1.0.0 of the protocol answers 409 where the size is the same and the root another; later ones answer 422.
      if (seen === oldSize && oldSize === size) return failed('inconsistent', 'the witness has cosigned another root for this size');
      if (seen === oldSize || told === MAX_SIZES) return failed('protocol', `the witness keeps naming other sizes, last ${seen}`);
      oldSize = seen;
      continue;
    }
    const detail = `${status}: ${body.trim().slice(0, 200)}`;
    if (status === 422) return failed('inconsistent', detail);
    if (status === 404) return failed('log-unknown', detail);
    if (status === 403) return failed('signature-refused', detail);
    return failed('protocol', detail);
  }
}

function failed(code: PushCode, detail: string): { readonly ok: false; readonly code: PushCode; readonly detail: string } {
  return { ok: false, code, detail };
}

type Answer = { readonly ok: true; readonly status: number; readonly type: string; readonly body: string };

/** One request with retries. Answers that another try cannot change come back as they are. */
async function post(push: WitnessPush, body: string): Promise<Answer | ReturnType<typeof failed>> {
  const { attempts = 4, backoffMs = 250, timeoutMs = 10_000, wait = sleep } = push;
  const send = push.fetch ?? fetch;
  let detail = '';
  for (let attempt = 1; attempt <= attempts; attempt++) {
    let pause = backoffMs * 2 ** (attempt - 1);
    try {
      const response = await send(`${push.witnessUrl.replace(/\/$/, '')}/add-checkpoint`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (response.status !== 429 && response.status < 500) {
        return { ok: true, status: response.status, type: response.headers.get('content-type') ?? '', body: text };
      }
      detail = `status ${response.status}`;
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      if (seconds >= 0) pause = Math.min(seconds * 1000, MAX_RETRY_AFTER_MS);
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error };
      detail = cause?.message ?? message;
    }
    if (attempt < attempts) await wait(pause);
  }
  return failed('unreachable', detail);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
