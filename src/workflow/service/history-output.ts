/** Events of a history as GetExecutionHistory tells them. */
import { type HistoryEvent, historyEventDetails } from '../history.js';
import type { JsonObject } from '../json.js';
import type { Output } from './deps.js';

/** What is the user's own in the details of events. */
const data = [
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
];

export function eventOutput(event: HistoryEvent, withData: boolean): Output {
  const { id, previousEventId, timestampMs, type, details } = event;
  const told = { timestamp: timestampMs / 1000, type, id, previousEventId };
  const member = historyEventDetails[type];
  if (member === null || details === undefined) return told;
  return { ...told, [member]: withData ? details : withoutData(details) };
}

function withoutData(details: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(details).filter(([name]) => !data.includes(name)));
}
