/**
 * AWS's own runtime clients, unchanged, as functions: aws-lambda-ric (npm), awslambdaric (PyPI), aws-lambda-go,
 * the crate lambda_runtime, and a shell script with curl. `scripts/runtime-clients` builds them once.
 */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  noLogs,
  ProcessDriver,
  type Sandbox,
  type SandboxDriver,
  SandboxInitError,
  type SandboxSpec,
} from '../../src/agent/index.js';
import { NamespaceDriver, probeNamespaces } from '../../src/agent/namespace/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { answerOf, callOf, type ErrorAnswer, logOf, specOf } from '../agent/fixture.js';

interface Client {
  readonly name: string;
  readonly title: string;
  /** What the caller of a function that fails reads, beside the message. */
  readonly errorType: RegExp;
  /** How it reports that it cannot start: with an error of its own, or by an exit. */
  readonly initErrorType: string;
  readonly streams: boolean;
  /** It writes an error in the middle of a stream into the stream, as if that were a trailer. */
  readonly breaksInBand?: boolean;
  /** The content type of a streamed answer. */
  readonly contentType?: string;
}

const clients: readonly Client[] = [
  {
    name: 'node',
    title: 'aws-lambda-ric',
    errorType: /^RangeError$/,
    initErrorType: 'RangeError',
    streams: true,
    contentType: 'text/plain',
  },
  {
    name: 'python',
    title: 'awslambdaric',
    errorType: /^ValueError$/,
    initErrorType: 'ValueError',
    streams: false,
  },
  {
    name: 'go',
    title: 'aws-lambda-go',
    errorType: /^errorString$/,
    initErrorType: 'Runtime.ExitError',
    streams: true,
    contentType: 'application/octet-stream',
  },
  {
    name: 'rust',
    title: 'lambda_runtime',
    errorType: /Box<dyn core::error::Error/,
    initErrorType: 'Runtime.ExitError',
    streams: true,
    contentType: 'application/vnd.awslambda.http-integration-response',
    breaksInBand: true,
  },
  {
    name: 'shell',
    title: 'a shell script with curl',
    errorType: /^Function.Asked$/,
    initErrorType: 'Runtime.Asked',
    streams: false,
  },
];

const root = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../..');
const deadline = { timeout: 60_000 };
/** Nothing is built yet, on two slow cores. */
const buildTimeoutMs = 600_000;
/** As long as one client wants it. */
const clientContext = JSON.stringify({
  client: {
    installation_id: 'i',
    app_title: 'mine',
    app_version_name: '1',
    app_version_code: '1',
    app_package_name: 'p',
  },
  custom: { note: 'größer' },
  env: {},
});
const data = mkdtempSync(join(tmpdir(), 'hearth-test-'));
let built = '';
/** Why nothing could be built. */
let unbuilt: string | null = null;

before(
  async () => {
    try {
      const { stdout } = await promisify(execFile)(join(root, 'scripts/runtime-clients'));
      built = stdout.trim();
    } catch (error) {
      unbuilt = (error as Error).message;
    }
  },
  { timeout: buildTimeoutMs },
);
after(() => rmSync(data, { recursive: true, force: true }));

const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };
clientConformance(new ProcessDriver(deps, { manifestPath: join(data, 'process.json') }));
clientConformance(new NamespaceDriver(deps, { manifestPath: join(data, 'namespace.json') }));

function clientConformance(driver: SandboxDriver): void {
  describe(`official runtime clients, ${driver.kind} driver`, () => {
    /** Why none of it can be tried here. */
    let reason: string | null = null;
    before(async () => {
      const probe =
        driver.kind === 'namespace' ? await probeNamespaces() : { works: true as const };
      if (probe.works) await driver.start();
      else reason = probe.reason;
    });
    after(() => driver.stop());
    for (const client of clients) clientTests(driver, client, () => reason);
  });
}

