/** What the room offers: an entry's receipt as a paper, made on a thread of its own. */
export { type Certificate, CertificateMaker, type CertificateParts, type CertifiedRecord } from './certificate-maker.ts';
