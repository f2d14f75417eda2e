/**
 * What a node says about how busy it is. The figures change with every request, and telling each change would be
 * traffic for nothing: they are told in coarse steps, and compared in the same.
 */

export interface NodeLoad {
  /** Share of the node's event loop in use, 0 to 1. */
  readonly load: number;
  /** Requests that wait for a sandbox there: as others hear it, at least so many (`coarseWaiting`). */
  readonly waiting: number;
  /**
   * Memory that new sandboxes could have there; as others hear it rounded down (`coarseMemoryMb`). 0 also where
   * the node does not say.
   */
  readonly freeMemoryMb: number;
}

const waitingSteps = [64, 16, 4, 1, 0] as const;
const memoryMbMin = 128;
const memoryMbMax = 2 ** 30;

/** Down to 0, 1, 4, 16 or 64. */
export function coarseWaiting(waiting: number): number {
  return waitingSteps.find((step) => step <= waiting) ?? 0;
}

/** Down to 128, 192, 256, 384, 512, 768 and so on: two steps to a doubling; 0 below the first. */
export function coarseMemoryMb(memoryMb: number): number {
  if (!(memoryMb >= memoryMbMin)) return 0;
  const power = 2 ** Math.floor(Math.log2(Math.min(memoryMb, memoryMbMax)));
  return memoryMb >= 1.5 * power ? 1.5 * power : power;
}
