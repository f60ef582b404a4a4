/**
 * A sample that everybody can draw again: whatever stands in the list is put in the order of the SHA-256 of `<root> <id>`, where the root
 * is that of a stamp, and the first ones are taken. The office makes the stamps, so nobody chose it only where the stamp was not chosen.
 */
import { toHex } from '@tabularium/protocol';
import { nobleCrypto } from '@tabularium/sdk';

export const SAMPLE = 100;

/** `root`: base64, as the checkpoint has it. */
export function drawSample<T extends { readonly id: string }>(rows: readonly T[], root: string, size = SAMPLE): readonly T[] {
  const { sha256, utf8 } = nobleCrypto;
  return rows
    .map((row) => ({ row, rank: toHex(sha256(utf8.encode(`${root} ${row.id}`))) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ row }) => row);
}

/** The same in Python, for whoever wants to be sure. `until`: when the stamp was closed, ms UTC. */
export function sampleInPython(url: string, root: string, until: number): string {
  return `import hashlib, json, urllib.request
rows = [json.loads(line) for line in urllib.request.urlopen("${url}/data/treasury/payments.jsonl")]
rank = lambda row: hashlib.sha256(f"${root} {row['id']}".encode()).hexdigest()
drawn = sorted((row for row in rows if row["ordered_at"] <= ${until}), key=rank)[:${SAMPLE}]
for row in drawn: print(row["id"], row["amount"], row["currency"])`;
}
