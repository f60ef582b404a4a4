/** A document of another program's making. */
import PDFDocument from 'pdfkit';

export async function contractPdf(): Promise<Buffer> {
  const paper = new PDFDocument({ margin: 72 });
  const chunks: Buffer[] = [];
  paper.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => paper.on('end', resolve));
  paper.text('Decision 7C-9/2025');
  paper.end();
  await ended;
  return Buffer.concat(chunks);
}
