/**
 * `node several.js FILE...`: several files of tests in one process, each as a suite of its own, with its own hooks: what
 * they share of the program is loaded once.
 */
import { resolve } from 'node:path';
import { describe } from 'node:test';
import { pathToFileURL } from 'node:url';

for (const file of process.argv.slice(2)) {
  describe(file, async () => {
    await import(pathToFileURL(resolve(file)).href);
  });
}
