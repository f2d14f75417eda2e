/** The floor of a streamed answer: so many pieces of so many bytes, as fast as they are taken. Arguments: the port, the pieces, their bytes. */
import { createServer, type ServerResponse } from 'node:http';

const [port = 0, pieces = 0, bytes = 0] = process.argv.slice(2).map(Number);
const piece = Buffer.alloc(bytes, 'x');

createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  write(response, pieces);
}).listen(port, '127.0.0.1');

function write(response: ServerResponse, left: number): void {
  for (; left > 0; left--) {
    if (!response.write(piece)) {
      response.once('drain', () => write(response, left - 1));
      return;
    }
  }
  response.end();
}
