/**
 * What a node is known by to the ledger's other nodes: a P-256 key, whose public half the charter pins. TLS asks for an X.509 certificate
 * (RFC 5280) around it; nobody but the key vouches for anything in there, so it is signed with the key itself, ends never, and is made anew
 * at each start. Only the key is kept.
 */
import { createHash, createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { es256FromPem, generateEs256, readPrivateKey, savePrivateKey } from '@tabularium/crypto';

export interface TlsIdentity {
  readonly privateKey: KeyObject;
  /** PEM. */
  readonly certificate: string;
  /** What the charter says of this node: see `pinOf`. */
  readonly pin: string;
}

const COMMON_NAME = 'tabularium-node';
const ID_COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const FILE = 'tls.pem';
/** "No well-defined expiration date" (RFC 5280 §4.1.2.5). */
const NEVER = new Date('9999-12-31T23:59:59Z');
const EVER_SINCE = new Date('2000-01-01T00:00:00Z');

/** A fresh key and its certificate. */
export function makeTlsIdentity(): TlsIdentity {
  return identityOf(generateEs256().privateKey);
}

/** Writes the key into the folder `dir` (usually `<data>/keys`) as tls.pem. Throws EEXIST rather than overwrite. */
export function saveTlsIdentity(dir: string, { privateKey }: TlsIdentity): void {
  savePrivateKey(join(dir, FILE), privateKey);
}

/** The identity of the key that `saveTlsIdentity` wrote. Throws ENOENT, `KeyFileExposed`, or RangeError when the key is not on P-256. */
export function loadTlsIdentity(dir: string): TlsIdentity {
  return identityOf(es256FromPem(readPrivateKey(join(dir, FILE))).privateKey);
}

/** Base64 SHA-256 of a certificate's SubjectPublicKeyInfo: 44 characters. Takes PEM, DER or the parsed certificate. */
export function pinOf(certificate: string | Uint8Array | X509Certificate): string {
  const parsed = certificate instanceof X509Certificate ? certificate : new X509Certificate(certificate);
  return createHash('sha256')
    .update(parsed.publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64');
}

/** What both ends of a connection give to TLS. */
export function tlsOptions({ privateKey, certificate }: TlsIdentity): {
  readonly key: string;
  readonly cert: string;
  readonly minVersion: 'TLSv1.3';
} {
  return { key: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, cert: certificate, minVersion: 'TLSv1.3' };
}

function identityOf(privateKey: KeyObject): TlsIdentity {
  const certificate = selfSigned(privateKey);
  return { privateKey, certificate, pin: pinOf(certificate) };
}

function selfSigned(privateKey: KeyObject): string {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const name = new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: ID_COMMON_NAME, value: new AttributeValue({ utf8String: COMMON_NAME }) }),
    ]),
  ]);
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const signed = new TBSCertificate({
    version: Version.v3,
    serialNumber: Uint8Array.of(1).buffer,
    signature: algorithm,
    issuer: name,
    validity: new Validity({ notBefore: EVER_SINCE, notAfter: NEVER }),
    subject: name,
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(signed)), privateKey);
  const certificate = new Certificate({
    tbsCertificate: signed,
    signatureAlgorithm: algorithm,
    signatureValue: new Uint8Array(signature).buffer,
  });
  return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString();
}
