/**
 * Randomness, in one place. Cores are handed a seeded generator so that a run replays; ids that must be
 * unguessable or unique across machines come from the operating system.
 */
import { randomBytes, randomUUID } from 'node:crypto';

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, below). */
  below(below: number): number;
  /** A new array with the same items in random order (Fisher-Yates). */
  shuffled<Item>(items: readonly Item[]): Item[];
}

/** A small fast generator (sfc32) from one 32-bit seed; the same seed gives the same sequence. */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88 + seed;
  let c = 0xb7e15162;
  let counter = 1;
  const nextInt = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let warmup = 0; warmup < 12; warmup++) nextInt();
  const next = (): number => nextInt() / 2 ** 32;
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    shuffled(items) {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = below(last + 1);
        const held = copy[last] as (typeof copy)[number];
        copy[last] = copy[other] as (typeof copy)[number];
        copy[other] = held;
      }
      return copy;
    },
  };
}

/** A generator seeded by the operating system: what a real node uses. */
export function systemRandom(): Random {
  return seededRandom(randomBytes(4).readUInt32LE());
}

/** 32 lower-case hex digits from the operating system. */
export function randomHex32(): string {
  return randomBytes(16).toString('hex');
}

/** Unguessable bytes from the operating system: keys and nonces. */
export function secureBytes(count: number): Buffer {
  return randomBytes(count);
}

/** A random (version 4) UUID from the operating system. */
export function randomUuid(): string {
  return randomUUID();
}
