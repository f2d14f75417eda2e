/** A framed sandbox over a fake body, with a clock of its own, that leaves nothing behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { FramedSandbox } from '../../src/agent/framed-sandbox.js';
import {
  type LogSink,
  noLogs,
  type ResponseStream,
  type SandboxCall,
  type SandboxSpec,
} from '../../src/agent/index.js';
import { DeadlineQueue, SimulatedClock, silentLogger } from '../../src/lib/index.js';
import type { FakeBody } from './fake-body.js';
import { callOf, specOf } from './fixture.js';

export interface Made {
  readonly sandbox: FramedSandbox;
  readonly clock: SimulatedClock;
  readonly directory: string;
}

export function make(
  t: TestContext,
  body: FakeBody,
  logs: LogSink = noLogs,
  changes: Partial<SandboxSpec> = {},
): Made {
  const parent = mkdtempSync(join(tmpdir(), 'hearth-test-'));
  const clock = new SimulatedClock();
  const deadlines = new DeadlineQueue(clock);
  const directory = join(parent, '1');
  const spec = specOf('/x', changes);
  const sandbox = new FramedSandbox(
    { clock, deadlines, logger: silentLogger, logs },
    { id: 'hearth-abcdef-1', spec, body, directory, initTimeoutMs: 1000 },
  );
  t.after(async () => {
    await sandbox.end();
    rmSync(parent, { recursive: true });
  });
  return { sandbox, clock, directory };
}

export async function booted(
  t: TestContext,
  body: FakeBody,
  logs?: LogSink,
  changes?: Partial<SandboxSpec>,
): Promise<Made> {
  const made = make(t, body, logs, changes);
  await made.sandbox.boot();
  return made;
}

export function call(stream?: ResponseStream): SandboxCall {
  return callOf({}, { timeoutS: 3600, ...(stream === undefined ? {} : { stream }) });
}
