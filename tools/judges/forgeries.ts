/** What a cheat would try with a good receipt or fact. Every judge must refuse each of these. */
import type { RustCase } from './ask-judges.ts';

/** A text with its last base64 character before the padding replaced by another that decodes to other bytes. */
function otherBytes(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[bytes.length - 1]! ^= 1;
  return bytes.toString('base64');
}

function changeExtra(receipt: string, change: (extra: { entry: string; jwk: { x: string; y: string } }) => void): string {
  return receipt.replace(/^extra (.*)$/m, (_, encoded: string) => {
    const extra = JSON.parse(Buffer.from(encoded, 'base64').toString());
    change(extra);
    return `extra ${Buffer.from(JSON.stringify(extra)).toString('base64')}`;
  });
}

/** Another character at the middle of a text of base64url. */
function otherMiddle(text: string): string {
  const at = text.length >> 1;
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}

/** A signed note as it is, and with its last signatures, or its first one, left out. */
export function thinnedNotes(note: string): readonly { readonly name: string; readonly note: string }[] {
  const end = note.indexOf('\n\n') + 2;
  const lines = note.slice(end).trimEnd().split('\n');
  const kept = (some: readonly string[]): string => note.slice(0, end) + some.map((line) => `${line}\n`).join('');
  return [
    ...lines.map((_, n) => ({ name: n === 0 ? 'as it is' : `${n} fewer`, note: kept(lines.slice(0, lines.length - n)) })),
    { name: 'without the log’s own', note: kept(lines.slice(1)) },
  ];
}

export function forgedReceipts(receipt: string): readonly { readonly name: string; readonly receipt: string }[] {
  const forgeries: Record<string, string> = {
    'the entry changed': changeExtra(receipt, (extra) => {
      const [header, payload, signature] = extra.entry.split('.') as [string, string, string];
      extra.entry = `${header}.${otherMiddle(payload)}.${signature}`;
    }),
    'the entry’s signature changed': changeExtra(receipt, (extra) => {
      const [header, payload, signature] = extra.entry.split('.') as [string, string, string];
      extra.entry = `${header}.${payload}.${otherMiddle(signature)}`;
    }),
    'another key': changeExtra(receipt, ({ jwk }) => {
      [jwk.x, jwk.y] = [jwk.y, jwk.x];
    }),
    'another index': receipt.replace(/^index (\d+)$/m, (_, index: string) => `index ${Number(index) + 1}`),
    'another hash': receipt.replace(/^(index \d+\n)(.+)$/m, (_, index: string, hash: string) => index + otherBytes(hash)),
    'a hash left out': receipt.replace(/^(index \d+\n).+\n/m, '$1'),
    'another size': receipt.replace(/(\n\n[^\n]+\n)(\d+)\n/, (_, origin: string, size: string) => `${origin}${Number(size) + 1}\n`),
    'another root': receipt.replace(/(\n\n[^\n]+\n\d+\n)([^\n]+)\n/, (_, start: string, root: string) => `${start}${otherBytes(root)}\n`),
    'another origin': receipt.replace(/(\n\n)([^\n]+)\n/, '$1forged.example/0123456789abcdef\n'),
    'the log’s signature changed': receipt.replace(
      /(\n\n\u2014 \S+ )(\S+)\n/,
      (_, start: string, signature: string) => `${start}${otherBytes(signature)}\n`,
    ),
    'no signature': receipt.replace(/\u2014 .*$/s, ''),
  };
  return Object.entries(forgeries).map(([name, text]) => {
    if (text === receipt) throw new Error(`the forgery "${name}" changes nothing`);
    return { name, receipt: text };
  });
}

export function forgedStateProofs(good: RustCase): readonly RustCase[] {
  const bytes = Buffer.from(good.proof, 'base64');
  const flipped = (part: number): string => {
    const copy = Buffer.from(bytes);
    copy[Math.floor((copy.length - 1) * part)]! ^= 1;
    return copy.toString('base64');
  };
  const forgeries: Record<string, Partial<RustCase>> = {
    'another root': { root: good.root.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
    'another key': { key: `${good.key}x` },
    'a value where there is none, or none where there is one': { value: good.value === null ? '{}' : null },
    'cut short': { proof: bytes.subarray(0, -1).toString('base64') },
    // The last byte belongs to a hash on the path; so do most others.
    'last bit flipped': { proof: flipped(1) },
    'a bit flipped at two thirds': { proof: flipped(2 / 3) },
  };
  if (good.value !== null) forgeries['another value'] = { value: `${good.value} ` };
  return Object.entries(forgeries).map(([name, change]) => ({ ...good, ...change, name: `${good.name}: ${name}` }));
}
