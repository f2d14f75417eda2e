/** Commands of events as tests write them. */
import type { Batch, EventCommand } from '../../../src/events/async/command.js';
import { EventsCore } from '../../../src/events/async/core.js';
import type { AsyncEvent, EventCondition, EventOutcome } from '../../../src/events/index.js';
import { type NodeId, nodeId, type RequestId, requestId } from '../../../src/types/index.js';

export const nodes: readonly NodeId[] = ['a', 'b', 'c'].map((digit) => nodeId(digit.repeat(32)));
export const [nodeA, nodeB, nodeC] = nodes as [NodeId, NodeId, NodeId];

/** The n-th of the ids that tests use. */
export const idOf = (n: number): RequestId =>
  requestId(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);

export function submit(
  n: number,
  more: Partial<Extract<EventCommand, { kind: 'submit' }>> = {},
): EventCommand {
  return {
    kind: 'submit',
    id: idOf(n),
    functionName: 'f',
    qualifier: '$LATEST',
    invokedAs: '',
    payload: Buffer.from(`{"n":${n}}`),
    traceId: '',
    idempotencyKey: '',
    ...more,
  };
}

export function outcome(condition: EventCondition, answer = '"answer"'): EventOutcome {
  return {
    condition,
    statusCode: 200,
    functionError: condition === 'Success' ? '' : 'Unhandled',
    executedVersion: '$LATEST',
    answer: Buffer.from(answer),
    answerBytes: answer.length,
  };
}

export function ended(
  n: number,
  condition: EventCondition,
  targets: readonly string[] = [],
  more: { round?: number; attempts?: number } = {},
): EventCommand {
  const kind = condition === 'Success' ? 'on-success' : 'on-failure';
  return {
    kind: 'ended',
    id: idOf(n),
    round: 0,
    attempts: 1,
    outcome: outcome(condition),
    deliveries: targets.map((target) => ({ kind, target })),
    ...more,
  };
}

export function attempted(n: number, attempts = 1, delayMs = 60_000): EventCommand {
  const failed = outcome('RetriesExhausted');
  return { kind: 'attempted', id: idOf(n), round: 0, attempts, delayMs, outcome: failed };
}

export const delivered = (n: number, at: number, error = '', round = 0): EventCommand => ({
  kind: 'delivered',
  id: idOf(n),
  round,
  at,
  error,
});

/** A core and the one who proposes to it, at times that tests choose. */
export class Proposals {
  core = new EventsCore();
  wallMs = 1_000_000;
  #batches = 0;

  batch(commands: readonly EventCommand[], node = nodeA): Batch {
    return { id: `batch-${++this.#batches}`, node, wallMs: this.wallMs, commands };
  }

  apply(...commands: EventCommand[]) {
    return this.core.apply(this.batch(commands)).results;
  }

  by(node: NodeId, ...commands: EventCommand[]) {
    return this.core.apply(this.batch(commands, node)).results;
  }

  event(n: number): AsyncEvent {
    const event = this.core.get(idOf(n));
    if (event === undefined) throw new Error(`event ${n} is not known`);
    return event;
  }
}
