/** Pieces of the bench for other trials: a ledger to write to, a load generator, a measured node. */
export { type BenchLedger, foundBenchLedger, openYear } from './bench-ledger.ts';
export { batchRequests, Client, type LoadResult, load, quantile, request, writeRequest } from './http-load.ts';
export { type KvstoreFigures, type KvstoreLoad, kvstoreFigures } from './kvstore-network.ts';
export { bytesOf, MeasuredNode } from './measured-node.ts';
export { fsyncMicroseconds, verifyRate } from './ruler.ts';
