/** A function as an HTTP server, as OpenFaaS runs it: reads JSON, answers it as JSON. Argument: the port. */
import { createServer } from 'node:http';

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const event: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const body = Buffer.from(JSON.stringify(event));
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    response.writeHead(200, headers).end(body);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
