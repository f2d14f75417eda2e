/** The processes beside the nodes: each in a session of its own, which the kernel weighs as one. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export class Helper<Report> {
  readonly #child: ChildProcess;

  private constructor(program: string, args: readonly string[]) {
    const path = fileURLToPath(new URL(program, import.meta.url));
    this.#child = fork(path, args, { detached: true });
  }

  /** Resolves when it has begun. */
  static async start<Report>(program: string, args: readonly string[]): Promise<Helper<Report>> {
    const helper = new Helper<Report>(program, args);
    await once(helper.#child, 'message');
    return helper;
  }

  /** Forgets what it has counted so far. */
  reset(): void {
    this.#child.send('reset');
  }

  async end(): Promise<Report> {
    const report = once(this.#child, 'message') as Promise<[Report]>;
    this.#child.send('end');
    const [value] = await report;
    return value;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
