/** Several things at once, of which none is still under way when one has failed: who clears up can begin. */

/** As Promise.all, but waits for all in any case; rejects with the first failure in the order given. */
export async function together<Results extends readonly unknown[]>(
  promises: {
    readonly [Index in keyof Results]: Promise<Results[Index]>;
  },
): Promise<Results> {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.map(
    (result) => (result as PromiseFulfilledResult<unknown>).value,
  ) as unknown as Results;
}
