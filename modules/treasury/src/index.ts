/** The treasury's doors: the module, and what a reader of files needs to write imports. */
export type { ImportBody, ImportFlag, ImportItem, ImportKind, ReaderFlag } from './import.ts';
export { IMPORT_FLAGS, IMPORT_KINDS, MAX_IMPORT_AMOUNTS, MAX_IMPORT_ITEMS, READER_FLAGS } from './import.ts';
export { treasury } from './module.ts';
