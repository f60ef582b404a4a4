/**
 * The exact form of what other people's software writes and a ledger keeps in a leaf: a proof with its signed checkpoint
 * (`docs/spec/receipt.md`), and a verifier key (`docs/spec/checkpoint.md`). Narrower than what a verifier reads, so that
 * no line is left in which a person's name or a sentence would fit; as regular expressions, so that schemas can hold it.
 */
import { MAX_NOTE_SIGNATURES } from './note.ts';
import { MAX_PROOF_HASHES } from './tlog-proof.ts';

/** Key names are addresses or codes in ASCII, never words with spaces between them. */
const KEY_NAME = '[A-Za-z0-9][A-Za-z0-9._~/:-]{0,254}';
const ORIGIN = '[a-z0-9](?:[a-z0-9._/-]{0,126}[a-z0-9])?/[0-9a-f]{16}';
const DECIMAL = '(?:0|[1-9][0-9]{0,15})';
const HASH = '[A-Za-z0-9+/]{43}=';
const BASE64 = '(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?';
/** Key id and 64 bytes (type 01), or key id, time and 64 bytes (type 04). */
const SIGNATURE = '(?:[A-Za-z0-9+/]{91}=|[A-Za-z0-9+/]{102}==)';

/** `<name>+<hex key id>+<base64 of a type byte and 32 bytes>`. */
export const VKEY_PATTERN = `^${KEY_NAME}\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}$`;

/** A tlog-proof of a ledger of this kind: header, extra data or none, index, path, checkpoint without extensions, signatures. */
export const TLOG_PROOF_PATTERN = [
  '^c2sp\\.org/tlog-proof@v1\\n',
  `(?:extra ${BASE64}\\n)?`,
  `index ${DECIMAL}\\n`,
  `(?:${HASH}\\n){0,${MAX_PROOF_HASHES}}`,
  '\\n',
  `${ORIGIN}\\n${DECIMAL}\\n${HASH}\\n`,
  '\\n',
  `(?:\\u2014 ${KEY_NAME} ${SIGNATURE}\\n){1,${MAX_NOTE_SIGNATURES}}$`,
].join('');
