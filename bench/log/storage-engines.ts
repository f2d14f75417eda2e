/** The ways of keeping a log that are compared: each appends durably, and reads everything into memory. */
import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '../../src/lib/index.js';
import {
  type DiskFile,
  emptyHardState,
  type LogEntry,
  realDisk,
  SegmentStorage,
} from '../../src/log/storage/index.js';
import { loadPeer, type PeerName } from './storage-peers.js';

export interface Engine {
  /** Opens or makes it and reads everything; returns how many entries there are. */
  open(directory: string): Promise<number>;
  /** Resolves once they are on disk. */
  append(entries: readonly LogEntry[]): Promise<void>;
  close(): Promise<void>;
}

export type EngineName = 'floor' | 'segments' | PeerName;

export const engineNames: readonly EngineName[] = [
  'floor',
  'segments',
  'better-sqlite3',
  'classic-level',
  'lmdb',
];

/** Bytes of a record of `SegmentStorage` that are not an entry's data. */
const recordBytes = 43;
const entryHeadBytes = 11;

const makers: { readonly [Name in EngineName]: () => Engine } = {
  floor: floorEngine,
  segments: segmentEngine,
  'better-sqlite3': sqliteEngine,
  'classic-level': levelEngine,
  lmdb: lmdbEngine,
};

export function newEngine(name: EngineName): Engine {
  return makers[name]();
}

/** As many bytes as `segments` writes, to the end of one file, and a sync, both off the thread. */
function floorEngine(): Engine {
  let file: DiskFile | null = null;
  let at = 0;
  let bytes = Buffer.alloc(0);
  return {
    async open(directory) {
      const path = join(directory, 'floor');
      const there = await readFile(path).catch(() => Buffer.alloc(0));
      file = await realDisk.open(path, there.length === 0 ? 'create' : 'update');
      at = there.length;
      return Math.floor(at / (entryHeadBytes + 200));
    },
    async append(entries) {
      let length = recordBytes;
      for (const { data } of entries) length += entryHeadBytes + data.length;
      if (bytes.length !== length) bytes = Buffer.alloc(length, 7);
      await file?.write(bytes, at);
      await file?.datasync();
      at += length;
    },
    async close() {
      await file?.close();
    },
  };
}

function segmentEngine(): Engine {
  let storage: SegmentStorage | null = null;
  return {
    async open(directory) {
      const options = { directory: join(directory, 'log'), clusterId: 'benchmark' };
      storage = new SegmentStorage({ disk: realDisk, logger: silentLogger }, options);
      return (await storage.open()).entries.length;
    },
    async append(entries) {
      await storage?.append({ hardState: emptyHardState, entries, install: null });
    },
    async close() {
      await storage?.close();
    },
  };
}

/**
 * Write-ahead log, and a sync per transaction. It blocks the thread meanwhile, and writes over its old
 * bytes: with little per sync that is faster than to make a file longer off the thread.
 */
function sqliteEngine(): Engine {
  const Database = loadPeer('better-sqlite3');
  let database: InstanceType<typeof Database> | null = null;
  let statements: readonly ReturnType<InstanceType<typeof Database>['prepare']>[] = [];
  return {
    async open(directory) {
      database = new Database(join(directory, 'log.db'));
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.exec(
        'create table if not exists log (at integer primary key, term, kind, data blob)',
      );
      const insert = 'insert or replace into log values (?, ?, ?, ?)';
      statements = ['begin', insert, 'commit'].map((text) => prepared(database, text));
      const rows = prepared(database, 'select term, kind, data from log order by at').all();
      return rows.length;
    },
    async append(entries) {
      const [begin, insert, commit] = statements;
      begin?.run();
      for (const { index, term, data } of entries) insert?.run(index, term, 3, data);
      commit?.run();
    },
    async close() {
      database?.close();
    },
  };
}

function prepared<Statement>(
  database: { prepare(text: string): Statement } | null,
  text: string,
): Statement {
  assert(database !== null);
  return database.prepare(text);
}

function levelEngine(): Engine {
  const { ClassicLevel } = loadPeer('classic-level');
  let database: InstanceType<typeof ClassicLevel> | null = null;
  return {
    async open(directory) {
      const encodings = { keyEncoding: 'view', valueEncoding: 'view' } as const;
      database = new ClassicLevel(join(directory, 'level'), encodings);
      await database.open();
      const iterator = database.iterator();
      const values: Uint8Array[] = [];
      for (;;) {
        const found = await iterator.nextv(10_000);
        if (found.length === 0) break;
        for (const [, value] of found) values.push(value);
      }
      await iterator.close();
      return values.length;
    },
    async append(entries) {
      const operations = entries.map((entry) => {
        const key = Buffer.allocUnsafe(6);
        key.writeUIntBE(entry.index, 0, 6);
        return { type: 'put', key, value: valueFor(entry) } as const;
      });
      await database?.batch(operations, { sync: true });
    },
    async close() {
      await database?.close();
    },
  };
}

function lmdbEngine(): Engine {
  const lmdb = loadPeer('lmdb');
  let database: ReturnType<typeof lmdb.open> | null = null;
  return {
    async open(directory) {
      const path = join(directory, 'lmdb');
      database = lmdb.open({ path, encoding: 'binary', keyEncoding: 'uint32' });
      const values: Buffer[] = [];
      for (const { value } of database.getRange({})) values.push(value);
      return values.length;
    },
    async append(entries) {
      let last: Promise<unknown> | undefined;
      for (const entry of entries) last = database?.put(entry.index, valueFor(entry));
      await last;
      await database?.flushed;
    },
    async close() {
      await database?.close();
    },
  };
}

/** Term, kind and data. */
function valueFor({ term, data }: LogEntry): Buffer {
  const value = Buffer.allocUnsafe(7 + data.length);
  value.writeUIntBE(term, 0, 6);
  value.writeUInt8(3, 6);
  value.set(data, 7);
  return value;
}
