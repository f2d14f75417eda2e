/** What one caller waits for who asks now and then, at each of two nodes in turn: what it is asked costs nobody anything. */
import { setTimeout as delay } from 'node:timers/promises';
import { RawCaller } from '../cold-start/raw-caller.js';

const everyMs = 5;

export interface Pace {
  readonly localMs: readonly number[];
  readonly forwardedMs: readonly number[];
}

/** `count` pairs of requests. Throws where one that should be forwarded is not, or the other is. */
export async function paced(
  local: string,
  forwarding: string,
  functionName: string,
  count: number,
): Promise<Pace> {
  const callers = [await RawCaller.open(local), await RawCaller.open(forwarding)];
  const tookMs: number[][] = [[], []];
  try {
    for (let request = 0; request < 2 * count; request++) {
      // A B, B A, ...: who comes second finds everybody awake as often as the other
      const who = Math.ceil(request / 2) % 2;
      const answer = await callers[who]?.call(functionName);
      if (answer?.hops !== who) throw new Error(`forwarded ${answer?.hops} times, not ${who}`);
      tookMs[who]?.push(answer.tookMs);
      await delay(everyMs);
    }
  } finally {
    for (const caller of callers) caller.close();
  }
  const [localMs = [], forwardedMs = []] = tookMs;
  return { localMs, forwardedMs };
}
