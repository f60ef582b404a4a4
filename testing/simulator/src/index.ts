/** The seeded simulator: one seed, one office, one failing disk. `main.ts` is its command, `mutants.ts` its own test. */
export { type Check, Fault } from './observer.ts';
export { SimulatedOffice } from './simulated-office.ts';
export { simulate, type Tally } from './simulation.ts';
