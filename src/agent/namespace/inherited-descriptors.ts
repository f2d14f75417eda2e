/**
 * Descriptors that this process was started with and would hand on to every program that it starts, knowing
 * nothing of them. One directory among them, and a function could walk out of its sandbox by it. Node.js
 * marks all that it opens itself as not to be handed on; these it cannot mark any more, so each is covered by
 * /dev/null where a sandbox would find it.
 */
import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';

const firstDescriptor = 3;
const own = '/proc/self/fdinfo';
const closeOnExec = 0o2000000;

export class InheritedDescriptors {
  private constructor(
    private readonly numbers: readonly number[],
    private readonly nothing: FileHandle,
  ) {}

  static async find(): Promise<InheritedDescriptors> {
    const nothing = await open('/dev/null', 'r+');
    const numbers: number[] = [];
    for (const name of await readdir(own).catch(() => [])) {
      // gone meanwhile: the one of this very look
      const text = await readFile(`${own}/${name}`, 'latin1').catch(() => '');
      const flags = /^flags:\s*([0-7]+)$/m.exec(text)?.[1];
      if (flags === undefined || Number(name) < firstDescriptor) continue;
      if ((Number.parseInt(flags, 8) & closeOnExec) === 0) numbers.push(Number(name));
    }
    return new InheritedDescriptors(numbers, nothing);
  }

  /** The descriptors from 3 on that a program is to have, and nothing of what it would have beside them. */
  covered<Wanted>(wanted: readonly Wanted[]): (Wanted | number | 'ignore')[] {
    const descriptors: (Wanted | number | 'ignore')[] = [...wanted];
    for (const number of this.numbers) {
      const index = number - firstDescriptor;
      if (index < wanted.length) continue;
      while (descriptors.length <= index) descriptors.push('ignore');
      descriptors[index] = this.nothing.fd;
    }
    return descriptors;
  }

  close(): Promise<void> {
    return this.nothing.close();
  }
}
