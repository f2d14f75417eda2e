/**
 * A random life of a log on a simulated disk, and what may be found of it after a power cut: all that was
 * acknowledged, and of what was under way all or nothing.
 */
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { silentLogger } from '../../../src/lib/index.js';
import {
  emptyHardState,
  type HardState,
  type LogContent,
  type LogEntry,
  type LogStorage,
  type LogWrite,
  SegmentStorage,
  type SnapshotMeta,
} from '../../../src/log/storage/index.js';
import type { SimulatedDisk } from './simulated-disk.js';
import { clusterId, metaOf, partsIn, partsOf, readable, receive, voter } from './writes.js';

/** What a log holds. Entries that snapshots have made needless stay here. */
export interface Model {
  readonly hardState: HardState;
  readonly snapshot: { readonly meta: SnapshotMeta; readonly parts: readonly string[] } | null;
  readonly entries: readonly LogEntry[];
}

export type Step =
  | { readonly kind: 'append'; readonly back: number; readonly sizes: readonly number[] }
  | { readonly kind: 'vote' }
  | { readonly kind: 'snapshot'; readonly back: number; readonly appending: boolean }
  | { readonly kind: 'compact'; readonly back: number }
  | { readonly kind: 'receive'; readonly ahead: number; readonly install: boolean }
  | { readonly kind: 'full'; readonly sizes: readonly number[] }
  | { readonly kind: 'reopen' };

export interface Life {
  readonly segmentBytes: number;
  readonly steps: readonly Step[];
}

const small = fc.nat(4);
const size = fc.oneof(fc.nat(40), fc.integer({ min: 500, max: 2000 }));
const sizes = fc.array(size, { maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append'), back: small, sizes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('vote') }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('snapshot'), back: small, appending: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact'), back: small }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('receive'), ahead: small, install: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('full'), sizes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen') }) },
);

export const life: fc.Arbitrary<Life> = fc.record({
  segmentBytes: fc.constantFrom(1, 300, 4000, 1 << 20),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
});

export const emptyModel: Model = { hardState: emptyHardState, snapshot: null, entries: [] };

export function newStorage(disk: SimulatedDisk, segmentBytes: number): SegmentStorage {
  const options = { directory: '/log', clusterId, segmentBytes };
  return new SegmentStorage({ disk, logger: silentLogger }, options);
}

/** Lives on a disk, until a PowerCut is thrown; `acceptable` is what may be found at each moment. */
export class LogLife {
  acceptable: readonly Model[];
  #storage: LogStorage;
  #term = 1;

  constructor(
    private readonly disk: SimulatedDisk,
    private readonly segmentBytes: number,
    private model: Model,
  ) {
    this.acceptable = [model];
    this.#term = model.hardState.term + 1;
    this.#storage = newStorage(disk, segmentBytes);
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.#open();
    for (const each of steps) await this.#step(each);
  }

  async #step(each: Step): Promise<void> {
    switch (each.kind) {
      case 'append':
        return this.#append(this.#write(each.back, each.sizes));
      case 'vote':
        return this.#append(this.#write(0, []));
      case 'snapshot':
        return this.#snapshot(each.back, each.appending);
      case 'compact':
        return this.#storage.compact(Math.max(0, snapshotIndex(this.model) + 1 - each.back));
      case 'receive':
        return this.#receive(each.ahead, each.install);
      case 'full': {
        this.disk.full = true;
        await assert.rejects(this.#storage.append(this.#write(0, [...each.sizes, 10])), isFull);
        this.disk.full = false;
        return;
      }
      case 'reopen':
        await this.#storage.close();
        this.#storage = newStorage(this.disk, this.segmentBytes);
        return this.#open();
    }
  }

  async #open(): Promise<void> {
    const content = await this.#storage.open();
    assertHolds(content, this.model);
    if (this.model.snapshot === null) return;
    const { meta, parts } = this.model.snapshot;
    assert.deepEqual(await partsIn(this.#storage, meta.index), parts);
  }

  async #append(write: LogWrite): Promise<void> {
    const after = appended(this.model, write);
    this.acceptable = [this.model, after];
    await this.#storage.append(write);
    this.#become(after);
  }

