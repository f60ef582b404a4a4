/** A certificate of a record about invented people, drawn from the vectors: no running node has one for whoever asks. */
import { readFileSync } from 'node:fs';
import { CertificateMaker, type CertificateParts } from '@tabularium/certificates';
import { parsePresentation } from '@tabularium/protocol';

export interface RecordPaper {
  readonly pdf: Uint8Array;
  /** What its code and its attachment must hold. */
  readonly presentation: string;
}

export async function recordPaper(language: 'en' | 'es'): Promise<RecordPaper> {
  const file = new URL('../../testing/vectors/data/presentation-valid.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly vectors: readonly {
      readonly name: string;
      readonly presentation: string;
      readonly policy: string;
      readonly expected: { readonly tx: string };
    }[];
  };
  const whole = vectors.find(({ name }) => name.startsWith('everything'));
  const parts = parsePresentation(whole?.presentation ?? '');
  if (whole === undefined || parts === undefined) throw new Error('the vectors hold no holder’s file');
  const labels = ['Name', 'Year of birth', 'Day of birth', 'Place of birth', 'Key', 'Mother', 'Father'];
  const fields = parts.disclosures.map((disclosure, at) => ({ label: labels[at] ?? '', disclosure }));
  const maker = new CertificateMaker();
  try {
    const made = await maker.make({
      ...PARTS,
      story: { ...PARTS.story, name: whole.expected.tx },
      language,
      receipt: parts.receipt,
      policy: whole.policy,
      record: { title: 'Birth', fields },
    });
    if (made?.ok !== true) throw new Error('no certificate of a record was drawn');
    return { pdf: made.pdf, presentation: whole.presentation };
  } finally {
    await maker.close();
  }
}

const PARTS: Omit<CertificateParts, 'receipt' | 'policy' | 'language'> = {
  story: {
    ...{ index: 1, name: '', height: 1, time: Date.UTC(2026, 10, 18, 11, 6), kind: 'act' },
    ...{ action: 'civil.birth.register', title: 'Register a birth', headline: 'A birth was registered.', right: 'Register births' },
    signers: [{ role: 'registrar', office: 'registry', agency: 'vellmere' }],
    ...{ events: [], more: 0, keys: [], transfers: [], officers: [], kid: '', signed: {} },
  },
  ...{ codes: {}, office: 'Vellmere', zone: 'Europe/Brussels', base: 'https://vellmere.example' },
};
