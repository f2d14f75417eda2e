/** Gives other work of this thread its turn in the middle of something long. */

/** Resolves once everything that waits for this thread now has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
