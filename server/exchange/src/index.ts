/** The exchange's door: what the nodes of one ledger say to each other. */
export { COMET_METHODS, type CometCall, type CometMethod } from './comet-call.ts';
export type { Agreed, BookCharter, BookNode, CosignatureBook, CosignatureBookOptions, Received } from './cosignature-book.ts';
export type { Evidence } from './evidence.ts';
export type { ChangedKey, ExchangeDoor } from './exchange-door.ts';
