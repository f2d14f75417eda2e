/**
 * The request id of a workflow's task. It follows from where the task stands, so that whoever reads a history knows
 * under which id the function printed: histories of AWS, and so those of Hearth, do not tell it.
 */
import { hash } from 'node:crypto';
import { type RequestId, requestId } from './ids.js';

/** A UUID of version 8 (RFC 9562). `eventId`: of the event that scheduled the try; a name may run again later. */
export function taskRequestId(
  executionArn: string,
  executionStartedAtMs: number,
  eventId: number,
): RequestId {
  const hex = hash('sha256', `${executionArn} ${executionStartedAtMs} ${eventId}`, 'hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return requestId(parts.join('-'));
}
