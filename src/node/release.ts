/** The release that this program is: the version in its package.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programRoot } from '../lib/index.js';

interface Package {
  readonly version: string;
}

export const release: string = (
  JSON.parse(readFileSync(join(programRoot, 'package.json'), 'utf8')) as Package
).version;
