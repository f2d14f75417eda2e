/**
 * What the store remembers of each log stream, that is of each sandbox: whether the requests that it runs have
 * printed yet, and how much it has printed of late, for one that prints without end must not push out the logs
 * of all others.
 */
interface StreamState {
  /** The request that has printed or ended last. */
  requestId: string;
  /** It was the end. */
  ended: boolean;
  /** Others that have printed and not ended, where several run at the same time; null while there was none. */
  others: Set<string> | null;
  windowFromMs: number;
  windowBytes: number;
}

/** More than sandboxes can live on a node; of more the oldest are forgotten. */
const streamsMax = 4096;
/** More than run in one sandbox at the same time; of more the oldest are forgotten. */
const othersMax = 1024;
const windowMs = 10_000;
const windowBytesMax = 10 * 1024 * 1024;

export class StreamStates {
  readonly #states = new Map<string, StreamState>();
  #last: StreamState | null = null;
  #lastStream = '';

  /** True where it is the first output of the request. */
  printed(stream: string, requestId: string): boolean {
    const state = this.#state(stream);
    if (state.requestId === requestId || requestId === '') return false;
    const isFirst = !this.#resume(state, requestId);
    state.ended = false;
    return isFirst;
  }

  /** The request has ended; what still comes of it is not its first. True where it had printed. */
  reported(stream: string, requestId: string): boolean {
    const state = this.#state(stream);
    const hadPrinted = state.requestId === requestId || this.#resume(state, requestId);
    state.ended = true;
    return hadPrinted;
  }

  /** How much of an output may be kept; `first`: nothing, and that has to be said once. */
  allowed(stream: string, bytes: number, timeMs: number): 'all' | 'first' | 'none' {
    const state = this.#state(stream);
    if (timeMs - state.windowFromMs >= windowMs) {
      state.windowFromMs = timeMs;
      state.windowBytes = 0;
    }
    const before = state.windowBytes;
    state.windowBytes += bytes;
    if (state.windowBytes <= windowBytesMax) return 'all';
    return before <= windowBytesMax ? 'first' : 'none';
  }

  /** Makes this request the last, in place of one that may go on; true where it has printed before. */
  #resume(state: StreamState, requestId: string): boolean {
    const hadPrinted = state.others?.delete(requestId) ?? false;
    if (!state.ended) {
      state.others ??= new Set();
      for (const oldest of state.others) {
        if (state.others.size < othersMax) break;
        state.others.delete(oldest);
      }
      state.others.add(state.requestId);
    }
    state.requestId = requestId;
    return hadPrinted;
  }

  #state(stream: string): StreamState {
    if (this.#last !== null && this.#lastStream === stream) return this.#last;
    let state = this.#states.get(stream);
    if (state === undefined) {
      for (const oldest of this.#states.keys()) {
        if (this.#states.size < streamsMax) break;
        this.#states.delete(oldest);
      }
      state = {
        requestId: '',
        ended: true,
        others: null,
        windowFromMs: Number.NEGATIVE_INFINITY,
        windowBytes: 0,
      };
      this.#states.set(stream, state);
    }
    this.#last = state;
    this.#lastStream = stream;
    return state;
  }
}
