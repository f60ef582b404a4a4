/**
 * What became of a transaction, read from the API's answer. The HTTP status decides the kind; the members come from the
 * JSON body: `{name, index, height, time, receipt}` when accepted, an RFC 9457 problem with `code`, `rule`, `basis`, `notice`
 * when refused.
 */
import type { HttpAnswer } from './send-with-retry.ts';
import { retryAfterMs } from './send-with-retry.ts';

export interface Placement {
  /** The transaction's name: base64url SHA-256 of its signing input. */
  readonly name: string;
  /** Leaf index in the log. */
  readonly index: number;
  readonly height: number;
  /** Block time, ms UTC. */
  readonly time: number;
  /** Where several agencies run the ledger: who has cosigned the receipt, the node that answered or as many as the policy counts. */
  readonly proof?: 'node' | 'quorum';
  /** `.tlog-proof` text. */
  readonly receipt?: string;
}

/** One refused item of a bundle. */
export interface RefusedItem {
  /** Position in the bundle, from 0. */
  readonly item: number;
  readonly code: string;
  readonly rule: string;
  readonly facts?: Readonly<Record<string, string | number>>;
}

export type Outcome =
  | ({ readonly kind: 'accepted' | 'repeated' } & Placement)
  /** Ordering outlasted the server's wait: ask again by name. */
  | { readonly kind: 'pending'; readonly name: string }
  | {
      readonly kind: 'refused';
      readonly status: 401 | 403 | 409 | 422;
      readonly name?: string;
      /** `<module>.<code>` from the module's closed list. */
      readonly code: string;
      readonly rule?: string;
      /** Legal reference of the rule. */
      readonly basis?: string;
      /** The rule in one plain sentence. */
      readonly text?: string;
      readonly detail: string;
      readonly facts?: Readonly<Record<string, string | number>>;
      readonly items?: readonly RefusedItem[];
      /** Signed refusal notice, compact JWS. */
      readonly notice?: string;
    }
  /** Not a transaction at all; nothing was recorded. */
  | { readonly kind: 'malformed'; readonly status: number; readonly code: string; readonly detail: string }
  /** Still too busy after all tries; the same bytes may be sent again later. */
  | { readonly kind: 'busy'; readonly status: number; readonly detail: string; readonly retryAfterSeconds: number };

/** An answer that the protocol does not know, such as a 404 for a path or a 500. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Json = Readonly<Record<string, unknown>>;

/** Reads the answer to a submission. Throws `UnexpectedAnswer`. */
export function readOutcome(answer: HttpAnswer): Outcome {
  return outcomeOf(answer.status, readJson(answer), retryAfterMs(answer.headers));
}

/** Reads one line of a batch's answer: as a single answer, with its `status` as a member. `headers` are those of the whole. Throws `UnexpectedAnswer`. */
export function readBatchLine(line: string, headers: Headers): Outcome {
  const json = parsed(line);
  const status = json?.status;
  if (json === undefined || typeof status !== 'number')
    throw new UnexpectedAnswer(200, `a line of the batch's answer is not an outcome: ${line.slice(0, 200)}`);
  return outcomeOf(status, json, retryAfterMs(headers));
}

function outcomeOf(status: number, json: Json, retryMs: number | undefined): Outcome {
  if (status === 200 || status === 201) return { kind: status === 201 ? 'accepted' : 'repeated', ...placementOf(status, json) };
  if (status === 202) return { kind: 'pending', name: text(json.name) ?? '' };
  const detail = text(json.detail) ?? text(json.title) ?? `status ${status}`;
  const code = text(json.code) ?? `status-${status}`;
  if (status === 429 || status === 503) return { kind: 'busy', status, detail, retryAfterSeconds: Math.ceil((retryMs ?? 1000) / 1000) };
  if (status === 400 || status === 413 || status === 415) return { kind: 'malformed', status, code, detail };
  if (status === 401 || status === 403 || status === 409 || status === 422) {
    const members = Object.fromEntries(
      (['name', 'rule', 'basis', 'text', 'facts', 'items', 'notice'] as const).flatMap((member) =>
        json[member] === undefined ? [] : [[member, json[member]]],
      ),
    );
    return { kind: 'refused', status, code, detail, ...members };
  }
  throw new UnexpectedAnswer(status, `the ledger answers ${status}: ${detail}`);
}

function placementOf(status: number, json: Json): Placement {
  const { name, index, height, time, proof, receipt } = json;
  if (typeof name !== 'string' || typeof index !== 'number' || typeof height !== 'number' || typeof time !== 'number') {
    throw new UnexpectedAnswer(status, 'the answer does not say where the transaction stands');
  }
  return {
    ...{ name, index, height, time },
    ...(proof === 'node' || proof === 'quorum' ? { proof } : {}),
    ...(typeof receipt === 'string' ? { receipt } : {}),
  };
}

/** The JSON object of an answer. Throws `UnexpectedAnswer` where a success has none. */
export function readJson(answer: HttpAnswer): Json {
  const json = parsed(answer.text);
  if (json === undefined && answer.status < 300)
    throw new UnexpectedAnswer(answer.status, 'the answer is not a JSON object: is this the address of a ledger?');
  return json ?? {};
}

function parsed(content: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What would be decided now. */
export type CheckVerdict = ({ readonly kind: 'accepted' } | (Outcome & { readonly kind: 'refused' | 'malformed' | 'busy' })) & {
  /** What no rule forbids, and whoever signs should know; only where there is something. */
  readonly warnings?: readonly CheckWarning[];
  /** Records that would read otherwise once everybody has signed; only where it was asked for. */
  readonly changes?: readonly CheckChange[];
  /** Records beyond those in `changes`. */
  readonly more?: number;
};

export interface CheckChange {
  /** State key; of a record that would be new, not the one that it will have. */
  readonly key: string;
  readonly title: string;
  readonly isNew: boolean;
  /** Members that would read otherwise, told as `/api/v1/lives` tells them. */
  readonly members: readonly { readonly label: string; readonly before?: unknown; readonly after?: unknown }[];
}

export interface CheckWarning {
  readonly code: string;
  readonly text: string;
}

/** Reads the answer of a dry run. Throws `UnexpectedAnswer`. */
export function readCheck(answer: HttpAnswer): CheckVerdict {
  const json = readJson(answer);
  const warned = warningsIn(json);
  if (answer.status === 200 && json.verdict === 'accepted') return { kind: 'accepted', ...warned, ...changesIn(json) };
  const refusal = json.refusal as Json | undefined;
  const status = refusal?.status;
  const outcome =
    answer.status === 200 && typeof status === 'number'
      ? outcomeOf(status, refusal as Json, undefined)
      : outcomeOf(answer.status, json, retryAfterMs(answer.headers));
  if (outcome.kind === 'refused' || outcome.kind === 'malformed' || outcome.kind === 'busy') return { ...outcome, ...warned };
  throw new UnexpectedAnswer(answer.status, 'the answer is not a verdict');
}

function changesIn({ changes, more }: Json): Pick<CheckVerdict, 'changes' | 'more'> {
  if (!Array.isArray(changes)) return {};
  return { changes: changes as readonly CheckChange[], more: typeof more === 'number' ? more : 0 };
}

function warningsIn({ warnings }: Json): { readonly warnings?: readonly CheckWarning[] } {
  if (!Array.isArray(warnings)) return {};
  const read = (warnings as readonly unknown[]).flatMap((one) => {
    const { code, text } = (one ?? {}) as Partial<CheckWarning>;
    return typeof code === 'string' && typeof text === 'string' ? [{ code, text }] : [];
  });
  return read.length === 0 ? {} : { warnings: read };
}
