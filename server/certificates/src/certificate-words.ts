/** What a certificate itself says in each language. Its claims are those of DESIGN §4, "What a proof says", and no stronger. */
import { minorDigits } from '@tabularium/protocol';

export interface CertificateWords {
  readonly kind: string;
  /** Of a record about a person. */
  readonly recordKind: string;
  readonly recordOf: (office: string) => string;
  readonly when: string;
  readonly who: string;
  readonly signer: (role: string, office: string, agency: string) => string;
  readonly right: string;
  readonly place: string;
  readonly line: (index: string, origin: string, height: string) => string;
  readonly more: (count: number) => string;
  readonly proves: string;
  readonly submitted: (origin: string, index: string, size: string) => string;
  readonly seen: (name: string, time: string) => string;
  readonly others: (count: number) => string;
  readonly notProven: string;
  readonly told: string;
  readonly check: string;
  readonly holder: string;
  readonly moreFields: (count: number) => string;
  readonly byBrowser: string;
  readonly byCommand: string;
  readonly policy: (digest: string) => string;
  readonly bySoftware: string;
  readonly compare: string;
  readonly whole: string;
  readonly wholeRecord: string;
  readonly withoutFields: string;
  readonly tooLong: string;
  readonly codeIs: string;
  readonly name: string;
  readonly key: string;
  readonly receiptIs: string;
  readonly presentationIs: string;
  readonly policyIs: string;
  readonly withdrawn: (why: string, time: string) => string;
  /** Of a ledger for training. */
  readonly training: string;
  readonly yes: string;
  readonly no: string;
}

const ENGLISH: CertificateWords = {
  kind: 'Certificate of an entry',
  recordKind: 'Certificate of a record',
  recordOf: (office) => `${office}, public record`,
  when: 'Recorded',
  who: 'By',
  signer: (role, office, agency) => `${role}, ${office} (${agency})`,
  right: 'Right used',
  place: 'Place',
  line: (index, origin, height) => `Line ${index} of the record ${origin}, closed by stamp ${height}`,
  more: (count) =>
    count === 1 ? 'and 1 more, which the address of the entry shows' : `and ${count} more, which the address of the entry shows`,
  proves: 'What this proves',
  submitted: (origin, index, size) =>
    `The key named below submitted exactly what the proof holds. The key of ${origin} signed that it was accepted, as line ${index} of ${size}.`,
  seen: (name, time) => `${name} had seen it by ${time}.`,
  others: (count) => (count === 1 ? 'One other had seen it too.' : `${count} others had seen it too.`),
  notProven: 'It does not prove that what was stated is true, or that the act was lawful.',
  told: 'Day, office and right are told from the record: a proof of the record that was changed shows them, and whose the key was.',
  check: 'How to check it without this office',
  holder:
    'If it is about you: on the page “Show part of a record” you choose what somebody may see of it. Whoever gets this whole file sees all of it.',
  moreFields: (count) => (count === 1 ? 'and 1 more field, which this file holds' : `and ${count} more fields, which this file holds`),
  byBrowser:
    'Scan the code, or drop this file on the page “Check a proof” of any office that uses Tabularium. The browser checks it by itself; nothing is sent.',
  byCommand: 'Or on a computer with Node.js, with a policy from somebody else than this office (its gazette, its court of audit):',
  policy: (digest) => `Proof and policy are attached to this file. The policy says whose signatures count; its SHA-256 is ${digest}.`,
  bySoftware: 'Software that is not ours can check it: the proof is a C2SP tlog-proof, the policy a C2SP tlog-policy.',
  compare: 'Compare what the check shows with what stands here: a paper can be changed, the proof cannot.',
  whole: 'This code holds the whole proof.',
  wholeRecord: 'This code holds the whole proof with every field: whoever scans it sees what stands here.',
  withoutFields: 'This code holds the proof without the fields, which the file holds.',
  tooLong: 'The proof is too long for a code. This one holds the address of the entry and its name, which is a digest of what was signed.',
  codeIs: 'Code to scan',
  name: 'Name of the act',
  key: 'Key that signed',
  receiptIs: 'The proof (receipt) of this entry',
  presentationIs: 'The proof with every field: the holder’s file',
  policyIs: 'Whose signatures count (policy), as this office says',
  withdrawn: (why, time) => `Text withdrawn on ${time} (${why})`,
  training: 'TEST: this certificate is for training. It has no effect: the record it comes from is for practice, with invented people.',
  yes: 'Yes',
  no: 'No',
};

