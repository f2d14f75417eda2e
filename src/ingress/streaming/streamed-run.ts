/** An invocation whose answer may come in pieces: run until it is clear which kind of answer it is. */
import type { Ran } from '../../rollout/index.js';
import type { RoutedOutcome } from '../../routing/index.js';
import type { NodeId, StreamHead } from '../../types/index.js';
import type { Run, Runner } from '../invoke/runner.js';
import type { Way } from '../invoke/way-headers.js';
import type { Call } from '../operation.js';
import { AnswerQueue } from './answer-queue.js';

export type StreamedRun = { readonly kind: 'whole'; readonly outcome: RoutedOutcome } | Streams;

export interface Streams {
  readonly kind: 'streams';
  readonly head: StreamHead;
  readonly way: Way & Ran;
  readonly queue: AnswerQueue;
  /** How it ended, once it has; rejects with HearthError where the answer is lost on its way. */
  readonly outcome: Promise<RoutedOutcome>;
}

/** Throws HearthError where nothing came of it. `self` is this node. */
export async function runStreamed(
  runner: Runner,
  run: Run,
  call: Call,
  self: () => NodeId,
): Promise<StreamedRun> {
  const queue = new AnswerQueue(call.signal);
  const outcome = runner.run(run, call, queue).finally(() => queue.end());
  await Promise.race([queue.begun, outcome]);
  const { head } = queue;
  if (head === null) return { kind: 'whole', outcome: await outcome };
  // whoever reads the answer to its end hears of it
  outcome.catch(() => undefined);
  const { start, node } = head;
  const hops = node === undefined ? 0 : 1;
  const way = { start, node: node ?? self(), hops, functionError: false };
  return { kind: 'streams', head, way, queue, outcome };
}
