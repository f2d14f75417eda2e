/** How often each fault strikes: drawn per seed, so that some runs know only one of them. */
import type { Random } from '../../../src/lib/index.js';

export const noFaults = {
  loss: 0,
  doubling: 0,
  longDelay: 0,
  crash: 0,
  wipe: 0,
  cut: 0,
  pause: 0,
  slowDisk: 0,
  diskFull: 0,
  falseNews: 0,
  voterChange: 0,
  handOver: 0,
};

export type Faults = Readonly<Record<keyof typeof noFaults, number>>;

export function faultsOf(random: Random): Faults {
  const some = (most: number): number => (random.next() < 0.5 ? 0 : random.next() * most);
  return {
    loss: some(0.2),
    doubling: some(0.2),
    longDelay: some(0.2),
    crash: some(0.15),
    wipe: some(1),
    cut: some(0.15),
    pause: some(0.1),
    slowDisk: some(0.1),
    diskFull: some(0.05),
    falseNews: some(0.05),
    voterChange: some(0.5),
    handOver: some(0.5),
  };
}
