/** A wrong clock and slow disks for single processes: `libc-faults.c`, built once for an arena and steered by a file for each process. */
import { execFile } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missing, root } from '../../e2e/cluster-harness.js';

const source = join(root, 'test/chaos/arena/libc-faults.c');
const nsPerMs = 1_000_000n;
const numberBytes = 8;

/** Builds it there; throws what the compiler says. */
export async function buildLibcFaults(directory: string): Promise<string> {
  const library = join(directory, 'libc-faults.so');
  const flags = ['-O2', '-Wall', '-Werror', '-shared', '-fPIC'];
  await promisify(execFile)('gcc', [...flags, '-o', library, source, '-ldl']);
  return library;
}

/** Why it cannot be built here, or false. */
export function noLibcFaults(): string | false {
  return process.platform === 'linux' ? missing('gcc') : 'not Linux';
}

export class LibcFaults {
  readonly #aheadNs = 0;
  readonly #delayNs = numberBytes;

  /** `file`: of this process alone. */
  constructor(
    private readonly library: string,
    private readonly file: string,
  ) {
    const created = openSync(file, 'w');
    writeSync(created, Buffer.alloc(2 * numberBytes));
    closeSync(created);
  }

  /** What stands before the command of the process; later ones keep what was set. */
  get enter(): readonly string[] {
    const variables = [`LD_PRELOAD=${this.library}`, `HEARTH_TEST_LIBC_FAULTS=${this.file}`];
    return ['env', ...variables];
  }

  setClock(aheadMs: number): void {
    this.#write(this.#aheadNs, aheadMs);
  }

  slowSync(delayMs: number): void {
    this.#write(this.#delayNs, delayMs);
  }

  #write(position: number, ms: number): void {
    const bytes = Buffer.alloc(numberBytes);
    bytes.writeBigInt64LE(BigInt(Math.round(ms)) * nsPerMs);
    // not truncated, for it is mapped
    const file = openSync(this.file, 'r+');
    try {
      writeSync(file, bytes, 0, numberBytes, position);
    } finally {
      closeSync(file);
    }
  }
}
