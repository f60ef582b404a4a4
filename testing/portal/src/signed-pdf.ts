/**
 * A PDF with a real signature in it, PAdES's form (ETSI EN 319 142-1), as an incremental update (ISO 32000-1, 7.5.6): every byte that was there
 * stays, and what is added names the two stretches that are signed. For files with a cross-reference table, which is what pdfkit writes.
 */
import { cadesDetached, makeSealingKey, type SealingKey } from './sealing-key.ts';

/** Room for the signature, hex digits. */
const ROOM = 8_192;
const NUMBER_DIGITS = 10;

export function signedPdf(pdf: Buffer, key: SealingKey = makeSealingKey()): Buffer {
  const text = pdf.toString('latin1');
  const trailer = found(/.*trailer\s*<<(.*?)>>\s*startxref\s+(\d+)/s, text);
  const rest = trailer[1]!.replace(/\/(?:Size|Prev) \d+/g, '');
  const [size, root] = [Number(found(/\/Size (\d+)/, trailer[1]!)[1]), reference('Root', trailer[1]!)];
  const page = reference('Kids', objectIn(text, reference('Pages', objectIn(text, root))));
  const [field, seal] = [size, size + 1];
  const objects: readonly (readonly [number, string])[] = [
    [root, within(objectIn(text, root), `/AcroForm << /SigFlags 3 /Fields [${field} 0 R] >>`)],
    [page, withAnnotation(objectIn(text, page), `${field} 0 R`)],
    [field, `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /F 132 /Rect [0 0 0 0] /P ${page} 0 R /V ${seal} 0 R >>`],
    [seal, sealObject()],
  ];
  let update = '\n';
  const table = objects.map(([number, object]) => {
    const at = String(pdf.length + update.length).padStart(NUMBER_DIGITS, '0');
    update += `${number} 0 obj\n${object}\nendobj\n`;
    return `${number} 1\n${at} 00000 n \n`;
  });
  const start = pdf.length + update.length;
  update += `xref\n${table.join('')}trailer\n<< /Size ${size + 2} /Prev ${trailer[2]}${rest}>>\nstartxref\n${start}\n%%EOF\n`;
  return sealed(Buffer.concat([pdf, Buffer.from(update, 'latin1')]), pdf.length, key);
}

function sealObject(): string {
  const range = `[0${` ${'*'.repeat(NUMBER_DIGITS)}`.repeat(3)}]`;
  const when = new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange ${range} /Contents <${'0'.repeat(ROOM)}> /M (D:${when}Z) >>`;
}

/** Everything but the signature's own digits is signed. */
function sealed(file: Buffer, from: number, key: SealingKey): Buffer {
  const open = file.indexOf(`<${'0'.repeat(ROOM)}>`, from);
  const close = open + ROOM + 2;
  const range = [open, close, file.length - close].map((one) => String(one).padStart(NUMBER_DIGITS)).join(' ');
  file.write(range, file.indexOf('*'.repeat(NUMBER_DIGITS), from), 'latin1');
  const signature = cadesDetached(Buffer.concat([file.subarray(0, open), file.subarray(close)]), key).toString('hex');
  if (signature.length > ROOM) throw new Error('the signature needs more room');
  file.write(signature, open + 1, 'latin1');
  return file;
}

/** The newest body of an object. */
function objectIn(text: string, number: number): string {
  return found(new RegExp(`.*\\n${number} 0 obj\\s+(<<.*?>>)\\s+endobj`, 's'), text)[1]!;
}

/** Number of the object that a member means; of a list, the first. */
function reference(member: string, dictionary: string): number {
  return Number(found(new RegExp(`/${member} \\[?\\s*(\\d+) 0 R`), dictionary)[1]);
}

function within(dictionary: string, more: string): string {
  return dictionary.replace('<<', `<< ${more} `);
}

function withAnnotation(page: string, annotation: string): string {
  return page.includes('/Annots [') ? page.replace('/Annots [', `/Annots [${annotation} `) : within(page, `/Annots [${annotation}]`);
}

function found(pattern: RegExp, text: string): RegExpExecArray {
  const match = pattern.exec(text);
  if (match === null) throw new Error(`a PDF without ${pattern.source}`);
  return match;
}
