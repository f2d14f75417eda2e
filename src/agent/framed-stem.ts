/** A sandbox without a function, as its keeper sees it until it has one. */
import type { Sandbox, SandboxSpec, StemCell, StemKind } from './driver.js';
import type { FramedSandbox } from './framed-sandbox.js';

export class FramedStem implements StemCell {
  #becoming = false;

  constructor(
    readonly kind: StemKind,
    private readonly sandbox: FramedSandbox,
  ) {}

  get id(): string {
    return this.sandbox.id;
  }

  get alive(): boolean {
    return !this.#becoming && this.sandbox.isStem;
  }

  async become(spec: SandboxSpec): Promise<Sandbox> {
    this.#becoming = true;
    await this.sandbox.become(spec);
    return this.sandbox;
  }

  end(): Promise<void> {
    return this.sandbox.end();
  }

  onEnded(callback: () => void): void {
    this.sandbox.onEnded(() => {
      if (!this.#becoming) callback();
    });
  }
}
