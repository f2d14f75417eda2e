/** Tar archives (POSIX ustar) as a stream: just what `docker import` needs, owned by root. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';

export type TarEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'content'; readonly path: string; readonly content: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly mode: number;
      /** Where its bytes are on this host. */
      readonly source: string;
      readonly sizeBytes: number;
      readonly modifiedS: number;
    };

const blockBytes = 512;
const nameBytesMax = 100;
const prefixBytesMax = 155;
const wholeBytesMax = 1024 * 1024;
const typeFlags = { directory: '5', link: '2', content: '0', file: '0' } as const;

/** The archive's bytes, file after file. Throws where a file is no longer as long as it is said to be. */
export async function* tarOf(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    yield tarHeader(entry);
    if (entry.kind === 'content') {
      const content = Buffer.from(entry.content);
      yield content;
      yield padding(content.length);
    } else if (entry.kind === 'file') {
      let bytes = 0;
      for await (const chunk of bytesOf(entry.source, entry.sizeBytes)) {
        bytes += chunk.length;
        yield chunk;
      }
      if (bytes !== entry.sizeBytes) throw new Error(`${entry.source} has changed meanwhile`);
      yield padding(bytes);
    }
  }
  yield Buffer.alloc(2 * blockBytes);
}

/** Throws where the path is too long for this format. Paths have no leading slash. */
export function tarHeader(entry: TarEntry): Buffer {
  const header = Buffer.alloc(blockBytes);
  const { prefix, name } = splitPath(entry.path);
  const put = (text: string, at: number): void => {
    header.write(text, at, 'utf8');
  };
  put(name, 0);
  put(octal(modeOf(entry), 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(sizeOf(entry), 11), 124);
  put(octal(entry.kind === 'file' ? entry.modifiedS : 0, 11), 136);
  put(' '.repeat(8), 148);
  put(typeFlags[entry.kind], 156);
  if (entry.kind === 'link') put(entry.target, 157);
  put('ustar\u000000', 257);
  put(prefix, 345);
  let sum = 0;
  for (const byte of header) sum += byte;
  put(`${octal(sum, 6)}\0 `, 148);
  return header;
}

/** Small files in one piece: a stream costs several times as much. */
async function* bytesOf(source: string, sizeBytes: number): AsyncGenerator<Buffer> {
  if (sizeBytes <= wholeBytesMax) yield await readFile(source);
  else for await (const chunk of createReadStream(source)) yield chunk as Buffer;
}

function splitPath(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= nameBytesMax) return { prefix: '', name: path };
  for (let cut = path.indexOf('/'); cut >= 0; cut = path.indexOf('/', cut + 1)) {
    const prefix = path.slice(0, cut);
    const name = path.slice(cut + 1);
    if (Buffer.byteLength(prefix) > prefixBytesMax) break;
    if (Buffer.byteLength(name) <= nameBytesMax) return { prefix, name };
  }
  throw new Error(`the path ${path} is too long for a tar archive`);
}

function modeOf(entry: TarEntry): number {
  if (entry.kind === 'link') return 0o777;
  return entry.kind === 'content' ? 0o644 : entry.mode;
}

function sizeOf(entry: TarEntry): number {
  if (entry.kind === 'content') return Buffer.byteLength(entry.content);
  return entry.kind === 'file' ? entry.sizeBytes : 0;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}
