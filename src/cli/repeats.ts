/**
 * Whether one request may be given to a further node after one that had it has failed. GET and HEAD may, once.
 * So may what its caller has marked by the header `Idempotency-Key` (any value) as harmless to run twice: then
 * also where a node is late or says that it is not well; its body is kept for that, up to a limit.
 * PUT and DELETE may not, though HTTP calls them idempotent: the second of two with the same RevisionId is
 * refused, and whoever deletes twice is told that there is nothing.
 */
import type { IncomingMessage } from 'node:http';
import { limits } from '../types/index.js';
import { hasBody } from './forward-headers.js';
import { KeptBody, type RequestBody } from './request-body.js';

const markedRepeatsMax = 2;
const unwellStatuses: readonly number[] = [502, 503, 504];

export class Repeats {
  readonly isMarked: boolean;
  readonly kept: KeptBody | null;
  #left: number;

  constructor({ method, headers }: IncomingMessage) {
    this.isMarked = (headers['idempotency-key'] ?? '') !== '';
    this.kept = this.isMarked ? new KeptBody(limits.keptBodyBytesMax) : null;
    const isSafe = (method === 'GET' || method === 'HEAD') && !hasBody(headers);
    if (this.isMarked) this.#left = markedRepeatsMax;
    else this.#left = isSafe ? 1 : 0;
  }

  /** Takes one; false where none is left, or too much of the body has flowed to be sent again. */
  take(body: RequestBody | null): boolean {
    if (this.#left === 0 || (body?.taken === true && this.kept?.pieces == null)) return false;
    this.#left -= 1;
    return true;
  }

  /** As `take`, for an answer that a node has given. */
  takeAfter(status: number, body: RequestBody | null): boolean {
    return this.isMarked && unwellStatuses.includes(status) && this.take(body);
  }
}
