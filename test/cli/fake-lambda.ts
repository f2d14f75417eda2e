/** A small server in this process that answers like a node's Lambda API, for the command's tests. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

interface Stored {
  configuration: Record<string, unknown>;
  zip: Buffer;
  /** Reads that still answer InProgress. */
  busyReads: number;
}

export interface Recorded {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export class FakeLambda {
  readonly functions = new Map<string, Stored>();
  readonly requests: Recorded[] = [];
  /** What `invoke` answers. */
  invokeAnswer: { status: number; headers: Record<string, string>; body: string } = {
    status: 200,
    headers: {},
    body: 'null',
  };
  cluster: unknown = {};
  readonly #server = http.createServer((request, response) => {
    void this.#handle(request, response);
  });

  async start(context: TestContext): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    context.after(() => {
      this.#server.close();
      this.#server.closeAllConnections();
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** `PUT /path` of every request but reads. */
  writes(): string[] {
    return this.requests
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    const body = Buffer.concat(chunks);
    this.requests.push({ method, path, headers, body });
    const answer = this.#answer(method, path, body);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  }

  #answer(method: string, path: string, body: Buffer) {
    const [, first, second, name = '', rest = ''] = (path.split('?')[0] ?? '').split('/');
    if (path === '/_hearth/cluster') return json(200, this.cluster);
    if (`${first}/${second}` !== '2015-03-31/functions') return failure(404, 'Unknown', 'no route');
    if (rest === 'invocations') return this.invokeAnswer;
    if (method === 'POST' && rest === '') return this.#create(JSON.parse(body.toString()));
    if (name === '') return this.#list(new URL(path, 'http://x').searchParams.get('Marker'));
    const stored = this.functions.get(decodeURIComponent(name));
    if (stored === undefined) {
      return failure(404, 'ResourceNotFoundException', `Function not found: ${name}`);
    }
    if (rest === 'versions') return json(201, { FunctionArn: `${name}:1`, Version: '1' });
    if (method === 'DELETE') {
      this.functions.delete(name);
      return { status: 204, headers: {}, body: '' };
    }
    if (method === 'PUT') return this.#update(stored, rest, JSON.parse(body.toString()));
    const busy = stored.busyReads-- > 0 ? { LastUpdateStatus: 'InProgress' } : {};
    return json(200, { ...stored.configuration, ...busy });
  }

  #create({ Code, ...settings }: { FunctionName: string; Code: { ZipFile: string } }) {
    const stored = { configuration: { ...settings }, zip: Buffer.alloc(0), busyReads: 2 };
    this.functions.set(settings.FunctionName, stored);
    setZip(stored, Code.ZipFile);
    return json(201, { ...stored.configuration, State: 'Pending' });
  }

  #update(stored: Stored, what: string, { ZipFile, ...settings }: Record<string, unknown>) {
    if (stored.busyReads > 0)
      return failure(409, 'ResourceConflictException', 'An update is in progress');
    stored.busyReads = 2;
    if (what === 'code') setZip(stored, String(ZipFile));
    else Object.assign(stored.configuration, settings);
    return json(200, stored.configuration);
  }

  /** Two functions a page. */
  #list(marker: string | null) {
    const all = [...this.functions.values()].map(({ configuration }) => configuration);
    const from = Number(marker ?? 0);
    const next = from + 2 < all.length ? String(from + 2) : null;
    return json(200, { Functions: all.slice(from, from + 2), NextMarker: next });
  }
}

function setZip(stored: Stored, base64: string): void {
  stored.zip = Buffer.from(base64, 'base64');
  stored.configuration.CodeSize = stored.zip.length;
  stored.configuration.CodeSha256 = createHash('sha256').update(stored.zip).digest('base64');
}

function json(status: number, value: unknown) {
  return { status, headers: {}, body: JSON.stringify(value) };
}

function failure(status: number, type: string, message: string) {
  return {
    status,
    headers: { 'x-amzn-errortype': type },
    body: JSON.stringify({ Type: 'User', Message: message }),
  };
}
