/** One stream: its records in order, and the bounds over which the oldest are forgotten. */
import { limits } from '../../types/index.js';
import type { StreamInfo, StreamPage, StreamRecord } from './types.js';

/** What a record costs beside its data: counted, so that many empty ones are bounded too. */
const overheadBytes = 256;

export class Stream {
  readonly #records: StreamRecord[] = [];
  readonly #sequences = new Map<string, number>();
  #bytes = 0;

  constructor(readonly name: string) {}

  get bytes(): number {
    return this.#bytes;
  }

  get records(): readonly StreamRecord[] {
    return this.#records;
  }

  /** Of a record that is kept. */
  sequenceOf(id: string): number | undefined {
    return this.#sequences.get(id);
  }

  /** `record` follows all that were added. */
  add(record: StreamRecord): void {
    this.#records.push(record);
    this.#sequences.set(record.id, record.sequence);
    this.#bytes += costOf(record);
    while (
      this.#records.length > limits.streamRecordsMax ||
      (this.#bytes > limits.streamBytesMax && this.#records.length > 1)
    ) {
      this.dropOldest();
    }
  }

  /** Forgets what came before `untilMs`. */
  expire(untilMs: number): void {
    while ((this.#records[0]?.atMs ?? untilMs) < untilMs) this.dropOldest();
  }

  dropOldest(): void {
    const record = this.#records.shift();
    if (record === undefined) return;
    this.#sequences.delete(record.id);
    this.#bytes -= costOf(record);
  }

  info(): StreamInfo {
    return {
      name: this.name,
      records: this.#records.length,
      bytes: this.#bytes,
      oldest: this.#records[0]?.sequence ?? 0,
      newest: this.#records.at(-1)?.sequence ?? 0,
    };
  }

  read(after: number, itemsMax: number): StreamPage {
    const page: StreamRecord[] = [];
    let bytes = 0;
    for (let at = this.#firstAfter(after); at < this.#records.length; at++) {
      const record = this.#records[at];
      if (record === undefined || page.length >= itemsMax) break;
      if (page.length > 0 && bytes + record.data.length > limits.streamPageBytesMax) break;
      page.push(record);
      bytes += record.data.length;
    }
    return { ...this.info(), page };
  }

  #firstAfter(sequence: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle]?.sequence ?? 0) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function costOf({ id, data, attributes }: StreamRecord): number {
  let bytes = overheadBytes + id.length + data.length;
  for (const [name, value] of Object.entries(attributes)) bytes += name.length + value.length;
  return bytes;
}
