/** Makes the events of a history: numbers them, chains them, and puts the private notes beside them. */
import { limits } from '../../types/index.js';
import type { HistoryEventType, HistoryRecord } from '../history.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Thread } from './thread.js';

/** An execution that would have more fails: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const historyEventsMax = 25_000;

/** Thrown instead of an event that only the end of the execution may take; the engine ends it then. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

/** What an event has beside its texts, and what is told beside it. */
const eventBytes = 200;

/** The private note: the changes of threads since the one before; `gone` had its children removed first. */
export interface Note {
  readonly gone?: readonly string[];
  /** That no event of its records has; threads name them by -1 and so on, those of events by the event's number. */
  readonly texts?: readonly string[];
  readonly threads?: readonly (readonly [path: string, index: number, changes: JsonObject])[];
}

export class Recorder {
  /** Of the last event. */
  #lastId = 0;
  #records: HistoryRecord[] = [];
  /** About, of all events and of those that were not taken. */
  #bytes = 0;
  #heldBytes = 0;
  readonly #changed = new Set<Thread>();
  #gone: string[] = [];
  nowMs = 0;

  constructor(private readonly keeps: boolean) {}

  get lastId(): number {
    return this.#lastId;
  }

  get held(): number {
    return this.#records.length;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** An event after `previous`; `last`: the one that ends the execution. */
  event(
    type: HistoryEventType,
    previous: number,
    details?: () => JsonObject,
    last = false,
  ): number {
    if (this.keeps && !last) this.#requireRoom();
    const id = this.#lastId + 1;
    if (this.keeps) {
      const event = {
        id,
        previousEventId: previous,
        timestampMs: this.nowMs,
        type,
        ...(details ? { details: details() } : {}),
      };
      this.#records.push({ event });
      this.#grow(sizeOf(event.details));
    }
    // not before: details that cannot be told make no event
    this.#lastId = id;
    return id;
  }

  /** An event of a thread, which the thread's next one follows. */
  next(thread: Thread, type: HistoryEventType, details?: () => JsonObject): number {
    const id = this.event(type, thread.kept.last, details);
    this.set(thread, { last: id });
    return id;
  }

  set(thread: Thread, changes: Partial<Thread['kept']>): void {
    if (this.keeps) {
      thread.set(changes);
      this.#changed.add(thread);
    } else {
      Object.assign(thread.kept, changes);
    }
  }

  assign(thread: Thread, values: JsonObject): void {
    thread.assign(values);
    if (this.keeps) {
      this.#changed.add(thread);
      this.#grow(JSON.stringify(values).length);
    } else thread.changedVariables.clear();
  }

  removeChildren(thread: Thread): void {
    if (thread.children.size === 0) return;
    for (const child of thread.descendants()) child.gone = true;
    thread.children.clear();
    thread.doneCount = 0;
    thread.activeCount = 0;
    if (this.keeps) this.#gone.push(thread.path);
  }

  /** What was recorded since the last time; the note stands at the last of it. */
  take(): readonly HistoryRecord[] {
    const records = this.#records;
    const last = records.pop();
    if (!last) return [];
    records.push({ event: last.event, note: this.#note([...records, last]) as JsonValue });
    this.#records = [];
    this.#heldBytes = 0;
    return records;
  }

  #note(records: readonly HistoryRecord[]): JsonObject {
    const ids = new Map<string, number>();
    for (const { event } of records) {
      for (const text of textsOf(event.details)) ids.set(text, event.id);
    }
    const texts: string[] = [];
    const refer = (text: string): number => {
      const known = ids.get(text);
      if (known !== undefined) return known;
      // many branches may have the same: it is told once
      texts.push(text);
      ids.set(text, -texts.length);
      return -texts.length;
    };
    const threads: JsonValue[] = [];
    for (const thread of this.#changed) {
      if (thread.gone) continue;
      const changes = thread.writeChanges(refer);
      threads.push([thread.path, thread.index, changes]);
    }
    const gone = this.#gone;
    this.#changed.clear();
    this.#gone = [];
    return {
      ...(gone.length > 0 ? { gone } : {}),
      ...(texts.length > 0 ? { texts } : {}),
      ...(threads.length > 0 ? { threads } : {}),
    };
  }

  /** After a restart. */
  replayed({ id, details }: HistoryRecord['event']): void {
    this.#lastId = id;
    this.#bytes += sizeOf(details);
  }

  #grow(bytes: number): void {
    this.#bytes += bytes;
    this.#heldBytes += bytes;
  }

  #requireRoom(): void {
    if (this.#lastId >= historyEventsMax - 1) {
      throw new HistoryFull(`number of history events (${historyEventsMax})`);
    }
    if (this.#bytes > limits.executionHistoryBytesMax) {
      throw new HistoryFull(`size of its history (${limits.executionHistoryBytesMax} bytes)`);
    }
  }
}

/** UTF-16 units of its texts for bytes, so that none has to be gone through. */
function sizeOf(details: JsonObject | undefined): number {
  let bytes = eventBytes;
  for (const value of Object.values(details ?? {})) {
    if (typeof value === 'string') bytes += value.length;
  }
  return bytes;
}

/** The texts that a note may refer to by the event's number. */
export function textsOf(details: JsonObject | undefined): string[] {
  if (!details) return [];
  const found = [details.input, details.output, details.parameters];
  return found.filter((text) => typeof text === 'string');
}
