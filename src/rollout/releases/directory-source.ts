/** A directory with a `manifest.json`: looked at again only when the file is another or has changed. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../lib/index.js';
import {
  manifestBytesMax,
  manifestJson,
  manifestName,
  parseManifest,
  refused,
} from './manifest.js';
import type { Looked, ReleaseSource } from './source.js';
import { unavailable } from './web.js';

export class DirectorySource implements ReleaseSource {
  /** Of the file as it was seen last. */
  #condition: string | null = null;
  readonly #path: string;

  constructor(directory: string) {
    this.#path = join(directory, manifestName);
  }

  forget(): void {
    this.#condition = null;
  }

  async look(): Promise<Looked> {
    const found = await this.#read().catch((thrown: unknown) => {
      if (errnoOf(thrown) === 'ENOENT') return 'nothing' as const;
      throw unavailable(this.#path, thrown);
    });
    if (found === 'nothing') {
      this.#condition = null;
      return { kind: 'nothing' };
    }
    if (found === null) return { kind: 'unchanged' };
    const manifest = parseManifest(manifestJson(found.bytes, this.#path), this.#path);
    this.#condition = found.condition;
    return { kind: 'offer', manifest };
  }

  /** Null where it is as it was seen last. Rejects where it cannot be read. */
  async #read(): Promise<{ condition: string; bytes: Uint8Array } | null> {
    const file = await open(this.#path, 'r');
    try {
      const { ino, mtimeNs, size } = await file.stat({ bigint: true });
      const condition = `${ino} ${mtimeNs} ${size}`;
      if (condition === this.#condition) return null;
      const buffer = Buffer.alloc(manifestBytesMax + 1);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      if (bytesRead > manifestBytesMax) {
        throw refused(`${this.#path} is larger than ${manifestBytesMax} bytes.`);
      }
      return { condition, bytes: buffer.subarray(0, bytesRead) };
    } finally {
      await file.close();
    }
  }
}
