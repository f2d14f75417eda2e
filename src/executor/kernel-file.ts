/** Small files of the kernel: read at once, which waits for no disk; still not for every request. */
import { readFileSync } from 'node:fs';

/** How old what is known from them may be. */
export const readEveryMs = 250;

/** Empty where it cannot be read. */
export function kernelFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
