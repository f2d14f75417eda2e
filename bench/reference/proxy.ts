/** The floor of a forward: `node:http` in front of another server, over connections that are kept. Arguments: the port, the other's origin. */
import { Agent, createServer, type IncomingMessage, request as requestOf } from 'node:http';

const [, , port = '', origin = ''] = process.argv;
const { hostname, port: otherPort } = new URL(origin);
const agent = new Agent({ keepAlive: true, noDelay: true });

createServer((request, response) => {
  const { method, url: path, headers } = request;
  collected(request, (body) => {
    const forward = requestOf(
      { agent, hostname, port: otherPort, method, path, headers },
      (answer) => {
        const { statusCode = 502, headers: told } = answer;
        collected(answer, (text) => response.writeHead(statusCode, told).end(text));
      },
    );
    forward.on('error', () => response.writeHead(502).end());
    forward.end(body);
  });
}).listen(Number(port), '127.0.0.1');

function collected(source: IncomingMessage, then: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  source.on('data', (chunk: Buffer) => chunks.push(chunk));
  source.on('end', () => {
    const [only] = chunks;
    then(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
  });
}
