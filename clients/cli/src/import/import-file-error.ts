/** A file or a map that cannot be read at all, as against a row that is refused: a closed list of codes, each with its remedy. */

export type ImportFileCode =
  | 'file-missing'
  | 'file-encoding'
  | 'file-gzip'
  | 'file-empty'
  | 'file-quotes'
  | 'row-too-long'
  | 'map-missing'
  | 'map-syntax'
  | 'map-member'
  | 'map-column';

/** `message` says what is wrong and where, `remedy` what to do next. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError';
  readonly code: ImportFileCode;
  readonly remedy: string;

  constructor(code: ImportFileCode, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
