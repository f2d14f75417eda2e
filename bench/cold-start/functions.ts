/** The functions of the benchmark, made and called over HTTP like anybody's. */
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import yazl from 'yazl';
import { systemClock } from '../../src/lib/index.js';

export type Language = 'nodejs' | 'python';

export interface Recipe {
  readonly language: Language;
  readonly source: string;
  readonly snapStart?: boolean;
  readonly publish?: boolean;
}

export interface Answer {
  /** From the request's first byte to the answer's last. */
  readonly tookMs: number;
  /** `cold`, `warm` or `stolen`. */
  readonly start: string;
  readonly text: string;
}

export const hello: Readonly<Record<Language, string>> = {
  nodejs: 'exports.handler = async (event) => event;\n',
  python: 'def handler(event, context):\n    return event\n',
};
const runtimes = { nodejs: 'nodejs20.x', python: 'python3.11' } as const;
const files = { nodejs: 'index.js', python: 'index.py' } as const;
const event = '{"hello":"world"}';
const pollMs = 20;
const waitTimeoutMs = 60_000;

export class Functions {
  readonly #agent = new Agent({ connections: 256, pipelining: 1, headersTimeout: 60_000 });

  constructor(readonly url: string) {}

  async create(name: string, recipe: Recipe): Promise<void> {
    const { language, source, snapStart = false, publish = false } = recipe;
    const zip = new yazl.ZipFile();
    zip.addBuffer(Buffer.from(source), files[language]);
    zip.end();
    const body = {
      FunctionName: name,
      Runtime: runtimes[language],
      Handler: 'index.handler',
      Role: 'arn:aws:iam::123456789012:role/any',
      Timeout: 60,
      Publish: publish,
      ...(snapStart ? { SnapStart: { ApplyOn: 'PublishedVersions' } } : {}),
      Code: { ZipFile: (await buffer(zip.outputStream)).toString('base64') },
    };
    await this.#send('POST', '/2015-03-31/functions', JSON.stringify(body), 201);
  }

  delete(name: string, qualifier = ''): Promise<string> {
    const query = qualifier === '' ? '' : `?Qualifier=${qualifier}`;
    return this.#send('DELETE', `/2015-03-31/functions/${name}${query}`, null, 204);
  }

  publish(name: string): Promise<string> {
    return this.#send('POST', `/2015-03-31/functions/${name}/versions`, '{}', 201);
  }

  async configuration(name: string, qualifier: string): Promise<Record<string, unknown>> {
    const path = `/2015-03-31/functions/${name}/configuration?Qualifier=${qualifier}`;
    return JSON.parse(await this.#send('GET', path, null, 200)) as Record<string, unknown>;
  }

  update(name: string, changes: Readonly<Record<string, unknown>>): Promise<string> {
    const path = `/2015-03-31/functions/${name}/configuration`;
    return this.#send('PUT', path, JSON.stringify(changes), 200);
  }

  /** Waits until a version says that its snapshot is there; returns what it says. */
  async snapshotReady(name: string, version: string): Promise<string> {
    const deadlineMs = systemClock.nowMs() + waitTimeoutMs;
    for (;;) {
      const said = JSON.stringify((await this.configuration(name, version)).SnapStart);
      if (said.includes('"OptimizationStatus":"On"')) return said;
      if (systemClock.nowMs() > deadlineMs) throw new Error(`no snapshot of ${name}: ${said}`);
      await delay(pollMs);
    }
  }

  /** Throws where the function or the node answers an error. */
  async call(name: string, qualifier = '', payload = event): Promise<Answer> {
    const query = qualifier === '' ? '' : `?Qualifier=${qualifier}`;
    const startMs = systemClock.nowMs();
    const { statusCode, headers, body } = await request(
      `${this.url}/2015-03-31/functions/${name}/invocations${query}`,
      { method: 'POST', body: payload, dispatcher: this.#agent },
    );
    const text = await body.text();
    const tookMs = systemClock.nowMs() - startMs;
    if (statusCode !== 200 || headers['x-amz-function-error'] !== undefined) {
      throw new Error(`${name} answered ${statusCode}: ${text}`);
    }
    return { tookMs, start: String(headers['x-hearth-start']), text };
  }

  /** The value of one of the node's metrics, over all labels that the pattern matches. */
  async metric(pattern: RegExp): Promise<number> {
    const text = await this.#send('GET', '/_hearth/metrics', null, 200);
    const lines = text.split('\n').filter((line) => pattern.test(line));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #send(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: string | null,
    expected: number,
  ) {
    const answer = await request(this.url + path, {
      method,
      body,
      dispatcher: this.#agent,
      headers: body === null ? {} : { 'content-type': 'application/json' },
    });
    const text = await answer.body.text();
    if (answer.statusCode === expected) return text;
    throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  }
}
