/** How long a message takes between two servers. */
import type { Random } from '../../../src/lib/index.js';

export type LatencyModel = (random: Random) => number;

export const latencyShapes = ['constant', 'uniform', 'exponential'] as const;
export type LatencyShape = (typeof latencyShapes)[number];

/** `uniform` lies between nothing and twice the mean. */
export function latencyModel(shape: LatencyShape, meanMs: number): LatencyModel {
  switch (shape) {
    case 'constant':
      return () => meanMs;
    case 'uniform':
      return (random) => random.next() * 2 * meanMs;
    case 'exponential':
      return (random) => -Math.log(1 - random.next()) * meanMs;
  }
}
