/**
 * All events as bytes: frames, first the head, then the events with their payloads and answers, then the idempotency
 * keys, then how many frames stood before. Read beside the events in use, in any pieces.
 */
import {
  damaged,
  encodeFrame,
  type Frame,
  FrameSplitter,
  inParts,
} from '../../replication/index.js';
import { HearthError } from '../../types/index.js';
import { EventsCore, type EventsImage } from './core.js';
import type { AsyncEvent, EventOutcome } from './types.js';

/** Raised by every change that an older release would not understand. */
const snapshotFormat = 1;
const keysInOneFrame = 500;

type Facts =
  | { readonly events: number; readonly sequence: number; readonly wallMs: number }
  | { readonly event: EventFacts; readonly payload: number }
  | { readonly keys: EventsImage['keys'] }
  | { readonly end: number };

type EventFacts = Omit<AsyncEvent, 'payload' | 'outcome'> & {
  readonly outcome: Omit<EventOutcome, 'answer'> | null;
};

/** Parts of at most `limits.snapshotPartBytesMax`, each made when it is asked for. */
export function encodeSnapshot(image: EventsImage): Iterable<Uint8Array> {
  return inParts(framesOf(image));
}

function* framesOf({ sequence, wallMs, events, keys }: EventsImage): Iterable<Buffer> {
  let count = 1;
  yield encodeFrame({ events: snapshotFormat, sequence, wallMs } satisfies Facts);
  for (const event of events) {
    count++;
    yield eventFrame(event);
  }
  for (let at = 0; at < keys.length; at += keysInOneFrame) {
    count++;
    yield encodeFrame({ keys: keys.slice(at, at + keysInOneFrame) } satisfies Facts);
  }
  yield encodeFrame({ end: count } satisfies Facts);
}

function eventFrame({ payload, outcome, ...rest }: AsyncEvent): Buffer {
  if (outcome === null) {
    const event = { ...rest, outcome };
    return encodeFrame({ event, payload: payload.length } satisfies Facts, payload);
  }
  const { answer, ...facts } = outcome;
  const event = { ...rest, outcome: facts };
  const bytes = answer.length === 0 ? payload : Buffer.concat([payload, answer]);
  return encodeFrame({ event, payload: payload.length } satisfies Facts, bytes);
}

export class SnapshotReader {
  readonly #splitter = new FrameSplitter<Facts>();
  readonly #core = new EventsCore();
  #frames = 0;
  #ended = false;

  /** Takes the next bytes, cut wherever. Throws `log-damaged`, `storage` where a newer release made them. */
  add(bytes: Uint8Array): void {
    for (const frame of this.#splitter.add(bytes)) this.#take(frame);
  }

  /** The events that were read. Throws `log-damaged` where something is missing. */
  end(): EventsCore {
    if (!this.#ended || this.#splitter.restBytes > 0) throw damaged('the snapshot ends too early');
    return this.#core;
  }

  #take({ facts, bytes }: Frame<Facts>): void {
    if (this.#ended) throw damaged('something follows the end of the snapshot');
    if (this.#frames === 0 && !('events' in facts)) throw damaged('the snapshot has no head');
    if ('events' in facts) this.#takeHead(facts);
    else if ('event' in facts) this.#core.restoreEvent(eventOf(facts.event, facts.payload, bytes));
    else if ('keys' in facts) for (const key of facts.keys) this.#core.restoreKey(...key);
    else if (facts.end !== this.#frames) throw damaged('frames of the snapshot are missing');
    else this.#ended = true;
    this.#frames++;
  }

  #takeHead({ events, sequence, wallMs }: Extract<Facts, { events: number }>): void {
    if (events > snapshotFormat) {
      throw new HearthError(
        'storage',
        `The events of the snapshot have format ${events}, of a newer release; start that release.`,
      );
    }
    this.#core.restoreHead({ sequence, wallMs });
  }
}

function eventOf(
  { outcome, ...rest }: EventFacts,
  payloadBytes: number,
  bytes: Uint8Array,
): AsyncEvent {
  const payload = bytes.subarray(0, payloadBytes);
  if (outcome === null) return { ...rest, payload, outcome };
  return { ...rest, payload, outcome: { ...outcome, answer: bytes.subarray(payloadBytes) } };
}
