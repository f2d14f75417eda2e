/** Sandboxes, stem cells and zygotes whose every step a test takes. */
import { strict as assert } from 'node:assert';
import type {
  Sandbox,
  SandboxResult,
  SandboxSpec,
  StemCell,
  StemKind,
  Usage,
  Zygote,
} from '../../src/agent/index.js';

/** What can end, once. */
class Mortal {
  alive = true;
  #callbacks: (() => void)[] = [];

  die(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const callback of this.#callbacks.splice(0)) callback();
  }

  end(): Promise<void> {
    this.die();
    return Promise.resolve();
  }

  onEnded(callback: () => void): void {
    if (this.alive) this.#callbacks.push(callback);
    else callback();
  }

  protected forget(): void {
    this.alive = false;
    this.#callbacks = [];
  }
}

/** It only says what it was made from. */
export class FakeSandbox extends Mortal implements Sandbox {
  readonly initMs = 1;
  readonly loadMs = 1;
  readonly isCopy = false;
  readonly logStream = 'stream';
  constructor(readonly id: string) {
    super();
  }

  underWay(): [] {
    return [];
  }

  usage(): Usage {
    return { memoryPeakBytes: null, cpuMs: null, memoryKills: 0 };
  }

  invoke(): Promise<SandboxResult> {
    return Promise.reject(new Error('nothing is invoked here'));
  }
}

export class FakeStem extends Mortal implements StemCell {
  /** What becoming a sandbox comes to. */
  failure: Error | null = null;
  constructor(
    readonly id: string,
    readonly kind: StemKind,
  ) {
    super();
  }

  become(): Promise<Sandbox> {
    assert(this.alive, 'a stem cell becomes a sandbox once, and not when it has ended');
    this.forget();
    return this.failure === null
      ? Promise.resolve(new FakeSandbox(`stem ${this.id}`))
      : Promise.reject(this.failure);
  }
}

export class FakeZygote extends Mortal implements Zygote {
  failure: Error | null = null;
  constructor(readonly id: string) {
    super();
  }

  fork(): Promise<Sandbox> {
    return this.failure === null
      ? Promise.resolve(new FakeSandbox(`fork of ${this.id}`))
      : Promise.reject(this.failure);
  }
}

interface Making<Made> {
  readonly ready: () => Made;
  readonly fail: (error: Error) => void;
}

export class FakeDriver {
  readonly stems: Making<FakeStem>[] = [];
  readonly zygotes: Making<FakeZygote>[] = [];
  kindOf: StemKind | null = null;
  /** What a cold start comes to. */
  failure: Error | null = null;
  #made = 0;

  create(): Promise<Sandbox> {
    return this.failure === null
      ? Promise.resolve(new FakeSandbox('cold'))
      : Promise.reject(this.failure);
  }

  stemKindOf(): StemKind | null {
    return this.kindOf;
  }

  createStem(kind: StemKind): Promise<StemCell> {
    return this.#make(this.stems, (id) => new FakeStem(id, kind));
  }

  createZygote(spec: SandboxSpec): Promise<Zygote> {
    return this.#make(this.zygotes, (id) => new FakeZygote(`${spec.functionName} ${id}`));
  }

  #make<Made>(makings: Making<Made>[], made: (id: string) => Made): Promise<Made> {
    return new Promise((resolve, reject) => {
      const ready = (): Made => {
        const one = made(String(++this.#made));
        resolve(one);
        return one;
      };
      makings.push({ ready, fail: reject });
    });
  }
}

/** Lets promises that are already settled run their reactions. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
