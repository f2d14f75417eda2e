/**
 * A collector of traces that takes whatever it is sent and keeps nothing, as a process of its own: the first word of the
 * command line is its port.
 */
import { createServer } from 'node:http';

const port = Number(process.argv[2]);

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});
server.listen(port, '127.0.0.1');
