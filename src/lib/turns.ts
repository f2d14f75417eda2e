/** Gives other work of this thread its turn in the middle of something long. */

/** Resolves once everything that waits for this thread now has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The parts, each made when it is asked for and not before others have had their turn. */
export async function* inTurns<Part>(
  parts: Iterable<Part>,
  turn: () => Promise<void>,
): AsyncIterable<Part> {
  for (const part of parts) {
    yield part;
    await turn();
  }
}
