/** Offsets must follow time: a send that was called after another one returned stands behind it. */

export interface Send {
  readonly calledAt: number;
  readonly returnedAt: number;
  readonly offset: number;
}

/** All of one key. Walks the calls in order of time, with the highest offset that had returned by then. */
export function sendOrderFaults(sends: readonly Send[]): string[] {
  const called = [...sends].sort((a, b) => a.calledAt - b.calledAt);
  const returned = [...sends].sort((a, b) => a.returnedAt - b.returnedAt);
  const faults: string[] = [];
  let seen = 0;
  let highest = -1;
  for (const { calledAt, offset } of called) {
    for (let next = returned[seen]; next !== undefined; next = returned[seen]) {
      if (next.returnedAt >= calledAt) break;
      highest = Math.max(highest, next.offset);
      seen++;
    }
    if (offset < highest) faults.push(`offset ${offset} was given after ${highest} had returned`);
  }
  return faults;
}
