/** Many steps, a few of them at a time. */

export async function inLanes(
  lanes: number,
  count: number,
  step: (index: number, lane: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const run = async (lane: number): Promise<void> => {
    while (next < count) await step(next++, lane);
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
}
