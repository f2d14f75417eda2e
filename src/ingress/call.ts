/** What belongs to a request beside its action, as handlers get it. */
import type { Cancelled, RequestId } from '../types/index.js';
import type { Caller } from './auth/caller.js';
import type { Call } from './operation.js';

/** Its signal is made when it is first asked for: what finds a warm sandbox never does. */
export class RequestCall implements Call {
  readonly #request: Pick<Call, 'signal'>;

  constructor(
    readonly requestId: RequestId,
    readonly caller: Caller,
    request: Pick<Call, 'signal'>,
  ) {
    this.#request = request;
  }

  get signal(): Cancelled | undefined {
    return this.#request.signal;
  }
}
