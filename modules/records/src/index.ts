/** The door of the records: the module, for the catalogue. */
export { records } from './module.ts';