const SPANISH: CertificateWords = {
  kind: 'Certificado de un asiento',
  recordKind: 'Certificado de un registro',
  recordOf: (office) => `${office}, registro público`,
  when: 'Registrado',
  who: 'Por',
  signer: (role, office, agency) => `${role}, ${office} (${agency})`,
  right: 'Derecho usado',
  place: 'Lugar',
  line: (index, origin, height) => `Línea ${index} del registro ${origin}, cerrada por el sello ${height}`,
  more: (count) => (count === 1 ? 'y 1 más, que muestra la dirección del asiento' : `y ${count} más, que muestra la dirección del asiento`),
  proves: 'Qué prueba',
  submitted: (origin, index, size) =>
    `La clave indicada abajo presentó exactamente lo que contiene la prueba. La clave de ${origin} firmó que se aceptó, como línea ${index} de ${size}.`,
  seen: (name, time) => `${name} lo había visto a más tardar el ${time}.`,
  others: (count) => (count === 1 ? 'Otro más lo había visto.' : `Otros ${count} lo habían visto.`),
  notProven: 'No prueba que lo declarado sea cierto ni que el acto fuera lícito.',
  told: 'El día, la oficina y el derecho se toman del registro: los muestra una prueba del asiento modificado, que dice también de quién era la clave.',
  check: 'Cómo comprobarlo sin esta oficina',
  holder:
    'Si trata de usted: en la página «Mostrar parte de un registro» elige qué puede ver alguien. Quien recibe este archivo entero lo ve todo.',
  moreFields: (count) => (count === 1 ? 'y 1 campo más, que contiene este archivo' : `y ${count} campos más, que contiene este archivo`),
  byBrowser:
    'Escanee el código o suelte este archivo en la página «Comprobar una prueba» de cualquier oficina que use Tabularium. El navegador lo comprueba solo; no se envía nada.',
  byCommand:
    'O en un ordenador con Node.js, con una lista de confianza de alguien que no sea esta oficina (su boletín, su tribunal de cuentas):',
  policy: (digest) =>
    `La prueba y la lista de confianza van adjuntas a este archivo. La lista dice qué firmas cuentan; su SHA-256 es ${digest}.`,
  bySoftware: 'También lo comprueban programas ajenos: la prueba es un tlog-proof de C2SP; la lista de confianza, un tlog-policy de C2SP.',
  compare: 'Compare lo que muestra la comprobación con lo que pone aquí: un papel se puede cambiar, la prueba no.',
  whole: 'Este código contiene la prueba entera.',
  wholeRecord: 'Este código contiene la prueba entera con todos los campos: quien lo escanea ve lo que pone aquí.',
  withoutFields: 'Este código contiene la prueba sin los campos, que están en el archivo.',
  tooLong:
    'La prueba es demasiado larga para un código. Este contiene la dirección del asiento y su nombre, que es un resumen de lo firmado.',
  codeIs: 'Código para escanear',
  name: 'Nombre del acto',
  key: 'Clave que firmó',
  receiptIs: 'La prueba (recibo) de este asiento',
  presentationIs: 'La prueba con todos los campos: el archivo del titular',
  policyIs: 'Qué firmas cuentan (lista de confianza), según esta oficina',
  withdrawn: (why, time) => `Texto retirado el ${time} (${why})`,
  training:
    'TEST: este certificado es para prácticas. No tiene efecto: el registro del que procede es para ensayar, con personas inventadas.',
  yes: 'Sí',
  no: 'No',
};

const ALL = { en: ENGLISH, es: SPANISH } as const;

export type Language = keyof typeof ALL;

/** A language's words, and its way to write numbers, money, days and moments (in the office's zone). */
export class Wording {
  readonly language: Language;
  readonly words: CertificateWords;
  readonly #locale: string;
  readonly #zone: string;

  constructor(language: Language, zone: string) {
    this.language = language;
    this.words = ALL[language];
    this.#locale = language === 'en' ? 'en-GB' : 'es-ES';
    this.#zone = zone;
  }

  number(value: number): string {
    return new Intl.NumberFormat(this.#locale, { useGrouping: 'always' }).format(value);
  }

  /** `minor`: integer text of minor units, exact at any size; codes of no known currency keep them as they are. */
  money(minor: string, currency: string): string {
    const digits = minorDigits(currency);
    if (digits === undefined || !/^-?\d+$/.test(minor)) return `${minor} ${currency}`.trim();
    const sign = minor.startsWith('-') ? '-' : '';
    const padded = minor.replace('-', '').padStart(digits + 1, '0');
    const exact = digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
    const format = new Intl.NumberFormat(this.#locale, { minimumFractionDigits: digits, useGrouping: 'always' });
    return `${format.format(`${sign}${exact}` as unknown as number)} ${currency}`;
  }

  /** `day`: `2026-03-01`. */
  day(day: string): string {
    const time = Date.parse(day);
    return Number.isNaN(time) ? day : new Intl.DateTimeFormat(this.#locale, { dateStyle: 'long', timeZone: 'UTC' }).format(time);
  }

  /** `time`: ms UTC. */
  moment(time: number): string {
    return new Intl.DateTimeFormat(this.#locale, { dateStyle: 'long', timeStyle: 'short', timeZone: this.#zone }).format(time);
  }
}
