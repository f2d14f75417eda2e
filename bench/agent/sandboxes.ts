/** A driver with a place of its own, and the functions that the benchmark runs in it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  noLogs,
  ProcessDriver,
  type SandboxDriver,
  type SandboxSpec,
} from '../../src/agent/index.js';
import { NamespaceDriver } from '../../src/agent/namespace/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';

export const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };

export interface Bench {
  readonly driver: SandboxDriver;
  /** The node's data. */
  readonly data: string;
  readonly spec: SandboxSpec;
  close(): Promise<void>;
}

/** Answers with what it was asked. */
const echo = 'exports.handler = async (event) => event;\n';

/** Namespaces where they can be had, else plain processes. `lingerMs` is 0 for sandboxes that never freeze. */
export async function openBench(lingerMs: number): Promise<Bench> {
  const data = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  const taskRoot = join(data, 'code');
  mkdirSync(taskRoot, { mode: 0o755 });
  writeFileSync(join(taskRoot, 'index.js'), echo);
  // sandboxes are other users
  const options = { manifestPath: join(data, 'sandboxes.json'), lingerMs };
  const driver = await startedDriver(options);
  const spec: SandboxSpec = {
    functionName: 'echo',
    functionVersion: '$LATEST',
    runtime: 'nodejs20.x',
    handler: 'index.handler',
    taskRoot,
    layersRoot: null,
    environment: {},
    memoryMb: 128,
    ephemeralMb: 64,
    network: 'none',
    image: null,
    concurrency: 1,
    initialization: 'on-demand',
  };
  return {
    driver,
    data,
    spec,
    close: async () => {
      await driver.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function startedDriver(options: {
  readonly manifestPath: string;
  readonly lingerMs: number;
}): Promise<SandboxDriver> {
  const namespaces = new NamespaceDriver(deps, options);
  try {
    await namespaces.start();
    return namespaces;
  } catch (error) {
    console.error(`plain processes instead of namespaces: ${(error as Error).message}`);
    const processes = new ProcessDriver(deps, options);
    await processes.start();
    return processes;
  }
}

let calls = 0;

export function callOf(payload: Uint8Array) {
  return {
    deadlineWallMs: systemClock.wallMs() + 60_000,
    requestId: `00000000-0000-4000-8000-${String(++calls).padStart(12, '0')}`,
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
    traceId: '',
    clientContext: '',
    payload,
    timeoutS: 60,
  };
}
