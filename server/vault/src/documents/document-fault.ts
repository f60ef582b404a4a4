/** Why a document was not taken or not given, by code: the API answers with the same codes. */

/** A closed list. */
export const DOCUMENT_CODES = {
  'upload-unknown': 'There is no such upload, or its time is over.',
  'upload-offset-differs': 'This is not where the upload goes on.',
  'upload-unfinished': 'Not all of the document is here yet.',
  'upload-interrupted': 'Somebody else goes on with this upload.',
  'uploads-too-many': 'Too many documents are unfinished. Finish or cancel one of them.',
  'case-erased': 'What was known of this case has been erased, and nothing is held under its handle any more.',
  'document-too-large': 'The document is larger than this office takes.',
  'document-longer': 'More came than was announced.',
  'document-digest-differs': 'What arrived is not what was sent: its digest differs. Nothing of it was kept.',
  'document-known': 'This very document is here already.',
  'document-infected': 'The virus scan found something in the document. Nothing of it was kept.',
  'document-not-judged': 'The virus scan did not come to an end. Nothing of the document was kept.',
  'documents-full': 'There is no room for the document. The operator has to make some.',
} as const;
export type DocumentCode = keyof typeof DOCUMENT_CODES;

export class DocumentFault extends Error {
  override readonly name = 'DocumentFault';
  readonly code: DocumentCode;

  constructor(code: DocumentCode) {
    super(DOCUMENT_CODES[code]);
    this.code = code;
  }
}

/** The disk has no room, or no more of it for this account. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
