/**
 * A sheet of A4 that archives keep and screen readers read: PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) in one, with its fonts within.
 * pdfkit knows each of the two alone, so the mark of the second is added here. The same words make the same bytes: no clock, no random id.
 */
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

const font = (path: string): string => fileURLToPath(import.meta.resolve(`@expo-google-fonts/public-sans/${path}`));
const FONTS = {
  text: font('400Regular/PublicSans_400Regular.ttf'),
  strong: font('600SemiBold/PublicSans_600SemiBold.ttf'),
} as const;

export type Face = keyof typeof FONTS;
export type Paper = PDFKit.PDFDocument;

export interface PaperIs {
  readonly title: string;
  readonly author: string;
  readonly language: string;
  /** ms UTC: the day that stands in the file. */
  readonly time: number;
}

export function newPaper({ title, author, language, time }: PaperIs): Paper {
  const at = new Date(time);
  const paper = new PDFDocument({
    size: 'A4',
    margin: 0,
    pdfVersion: '1.7',
    subset: 'PDF/A-3a',
    tagged: true,
    lang: language,
    displayTitle: true,
    font: FONTS.text,
    info: {
      Title: inMetadata(title),
      Author: inMetadata(author),
      Creator: 'Tabularium',
      Producer: 'Tabularium',
      CreationDate: at,
      ModDate: at,
    },
  });
  for (const [name, path] of Object.entries(FONTS)) paper.registerFont(name, path);
  (paper as unknown as { appendXML(xml: string): void }).appendXML(PDF_UA);
  return paper;
}

/** The file, once everything is on it. */
export async function finished(paper: Paper): Promise<Buffer> {
  const chunks: Buffer[] = [];
  paper.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => paper.on('end', resolve).on('error', reject));
  paper.end();
  await ended;
  return Buffer.concat(chunks);
}

/** What the face has no letters for becomes `?`: a missing letter would be no text to an archive, and to a screen reader nothing. */
export function printable(paper: Paper, text: string): string {
  const { font: face } = (paper as unknown as { readonly _font: { readonly font: { hasGlyphForCodePoint(code: number): boolean } } })._font;
  return [...text.normalize('NFC').replaceAll(/\s+/g, ' ')]
    .map((letter) => (face.hasGlyphForCodePoint(letter.codePointAt(0) as number) ? letter : '?'))
    .join('');
}

/** pdfkit writes these into XML as they are. */
function inMetadata(text: string): string {
  return text.replaceAll('&', '+').replaceAll('<', '‹').replaceAll('>', '›');
}

/** ISO 14289-1 §5, with the schema that ISO 19005 asks for where a property is not its own. */
const PDF_UA = `
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType></rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>`;
