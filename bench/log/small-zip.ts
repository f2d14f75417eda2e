/** The code of a function that nobody calls. */
import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';

export function smallZip(): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from('exports.handler = async () => 1;'), 'index.js');
  zip.end();
  return buffer(zip.outputStream);
}
