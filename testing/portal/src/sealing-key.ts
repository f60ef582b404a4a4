/**
 * A key of the occasion with a certificate of its own, and what an office that must seal by law makes with it: a CAdES signature over bytes
 * that lie elsewhere (ETSI EN 319 122-1: CMS, RFC 5652, with the certificate's digest among what is signed).
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface SealingKey {
  readonly privateKey: KeyObject;
  /** X.509, DER. */
  readonly certificate: Buffer;
}

const HOLDER = 'Registry of Vellmere';
const HALF_LENGTH = 0x80;

/** A value of ASN.1 in DER (X.690). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const digits = Buffer.from(length.toString(16).padStart(length < 0x100 ? 2 : 4, '0'), 'hex');
  const head = length < HALF_LENGTH ? [tag, length] : [tag, HALF_LENGTH | digits.length, ...digits];
  return Buffer.concat([Buffer.from(head), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]): Buffer => der(0x31, ...parts);
const tagged = (...parts: readonly Uint8Array[]): Buffer => der(0xa0, ...parts);
const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes);
const integer = (value: number): Buffer => der(0x02, Buffer.from([value]));
const id = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const DATA = id('2a864886f70d010701');
const SIGNED_DATA = id('2a864886f70d010702');
const CONTENT_TYPE = id('2a864886f70d010903');
const MESSAGE_DIGEST = id('2a864886f70d010904');
const SIGNING_CERTIFICATE_V2 = id('2a864886f70d010910022f');
const COMMON_NAME = id('550403');
const SHA256 = sequence(id('608648016503040201'));
const ECDSA_SHA256 = sequence(id('2a8648ce3d040302'));
const SERIAL = integer(1);
const NAME = sequence(set(sequence(COMMON_NAME, der(0x0c, Buffer.from(HOLDER)))));

export function makeSealingKey(): SealingKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const time = (year: number): Buffer => der(0x17, Buffer.from(`${year % 100}0101000000Z`));
  const year = new Date().getUTCFullYear();
  const validity = sequence(time(year), time(year + 2));
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(tagged(integer(2)), SERIAL, ECDSA_SHA256, NAME, validity, NAME, key);
  return { privateKey, certificate: sequence(body, ECDSA_SHA256, der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))) };
}

/** CMS SignedData without the content. */
export function cadesDetached(content: Uint8Array, { privateKey, certificate }: SealingKey): Buffer {
  const signed = [
    sequence(CONTENT_TYPE, set(DATA)),
    sequence(MESSAGE_DIGEST, set(octets(sha256(content)))),
    sequence(SIGNING_CERTIFICATE_V2, set(sequence(sequence(sequence(octets(sha256(certificate))))))),
  ].sort(Buffer.compare);
  const signature = octets(sign('sha256', set(...signed), privateKey));
  const signer = sequence(integer(1), sequence(NAME, SERIAL), SHA256, tagged(...signed), ECDSA_SHA256, signature);
  return sequence(SIGNED_DATA, tagged(sequence(integer(1), set(SHA256), sequence(DATA), tagged(certificate), set(signer))));
}
