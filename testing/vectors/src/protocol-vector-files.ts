/** The vector files of core/protocol and of the vault's documents, by name, as texts. */
import { disclosureFile } from './disclosure-vectors.ts';
import { json } from './json-vectors.ts';
import { key } from './key-vectors.ts';
import { look } from './look-vectors.ts';
import { money } from './money-vectors.ts';
import { notice } from './notice-vectors.ts';
import { passkey } from './passkey-vectors.ts';
import { sealedDocument } from './sealed-document-vectors.ts';
import { transactionMalformed } from './transaction-malformed-vectors.ts';
import { transactionValid } from './transaction-vectors.ts';
import { formatVectorFile } from './vector-file.ts';

export function protocolVectorFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['disclosure.json', formatVectorFile(disclosureFile)],
    ['json.json', formatVectorFile(json)],
    ['key.json', formatVectorFile(key)],
    ['look.json', formatVectorFile(look)],
    ['money.json', formatVectorFile(money)],
    ['notice.json', formatVectorFile(notice)],
    ['passkey.json', formatVectorFile(passkey)],
    ['sealed-document.json', formatVectorFile(sealedDocument)],
    ['transaction-malformed.json', formatVectorFile(transactionMalformed)],
    ['transaction-valid.json', formatVectorFile(transactionValid)],
  ]);
}
