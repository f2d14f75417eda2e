/**
 * One after another. A write to a cgroup waits in the kernel, for seconds where all CPUs are busy, and
 * all such writes wait for each other there anyway. Meanwhile each of them holds one of the few threads on
 * which all threads of this process do their file work, the durable log's among it. So the agent
 * lets one of them wait at a time, and the other requests to its cgroups in this queue.
 *
 * No longer than a few entries for each sandbox of the node, whose number is bounded.
 */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs it when all that came before has settled. */
  run<Result>(operation: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(operation);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
