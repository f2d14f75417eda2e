/** An event that has ended, for the tests of what is told of it. */
import type { AsyncEvent, EventOutcome } from '../../../src/events/index.js';
import { nodeId, requestId } from '../../../src/types/index.js';

export const id = requestId('6f9c4b0e-58a4-4f6d-9c52-0f0a6d3c0b11');

export function outcome(more: Partial<EventOutcome> = {}): EventOutcome {
  const answer = more.answer ?? Buffer.from('{"done":true}');
  return {
    condition: 'Success',
    statusCode: 200,
    functionError: '',
    executedVersion: '$LATEST',
    answer,
    answerBytes: answer.length,
    ...more,
  };
}

export function endedEvent(more: Partial<AsyncEvent> = {}): AsyncEvent {
  const payload = more.payload ?? Buffer.from('{"n": 1.0}');
  return {
    id,
    sequence: 1,
    functionName: 'work',
    qualifier: '$LATEST',
    invokedAs: '',
    payload,
    payloadBytes: payload.length,
    traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793',
    idempotencyKey: '',
    caller: 'event',
    status: 'delivering',
    owner: nodeId('a'.repeat(32)),
    round: 0,
    attempts: 1,
    acceptedAtMs: Date.UTC(2026, 0, 1),
    retryAtMs: 0,
    endedAtMs: Date.UTC(2026, 0, 1, 0, 0, 1),
    outcome: outcome(),
    deliveries: [],
    ...more,
  };
}
