/** Zips for tests: honest ones by yazl, and dishonest ones by changing their bytes. */
import { Buffer } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly mode?: number;
}

/** The same entries give the same bytes. */
export async function makeZip(entries: readonly ZipEntry[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, content, mode = 0o100644 } of entries) {
    zip.addBuffer(Buffer.from(content), name, { mode, mtime: new Date(2026, 0, 1) });
  }
  zip.end();
  return buffer(zip.outputStream);
}

/** The same zip with a name of the same length put in place of another, in both of its directories. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error('the names differ in length');
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}
