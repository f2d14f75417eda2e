/** Where the program lies: its modules and the bundle made of them are not equally deep. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory with this program's package.json and bin. */
export const programRoot: string = rootOf(fileURLToPath(import.meta.url));

function rootOf(path: string): string {
  const directory = dirname(path);
  if (existsSync(join(directory, 'package.json')) || directory === path) return directory;
  return rootOf(directory);
}
