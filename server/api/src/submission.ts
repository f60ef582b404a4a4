/**
 * From a request's body to a transaction and its disclosures: `<JWS>~disclosure~…` as text, or
 * `{"transaction","disclosures":[…]}` as JSON. Nothing of the transaction itself is read here.
 */
import { decodeUtf8, type JsonValue, parseJson } from '@tabularium/protocol';
import { fail, type Problem, problem } from './problem.ts';

export interface Submission {
  /** The transaction's exact bytes: what becomes the entry. */
  readonly jws: Uint8Array;
  readonly disclosures: readonly string[];
}

const TILDE = 0x7e;
const NONE: readonly string[] = [];

/** Line ends after the last character are not part of what was signed: editors and shells add them. */
export function trimLineEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
  return end === bytes.length ? bytes : bytes.subarray(0, end);
}

/** Reads the text form. A problem when disclosures do not end in `~`: then something was cut off. */
export function readTextSubmission(body: Buffer): Submission | Problem {
  const bytes = trimLineEnd(body);
  const first = bytes.indexOf(TILDE);
  if (first === -1) return { jws: bytes, disclosures: NONE };
  if (bytes[bytes.length - 1] !== TILDE) return problem('submission-malformed');
  const rest = first === bytes.length - 1 ? NONE : bytes.toString('latin1', first + 1, bytes.length - 1).split('~');
  return { jws: bytes.subarray(0, first), disclosures: rest };
}

/** Reads the JSON form, also as a plain string in the text form. */
export function readJsonSubmission(value: unknown): Submission | Problem {
  if (typeof value === 'string') return readTextSubmission(Buffer.from(value, 'utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return shapeProblem();
  const { transaction, disclosures = NONE, ...rest } = value as { readonly transaction?: unknown; readonly disclosures?: unknown };
  if (typeof transaction !== 'string' || Object.keys(rest).length > 0) return shapeProblem();
  if (!Array.isArray(disclosures) || !disclosures.every((one) => typeof one === 'string')) return shapeProblem();
  return { jws: Buffer.from(transaction, 'utf8'), disclosures };
}

/** One line of a batch: the JSON form, or the text form as it is. */
export function readBatchLine(line: Buffer): Submission | Problem {
  if (line[0] !== 0x7b && line[0] !== 0x22) return readTextSubmission(line);
  try {
    return readJsonSubmission(JSON.parse(line.toString('utf8')));
  } catch {
    return problem('json-malformed');
  }
}

export function isProblem(value: Submission | Problem): value is Problem {
  return 'status' in value;
}

/** A JSON body read strictly: well-formed UTF-8, no member twice, no floats. Nothing is coerced. */
export function readStrictJson(body: Buffer): JsonValue {
  const text = decodeUtf8(body);
  if (text === undefined) fail('json-malformed', 'The body is not UTF-8.');
  const json = parseJson(text);
  if (!json.ok) fail('json-malformed', `${json.code} at character ${json.at}`);
  return json.value;
}

function shapeProblem(): Problem {
  return problem('request-malformed', 'Expected {"transaction": "<JWS>", "disclosures": ["…"]}.');
}
