/** Many steps, a few of them at a time, each with a deadline. */

/** Longer than a node may take to start. */
const stepWithinMs = 120_000;

export async function inLanes(
  lanes: number,
  count: number,
  step: (index: number, lane: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const run = async (lane: number): Promise<void> => {
    while (next < count) await inTime(step(next++, lane));
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
}

async function inTime(step: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('a step of the churn did not end')), stepWithinMs);
  });
  try {
    await Promise.race([step, late]);
  } finally {
    clearTimeout(timer);
  }
}