function clientTests(driver: SandboxDriver, client: Client, reason: () => string | null): void {
  const { name, title } = client;
  const make = async (t: TestContext, changes: Partial<SandboxSpec> = {}) => {
    const missing = join(built, name, 'missing');
    const skipped =
      unbuilt ?? (existsSync(missing) ? readFileSync(missing, 'utf8').trim() : reason());
    if (skipped !== null) {
      t.skip(skipped);
      return null;
    }
    const sandbox = await driver.create(specOfClient(name, changes));
    t.after(() => sandbox.end());
    return sandbox;
  };

  it(`${title} runs a function, which knows its context`, deadline, async (t) => {
    const sandbox = await make(t);
    if (sandbox === null) return;
    for (const event of ['first', 'second']) await says(sandbox, event);
  });

  it(`${title} takes six megabytes and gives them back`, deadline, async (t) => {
    const sandbox = await make(t);
    if (sandbox === null) return;
    const event = { do: 'echo', name: '', pad: 'x'.repeat(6 * 1024 * 1024 - 100) };
    const result = await sandbox.invoke(callOf(event));
    assert.equal(result.functionError, false, Buffer.from(result.payload).toString().slice(0, 300));
    assert.deepEqual(answerOf(result), event);
    await says(sandbox, 'after');
  });

  it(`${title} reports errors, and goes on`, deadline, async (t) => {
    const sandbox = await make(t);
    if (sandbox === null) return;
    const result = await sandbox.invoke(callOf({ do: 'fail', name: 'me' }));
    assert.equal(result.functionError, true);
    const { errorType, errorMessage } = answerOf(result) as ErrorAnswer;
    assert.match(errorType, client.errorType);
    assert.equal(errorMessage, 'asked to fail: me');
    await says(sandbox, 'after');
  });

  it(`${title} that exits is told from an error`, deadline, async (t) => {
    const sandbox = await make(t);
    if (sandbox === null) return;
    const call = callOf({ do: 'exit', name: '' });
    const result = await sandbox.invoke(call);
    assert.deepEqual(answerOf(result), {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${call.requestId} Error: Runtime exited with error: exit status 3`,
    });
    assert.equal(sandbox.alive, false);
  });

  it(`${title} reports that it cannot start`, deadline, async (t) => {
    const failed = await make(t, { environment: { FAIL_INIT: '1' } }).then(
      () => null,
      (error: unknown) => error,
    );
    if (failed === null) return;
    assert(failed instanceof SandboxInitError, String(failed));
    const error = JSON.parse(Buffer.from(failed.payload).toString()) as ErrorAnswer;
    assert.equal(error.errorType, client.initErrorType);
    const said = `${error.errorMessage} ${logOf(failed)}`;
    assert.match(said, /asked to fail at the start/);
  });

  if (!client.streams) return;

  it(`${title} streams, and is made to wait`, deadline, async (t) => {
    const sandbox = await make(t, { handler: 'function.stream' });
    if (sandbox === null) return;
    const streamed = await readStream(sandbox, { do: 'stream', name: '', count: 300, size: 4000 });
    assert.equal(streamed.error, null);
    assert.equal(streamed.contentType, client.contentType);
    assert.equal(streamed.body.length, 300 * 4000);
    assert.match(streamed.body, /^x+$/);
  });

  it(`${title} breaks off a stream with its error`, deadline, async (t) => {
    const sandbox = await make(t, { handler: 'function.stream' });
    if (sandbox === null) return;
    const streamed = await readStream(sandbox, { do: 'break', name: '', count: 2, size: 10 });
    if (client.breaksInBand) {
      assert.match(streamed.body, /^x{20}Lambda-Runtime-Function-Error-Type: Runtime.StreamError/);
    } else {
      assert.equal(streamed.body, 'x'.repeat(20));
      assert.match(streamed.error ?? '', /asked to break/);
    }
    const again = await readStream(sandbox, { do: 'stream', name: '', count: 1, size: 3 });
    assert.equal(again.body, 'xxx');
  });

  if (name !== 'go') return;

  it(`${title} serves HTTP behind lambdaurl`, deadline, async (t) => {
    const sandbox = await make(t, { handler: 'function.url' });
    if (sandbox === null) return;
    const { contentType, whole } = await readStream(sandbox, {
      rawPath: '/some/path',
      rawQueryString: 'count=3',
      headers: {},
      requestContext: { domainName: 'localhost', http: { method: 'PUT', sourceIp: '127.0.0.1' } },
    });
    assert.equal(contentType, 'application/vnd.awslambda.http-integration-response');
    const [prelude = '', body] = whole.split('\0'.repeat(8));
    const { statusCode, headers } = JSON.parse(prelude) as Record<string, Record<string, string>>;
    assert.equal(statusCode, 201);
    assert.equal(headers?.['X-From'], 'PUT /some/path');
    assert.equal(body, 'piece 0\npiece 1\npiece 2\n');
  });
}

function specOfClient(name: string, changes: Partial<SandboxSpec>): SandboxSpec {
  return specOf(join(built, name), {
    runtime: 'provided.al2023',
    handler: 'function.handler',
    memoryMb: 512,
    ...changes,
  });
}

/** One invocation whose answer is what the function found in its context. */
async function says(sandbox: Sandbox, name: string): Promise<void> {
  const call = callOf({ do: 'hello', name }, { traceId: `Root=1-${name}`, clientContext });
  const result = await sandbox.invoke(call);
  const answer = answerOf(result) as { deadlineMs: number };
  assert.equal(result.functionError, false, JSON.stringify(answer));
  assert(Math.abs(answer.deadlineMs - call.deadlineWallMs) < 2000, String(answer.deadlineMs));
  assert.deepEqual(answer, {
    hello: name,
    requestId: call.requestId,
    deadlineMs: answer.deadlineMs,
    arn: call.functionArn,
    traceId: `Root=1-${name}`,
    clientContext: 'mine',
  });
  assert.match(logOf(result), new RegExp(`printed by ${name}`));
}

/** `whole` is the stream as it came, `body` without the metadata of an HTTP answer. */
async function readStream(sandbox: Sandbox, event: unknown) {
  const chunks: Buffer[] = [];
  let contentType: string | null = null;
  let give: (bytes: number) => void = () => undefined;
  const stream = {
    begin: (type: string, taken: (bytes: number) => void) => {
      contentType = type;
      give = taken;
    },
    write: (chunk: Uint8Array) => {
      chunks.push(Buffer.from(chunk));
      setImmediate(() => give(chunk.length));
    },
  };
  const result = await sandbox.invoke({ ...callOf(event), stream });
  const whole = Buffer.concat(chunks).toString();
  return {
    contentType,
    whole,
    body: whole.slice(whole.lastIndexOf('\0') + 1),
    error: result.functionError ? Buffer.from(result.payload).toString() : null,
  };
}
