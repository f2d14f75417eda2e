/** The executor over sandboxes whose every step the test takes. */
import { strict as assert } from 'node:assert';
import type {
  InvocationReport,
  LogSink,
  LogSource,
  Sandbox,
  SandboxCall,
  SandboxDriver,
  SandboxResult,
  SandboxSpec,
  Usage,
} from '../../src/agent/index.js';
import type { FunctionRecord } from '../../src/catalog/index.js';
import {
  type Ended,
  Executor,
  type ExecutorOptions,
  type MemoryReading,
} from '../../src/executor/index.js';
import { SimulatedClock, silentLogger } from '../../src/lib/index.js';
import { bundleHash, type Invocation, requestId, type WarmClaim } from '../../src/types/index.js';

/** A sandbox whose every step the test takes. */
export class FakeSandbox implements Sandbox {
  readonly initMs = 12;
  readonly loadMs = 5;
  isCopy = false;
  readonly logStream = 'stream';
  cpuMs = 2;
  alive = true;
  calls: SandboxCall[] = [];
  /** Who waits for an answer, in the order of the calls. */
  readonly #resolves: ((result: SandboxResult) => void)[] = [];
  #callbacks: (() => void)[] = [];
  constructor(
    readonly id: string,
    readonly spec: SandboxSpec,
  ) {}

  invoke(call: SandboxCall): Promise<SandboxResult> {
    assert(this.alive && this.#resolves.length < this.spec.concurrency, 'no call too many');
    this.calls.push(call);
    return new Promise((resolve) => {
      this.#resolves.push(resolve);
    });
  }

  answer(text: string, functionError = false): void {
    const resolve = this.#resolves.shift();
    const payload = Buffer.from(text);
    resolve?.({
      payload,
      streamed: false,
      functionError,
      errorType: null,
      durationMs: 1.5,
      log: Buffer.from('printed'),
    });
  }

  underWay(): { requestId: string; beganMs: number }[] {
    return this.calls
      .slice(this.calls.length - this.#resolves.length)
      .map(({ requestId }) => ({ requestId, beganMs: 0 }));
  }

  usage(): Usage {
    return { memoryPeakBytes: 30_000_000, cpuMs: this.cpuMs, memoryKills: 0 };
  }

  die(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const callback of this.#callbacks.splice(0)) callback();
    while (this.#resolves.length > 0) this.answer('{"errorType":"Runtime.ExitError"}', true);
  }

  end(): Promise<void> {
    this.die();
    return Promise.resolve();
  }

  onEnded(callback: () => void): void {
    if (this.alive) this.#callbacks.push(callback);
    else callback();
  }
}

export class FakeDriver implements SandboxDriver {
  readonly kind = 'process';
  readonly starts: {
    spec: SandboxSpec;
    ready: () => FakeSandbox;
    fail: (error: Error) => void;
  }[] = [];
  start = (): Promise<void> => Promise.resolve();
  stop = (): Promise<void> => Promise.resolve();
  create(spec: SandboxSpec): Promise<Sandbox> {
    return new Promise((resolve, reject) => {
      const ready = (): FakeSandbox => {
        const sandbox = new FakeSandbox(String(this.starts.length), spec);
        resolve(sandbox);
        return sandbox;
      };
      this.starts.push({ spec, ready, fail: reject });
    });
  }

  stemKindOf(): null {
    return null;
  }

  createStem(): Promise<never> {
    return Promise.reject(new Error('no stem cells here'));
  }

  createZygote(): Promise<never> {
    return Promise.reject(new Error('no zygotes here'));
  }
}

export const source: LogSource = { functionName: 'f', functionVersion: '$LATEST', logStream: 's' };
export const record: FunctionRecord = {
  name: 'f',
  version: '$LATEST',
  runtime: 'nodejs20.x',
  handler: 'index.handler',
  role: '',
  description: '',
  timeoutS: 3,
  memoryMb: 128,
  ephemeralMb: 512,
  snapStart: false,
  tracing: 'PassThrough',
  logging: null,
  deadLetterTarget: '',
  sealedEnvironment: 'sealed',
  layers: [],
  image: null,
  architecture: 'x86_64',
  codeHash: bundleHash('0'.repeat(64)),
  codeBytes: 1,
  tags: {},
  revisionId: '',
  lastModified: '',
  revision: 1,
};

export function invocation(id: string, signal?: AbortSignal): Invocation {
  return {
    requestId: requestId(id),
    functionName: 'f',
    qualifier: '$LATEST',
    invokedAs: '',
    payload: Buffer.from('{}'),
    traceId: '',
    clientContext: '',
    hops: 0,
    ...(signal === undefined ? {} : { signal }),
  };
}

export function setUp(
  options: Partial<ExecutorOptions> = {},
  variables: Record<string, string> = {},
) {
  const driver = new FakeDriver();
  const clock = new SimulatedClock();
  const catalog = {
    taskRoot: (hash: string) => Promise.resolve(`/code/${hash[0]}`),
    layersRoot: () => Promise.resolve('/layers'),
    environment: () => {
      opened.times++;
      if (failure !== null) throw failure;
      return { A: 'b', HEARTH_NETWORK: 'outbound', ...variables };
    },
  };
  const opened = { times: 0 };
  let failure: Error | null = null;
  const fail = (error: Error): void => {
    failure = error;
  };
  const memory: { reading: MemoryReading | null } = { reading: null };
  const told: WarmClaim[] = [];
  const claims = { changed: (claim: WarmClaim) => void told.push(claim) };
  const reports: InvocationReport[] = [];
  const ended: Ended[] = [];
  const logs: LogSink = {
    output: () => undefined,
    report: (_, report) => void reports.push(report),
  };
  const executor = new Executor(
    {
      driver,
      clock,
      logger: silentLogger,
      logs,
      executions: { ended: (one) => void ended.push(one) },
      catalog,
      claims,
      memory: () => memory.reading,
      spareTime: () => false,
    },
    {
      sandboxesMax: 10,
      startsMax: 10,
      sandboxIdleMs: 60_000,
      queueWaitMs: 1000,
      functionArn: (name, qualifier) =>
        `arn:${name}${qualifier === undefined ? '' : `:${qualifier}`}`,
      ...options,
    },
  );
  return { driver, clock, executor, told, reports, ended, fail, memory, opened };
}

/** Lets promises that are already settled run their reactions. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function coldSandbox(driver: FakeDriver): Promise<FakeSandbox> {
  await settle();
  const start = driver.starts.at(-1);
  assert(start !== undefined);
  const sandbox = start.ready();
  await settle();
  return sandbox;
}
