/**
 * Makes a bundle's zip. The same files give the same bytes, on any day and in any time zone, so that a
 * repeated deploy is recognised by its hash and changes nothing.
 */
import yazl from 'yazl';
import { limits } from '../types/index.js';
import type { CodeFile } from './code-files.js';
import { CommandFailure } from './failure.js';

/** The first moment that a zip can write; local by the format, hence the same bytes in every zone. */
const fixedTime = new Date(1980, 0, 1);

/** Throws a failure where a file cannot be read or the zip outgrows `limits.zipBytesMax`. */
export async function makeZip(files: readonly CodeFile[]): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  const failed = new Promise<never>((_, reject) => {
    zip.on('error', reject);
  });
  for (const { name, path, executable } of files) {
    const mode = executable ? 0o100755 : 0o100644;
    zip.addFile(path, name, { mtime: fixedTime, mode, forceDosTimestamp: true });
  }
  zip.end();
  return Promise.race([failed, collectZip(zip.outputStream)]);
}

async function collectZip(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > limits.zipBytesMax) {
      throw new CommandFailure(
        `the zipped code is larger than ${limits.zipBytesMax} bytes; leave out what the function does not need.`,
      );
    }
    chunks.push(piece);
  }
  return Buffer.concat(chunks, bytes);
}
