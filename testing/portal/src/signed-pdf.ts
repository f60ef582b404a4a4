/** A PDF with a real signature in it, as an office that must seal by law would make one: PAdES's form (ETSI EN 319 142-1), a key of the occasion. */
import { plainAddPlaceholder } from '@signpdf/placeholder-plain';
import { P12Signer } from '@signpdf/signer-p12';
import { SignPdf } from '@signpdf/signpdf';
import forge from 'node-forge';

const RSA_BITS = 2_048;
const DAY_MS = 86_400_000;

export async function signedPdf(pdf: Buffer): Promise<Buffer> {
  const prepared = plainAddPlaceholder({
    pdfBuffer: pdf,
    reason: 'Seal',
    contactInfo: 'registry',
    name: 'Registry of Vellmere',
    location: 'Vellmere',
    subFilter: 'ETSI.CAdES.detached',
  });
  return await new SignPdf().sign(prepared, new P12Signer(keyFile()));
}

/** Key and certificate, PKCS #12. */
function keyFile(): Buffer {
  const keys = forge.pki.rsa.generateKeyPair(RSA_BITS);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + DAY_MS);
  const name = [{ name: 'commonName', value: 'Registry of Vellmere' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  const file = forge.pkcs12.toPkcs12Asn1(keys.privateKey, [certificate], '', { algorithm: '3des' });
  return Buffer.from(forge.asn1.toDer(file).getBytes(), 'binary');
}
