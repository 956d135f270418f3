/** Of what the choices of a generated world are made. */
import fc from 'fast-check';

export const HOUR = 3_600_000;

/** Distances in milliseconds between two things that may touch. */
export const GAPS = [
  0, 0, 0, 1, -60_000, -300_000, 500, 999, 1000, -1000, -1, 59_000, 60_000, 61_000, 120_000, 299_000, 300_000, 300_999, 301_000, 600_000,
];

/** One of these, each as likely as it is often there. */
export const some = <T>(...values: T[]) => fc.constantFrom(...values);
/** True in `n` of ten. */
export const inTen = (n: number) => fc.integer({ min: 0, max: 9 }).map((value) => value < n);
/** A place in a list, modulo its length. */
export const index = fc.nat({ max: 59 });
/** Rarely anything at all: each keeps days open. */
export const seldom = <T>(items: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: fc.array(items, { minLength: 1, maxLength: 2 }) });

/** What an arbitrary makes. */
export type Made<A> = A extends fc.Arbitrary<infer T> ? T : never;
