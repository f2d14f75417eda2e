/** Where the program lies, and its version. Its modules and the bundle made of them are not equally deep. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory with this program's package.json and bin. */
export const programRoot: string = rootOf(fileURLToPath(import.meta.url));

/** What its package.json has as its version; `unknown` where that has none. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(programRoot, 'package.json'), 'utf8'));
  const found = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return found ? String(manifest.version) : 'unknown';
}

function rootOf(path: string): string {
  const directory = dirname(path);
  if (existsSync(join(directory, 'package.json')) || directory === path) return directory;
  return rootOf(directory);
}
