/** The demo town for other tests and trials: found it, write its year, run it with its witness. */
export { writeFirstYear } from './first-year.ts';
export { type DemoPlace, demoPlace, foundDemo, isFounded } from './found-demo.ts';
export { type RunningDemo, runDemo, startCourtOfAudit } from './run-demo.ts';
export { openSmallTown, type SmallTown, type SmallTownOptions } from './small-town.ts';
export { signAs } from './steady-writer.ts';
export { openTlsFront, type TlsFront } from './tls-front.ts';
export { type WrittenYear, writeYear } from './write-year.ts';
