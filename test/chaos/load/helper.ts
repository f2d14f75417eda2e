/** A program beside the test that ends with it, and says on what it ended where it should not have. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export class Helper {
  readonly child: ChildProcess;
  readonly #ended: Promise<string>;

  /** `program`: a file beside this one. `enter`: what stands before the command. */
  constructor(
    private readonly program: string,
    stdio: StdioOptions,
    enter: readonly string[] = [],
  ) {
    const file = fileURLToPath(new URL(program, import.meta.url));
    const [command = process.execPath, ...args] = [...enter, process.execPath, file];
    this.child = spawn(command, args, { stdio });
    const exited = once(this.child, 'close').then(
      ([code, signal]) => `ended with ${code ?? signal}`,
    );
    this.#ended = exited.catch((error: Error) => error.message);
  }

  /** Resolves as `wanted` does, and rejects where the program ends before. */
  async unlessEnded<Value>(wanted: Promise<Value>): Promise<Value> {
    const ended = this.#ended.then((how) => {
      throw new Error(`${this.program} ${how}`);
    });
    return Promise.race([wanted, ended]);
  }

  /** Resolves when it is gone. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child.kill(signal);
    await this.#ended;
  }

  async gone(): Promise<void> {
    await this.#ended;
  }
}
