/**
 * Randomness that can be repeated: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021)
 * over 32-bit integers, its state filled from the seed by splitmix32. Not for keys. A failing run prints its seed and can be
 * run again, step for step, on any machine.
 */

export interface SeededRandom {
  /** Uniform in 0 … 2^32−1. */
  uint32(): number;
  /** Uniform in 0 … n−1, for 1 ≤ n ≤ 2^32. */
  below(n: number): number;
  /** Uniform in min … max, both included. */
  between(min: number, max: number): number;
  /** True `n` times in `of`. */
  chance(n: number, of: number): boolean;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** A new list in another order (Fisher–Yates). */
  shuffle<T>(list: readonly T[]): T[];
  bytes(length: number): Uint8Array;
  /** An independent stream; the parent moves on by one draw. */
  fork(): SeededRandom;
}

const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** `seed` is any safe integer; equal seeds give equal streams. */
export function seededRandom(seed: number): SeededRandom {
  let mix = (seed ^ Math.floor(seed / 0x1_0000_0000)) >>> 0;
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let d = splitmix();

  const uint32 = (): number => {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
    return result;
  };
  const below = (n: number): number => {
    if (!Number.isInteger(n) || n < 1 || n > 0x1_0000_0000) throw new RangeError(`below(${n})`);
    // Draws above the last whole multiple of n would favour small numbers; they are drawn again.
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n);
    for (;;) {
      const drawn = uint32();
      if (drawn < limit) return drawn % n;
    }
  };
  const self: SeededRandom = {
    uint32,
    below,
    between: (min, max) => min + below(max - min + 1),
    chance: (n, of) => below(of) < n,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('pick from an empty list');
      return list[below(list.length)]!;
    },
    shuffle: (list) => {
      const shuffled = [...list];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
      }
      return shuffled;
    },
    bytes: (length) => {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i++) bytes[i] = uint32() & 0xff;
      return bytes;
    },
    fork: () => seededRandom(uint32()),
  };
  return self;
}
