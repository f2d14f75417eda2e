/** The release that this program is: the version in its package.json. */
import { readFileSync } from 'node:fs';

interface Package {
  readonly version: string;
}

export const release: string = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Package
).version;
