/** A sandbox that does nothing but see that it is used by one request at a time, the same on both sides. */
import { strict as assert } from 'node:assert';
import type { Sandbox, SandboxResult, Usage } from '../../src/agent/index.js';

/** One side of the comparison. */
export interface MeasuredPool {
  /** Takes a sandbox, runs one request in it, and gives it back. */
  run(): Promise<unknown>;
  close(): Promise<void>;
}

const usage: Usage = { memoryPeakBytes: null, cpuMs: null, memoryKills: 0 };
const result: SandboxResult = {
  payload: Buffer.from('{}'),
  streamed: false,
  functionError: false,
  durationMs: 0,
  errorType: null,
  log: Buffer.alloc(0),
};

export class IdleSandbox implements Sandbox {
  readonly initMs = 0;
  readonly loadMs = 0;
  readonly isCopy = false;
  readonly alive = true;
  readonly logStream = '';
  #running = false;
  constructor(readonly id: string) {}

  underWay(): [] {
    return [];
  }

  usage(): Usage {
    return usage;
  }

  async invoke(): Promise<SandboxResult> {
    assert(!this.#running, 'one request at a time');
    this.#running = true;
    await null;
    this.#running = false;
    return result;
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  onEnded(): void {
    // it never does
  }
}