  async #snapshot(back: number, appending: boolean): Promise<void> {
    const at = this.model.entries.at(-1 - back);
    if (at === undefined || at.index <= snapshotIndex(this.model)) return;
    const meta = metaOf(at.index, at.term);
    const parts = [`until ${at.index}`, 'x'.repeat(back * 300), 'end'];
    const saved = { ...this.model, snapshot: { meta, parts } };
    const write = this.#write(0, [20]);
    const both = appended(saved, write);
    this.acceptable = appending
      ? [this.model, saved, appended(this.model, write), both]
      : [this.model, saved];
    await Promise.all([
      this.#storage.saveSnapshot(meta, partsOf(parts)),
      appending ? this.#storage.append(write) : undefined,
    ]);
    this.#become(appending ? both : saved);
  }

  async #receive(ahead: number, install: boolean): Promise<void> {
    const lastIndex = this.model.entries.at(-1)?.index ?? snapshotIndex(this.model);
    const index = Math.max(snapshotIndex(this.model) + 1, lastIndex - 2 + ahead);
    const meta = metaOf(index, ++this.#term);
    const parts = [`theirs until ${index}`, 'y'.repeat(ahead * 300)];
    assert.equal(await receive(this.#storage, meta, parts), 'whole');
    if (!install) return;
    const hardState = { ...this.#hardState(), commitIndex: index };
    const entries = [entry(index + 1, this.#term, ahead * 100)].slice(ahead % 2);
    const write = { hardState, entries, install: meta };
    const after: Model = { hardState, snapshot: { meta, parts }, entries };
    this.acceptable = [this.model, after];
    await this.#storage.append(write);
    this.#become(after);
  }

  /** Goes back over entries that no snapshot holds. */
  #write(back: number, dataSizes: readonly number[]): LogWrite {
    const lastIndex = this.model.entries.at(-1)?.index ?? snapshotIndex(this.model);
    const from = Math.max(snapshotIndex(this.model), lastIndex - back) + 1;
    if (back > 0) this.#term++;
    const entries = dataSizes.map((bytes, at) => entry(from + at, this.#term, bytes));
    return { hardState: this.#hardState(), entries, install: null };
  }

  #hardState(): HardState {
    const term = ++this.#term;
    const votedFor = term % 3 === 0 ? null : voter;
    return { term, votedFor, commitIndex: snapshotIndex(this.model), mute: term % 2 === 0 };
  }

  #become(model: Model): void {
    this.model = model;
    this.acceptable = [model];
  }
}

/** The one of several models that a storage holds; throws where it is none of them. */
export function held(content: LogContent, models: readonly Model[]): Model {
  let last: unknown;
  for (const model of models) {
    try {
      assertHolds(content, model);
      return model;
    } catch (thrown) {
      last = thrown;
    }
  }
  throw last;
}

function assertHolds({ hardState, snapshot, entries }: LogContent, model: Model): void {
  assert.deepEqual(hardState, model.hardState);
  assert.deepEqual(snapshot, model.snapshot?.meta ?? null);
  const from = entries[0]?.index ?? snapshotIndex(model) + 1;
  assert.ok(from <= snapshotIndex(model) + 1, 'entries are missing');
  const expected = model.entries.filter(({ index }) => index >= from);
  assert.deepEqual(entries.map(readable), expected.map(readable));
}

function appended(model: Model, { hardState, entries }: LogWrite): Model {
  const first = entries[0]?.index ?? Number.POSITIVE_INFINITY;
  const kept = model.entries.filter(({ index }) => index < first);
  return { ...model, hardState, entries: [...kept, ...entries] };
}

function snapshotIndex(model: Model): number {
  return model.snapshot?.meta.index ?? 0;
}

/** Some are all zeros, as sectors are that were never written. */
function entry(index: number, term: number, bytes: number): LogEntry {
  const data = Buffer.alloc(bytes, bytes % 3 === 0 ? 0 : `${index} in ${term};`);
  return { index, term, kind: 'command', data };
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'storage-full';
}
