/** Writes, snapshots and readable contents for the tests of storages. */
import type {
  LogContent,
  LogEntry,
  LogStorage,
  LogWrite,
  SnapshotMeta,
  SnapshotPart,
} from '../../../src/log/storage/index.js';
import { HearthError, nodeId } from '../../../src/types/index.js';

export const voter = nodeId('a'.repeat(32));
export const clusterId = 'c'.repeat(32);

/** Entries from an index on, one per text. */
export function write(
  term: number,
  from: number,
  texts: readonly string[],
  commitIndex = 0,
): LogWrite {
  const hardState = { term, votedFor: voter, commitIndex, mute: false };
  return { hardState, entries: entriesOf(term, from, texts), install: null };
}

export function entriesOf(term: number, from: number, texts: readonly string[]): LogEntry[] {
  return texts.map((text, at) => {
    return { index: from + at, term, kind: 'command', data: Buffer.from(text) };
  });
}

export function metaOf(index: number, term: number): SnapshotMeta {
  const config = { voters: [voter, nodeId('b'.repeat(32))], outgoing: [voter] };
  return { index, term, config };
}

export function readable({ index, term, data }: LogEntry): string {
  return `${index}/${term} ${Buffer.from(data).toString('latin1')}`;
}

/** Entries that a snapshot already holds are left out, for a storage may drop them or not. */
export function readableContent({ hardState, snapshot, entries }: LogContent) {
  const kept = entries.filter(({ index }) => index > (snapshot?.index ?? 0));
  return { hardState, snapshot, entries: kept.map(readable) };
}

export async function* partsOf(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

export async function partsIn(storage: LogStorage, index: number): Promise<string[] | null> {
  const texts: string[] = [];
  for (let part = 0; ; part++) {
    const found = await storage.readPart(index, part);
    if (found === null) return null;
    texts.push(Buffer.from(found.data).toString());
    if (found.last) return texts;
  }
}

/** Hands a storage somebody else's snapshot, all of it. */
export async function receive(
  storage: LogStorage,
  meta: SnapshotMeta,
  texts: readonly string[],
): Promise<number | 'whole'> {
  let result: number | 'whole' = 0;
  for (const [part, text] of texts.entries()) {
    result = await storage.receivePart(meta, part, partOf(text, part === texts.length - 1));
  }
  return result;
}

export function partOf(text: string, last: boolean): SnapshotPart {
  return { data: Buffer.from(text), last };
}

export function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof HearthError && error.code === code;
}
