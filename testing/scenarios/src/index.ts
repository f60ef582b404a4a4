/** The demo town's year and the repeatable randomness behind it: for tests, the demo and load. */
export { type SeededRandom, seededRandom } from './seeded-random.ts';
