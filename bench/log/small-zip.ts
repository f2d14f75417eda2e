/** The code of a function as a zip of one file; where nothing else is said, of a function that nobody calls. */
import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';

export function smallZip(
  file = 'index.js',
  code = 'exports.handler = async () => 1;',
): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(code), file);
  zip.end();
  return buffer(zip.outputStream);
}
