/**
 * A zygote as its keeper sees it. Copies are sandboxes like others, but for their bodies; one is always ready
 * before it is asked for: forked, within its limits, and waiting for its first words, like a stem cell. For
 * the kernel takes some 10 ms to put a running process into a group, which is most of what a copy costs.
 *
 * Copies live in the zygote's namespaces, and those live no longer than it does. So one that was ended stays, as a
 * mere parent, until its last copy has ended; and if it crashes, its copies end as if they had crashed.
 */
import { HearthError, limits } from '../../types/index.js';
import type { Sandbox, SandboxSpec, Zygote } from '../driver.js';
import type { FramedSandbox } from '../framed-sandbox.js';
import type { ForkLine } from './fork-line.js';

export interface FramedZygoteDeps {
  readonly spec: SandboxSpec;
  readonly sandbox: FramedSandbox;
  readonly line: ForkLine;
  /** A copy that is yet to boot. Throws where this node makes no sandboxes. */
  readonly makeCopy: () => FramedSandbox;
}

export class FramedZygote implements Zygote {
  readonly #copies = new Set<FramedSandbox>();
  /** Booted or on its way. */
  #spare: Promise<FramedSandbox> | null = null;
  #retired = false;
  #endedCallbacks: (() => void)[] = [];

  constructor(private readonly deps: FramedZygoteDeps) {
    deps.sandbox.onEnded(() => {
      deps.line.close();
      this.#retire();
    });
    this.#prepare();
  }

  get id(): string {
    return this.deps.sandbox.id;
  }

  get alive(): boolean {
    return !this.#retired;
  }

  async fork(): Promise<Sandbox> {
    const copy = await this.#take();
    try {
      await copy.become(this.deps.spec);
    } finally {
      this.#prepare();
    }
    return copy;
  }

  end(): Promise<void> {
    this.#retire();
    return this.deps.sandbox.removed();
  }

  onEnded(callback: () => void): void {
    if (this.#retired) callback();
    else this.#endedCallbacks.push(callback);
  }

  async #take(): Promise<FramedSandbox> {
    const spare = this.#spare;
    this.#spare = null;
    const ready = await spare?.catch(() => null);
    // it may have ended while it waited
    return ready?.isStem ? ready : this.#boot();
  }

  /** Boots the next one, if there is none; that one can wait for, and be done without. */
  #prepare(): void {
    if (this.#spare !== null || this.#retired) return;
    if (this.#copies.size >= limits.copiesPerZygoteMax) return;
    const spare = this.#boot();
    this.#spare = spare;
    spare.catch(() => {
      if (this.#spare === spare) this.#spare = null;
    });
  }

  async #boot(): Promise<FramedSandbox> {
    const { makeCopy, spec } = this.deps;
    const name = `${spec.functionName}:${spec.functionVersion}`;
    if (this.#retired) {
      const message = `The zygote of ${name} has ended; make another one, or start without it.`;
      throw new HearthError('sandbox-unavailable', message);
    }
    if (this.#copies.size >= limits.copiesPerZygoteMax) {
      const message =
        `The zygote of ${name} has ${limits.copiesPerZygoteMax} copies on this node, and may have no more; ` +
        'start without it, or ask another node.';
      throw new HearthError('sandbox-unavailable', message);
    }
    const copy = makeCopy();
    this.#copies.add(copy);
    void copy.removed().then(() => this.#forget(copy));
    await copy.boot();
    return copy;
  }

  #forget(copy: FramedSandbox): void {
    this.#copies.delete(copy);
    this.#endIfLast();
  }

  #retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    const spare = this.#spare;
    this.#spare = null;
    spare?.then(
      (copy) => copy.end(),
      () => undefined,
    );
    const callbacks = this.#endedCallbacks;
    this.#endedCallbacks = [];
    for (const callback of callbacks) callback();
    this.#endIfLast();
  }

  #endIfLast(): void {
    if (this.#retired && this.#copies.size === 0) void this.deps.sandbox.end();
  }
}
