/** The records' collections: the shape of each and how it takes the standing actions. A handler left out is not possible. */
import type { CollectionDefinition } from '@tabularium/kernel';
import { certificateStanding, documentStanding, recordStanding, requestStanding, transferStanding } from './standing.ts';
import {
  CertificateRecord,
  type Collection,
  CounterRecord,
  DocumentRecord,
  RecordRecord,
  RequestRecord,
  TransferRecord,
  VersionRecord,
} from './state.ts';

export const collections: Readonly<Record<Collection, CollectionDefinition>> = {
  record: { schema: RecordRecord, v: 1, unordered: true, ...recordStanding },
  /** A version is what was signed; it changes by decisions on its record alone. */
  version: { schema: VersionRecord, v: 1, unordered: true },
  certificate: { schema: CertificateRecord, v: 1, unordered: true, ...certificateStanding },
  counter: { schema: CounterRecord, v: 1 },
  document: { schema: DocumentRecord, v: 1, unordered: true, ...documentStanding },
  transfer: { schema: TransferRecord, v: 1, unordered: true, ...transferStanding },
  request: { schema: RequestRecord, v: 1, unordered: true, ...requestStanding },
};
