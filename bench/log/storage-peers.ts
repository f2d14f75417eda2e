/** Embedded stores that the log could have been built on: installed beside the benchmark, by pinned version. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type PeerName = 'better-sqlite3' | 'classic-level' | 'lmdb';

/** What the benchmark uses of each. */
export interface SqliteStatement {
  run(...values: readonly unknown[]): unknown;
  all(): readonly { readonly term: number; readonly kind: number; readonly data: Buffer }[];
}
export interface SqliteDatabase {
  pragma(text: string): unknown;
  exec(text: string): unknown;
  prepare(text: string): SqliteStatement;
  close(): void;
}
export type Sqlite = new (path: string) => SqliteDatabase;

export interface LevelIterator {
  nextv(count: number): Promise<readonly (readonly [key: Uint8Array, value: Uint8Array])[]>;
  close(): Promise<void>;
}
export interface LevelDatabase {
  open(): Promise<void>;
  batch(
    operations: readonly { type: 'put'; key: Uint8Array; value: Uint8Array }[],
    options: { sync: boolean },
  ): Promise<void>;
  iterator(): LevelIterator;
  close(): Promise<void>;
}
export interface Level {
  readonly ClassicLevel: new (
    path: string,
    options: { keyEncoding: 'view'; valueEncoding: 'view' },
  ) => LevelDatabase;
}

export interface LmdbDatabase {
  put(key: number, value: Uint8Array): Promise<boolean>;
  /** Resolves when all that was put is on disk. */
  readonly flushed: Promise<unknown>;
  getRange(options: Readonly<Record<string, never>>): Iterable<{ readonly value: Buffer }>;
  close(): Promise<void>;
}
export interface Lmdb {
  open(options: { path: string; encoding: 'binary'; keyEncoding: 'uint32' }): LmdbDatabase;
}

export interface PeerModules {
  readonly 'better-sqlite3': Sqlite;
  readonly 'classic-level': Level;
  readonly lmdb: Lmdb;
}

/** The newest that run on the oldest Node.js that Hearth runs on. */
const versions: { readonly [Name in PeerName]: string } = {
  'better-sqlite3': '12.11.1',
  'classic-level': '3.0.0',
  lmdb: '3.5.6',
};
const directory = fileURLToPath(new URL('../../../bench/.peers/', import.meta.url));
/** Where there is no built one for this machine it is compiled. */
const installTimeoutMs = 600_000;

export function describePeer(name: PeerName): string {
  return `${name} ${versions[name]}`;
}

/** Returns why it could not be installed, or null. */
export function installPeer(name: PeerName): string | null {
  if (installedVersion(name) === versions[name]) return null;
  console.log(`installing ${describePeer(name)} ...`);
  mkdirSync(directory, { recursive: true });
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--prefix', directory];
  try {
    execFileSync('npm', ['install', ...flags, `${name}@${versions[name]}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: installTimeoutMs,
    });
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);
  }
}

export function loadPeer<Name extends PeerName>(name: Name): PeerModules[Name] {
  const load = createRequire(join(directory, 'package.json'));
  return load(name) as PeerModules[Name];
}

function installedVersion(name: PeerName): string | null {
  try {
    const text = readFileSync(join(directory, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(text) as { readonly version: string }).version;
  } catch {
    return null;
  }
}
