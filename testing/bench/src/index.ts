/** Pieces of the bench for other trials: a ledger to write to, a load generator, a measured node. */
export { type BenchLedger, foundBenchLedger } from './bench-ledger.ts';
export { Client, type LoadResult, load, quantile, request } from './http-load.ts';
export { bytesOf, MeasuredNode } from './measured-node.ts';
export { fsyncMicroseconds, verifyRate } from './ruler.ts';
