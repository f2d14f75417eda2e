/** Which shared libraries programs of this host need, their loader among them: asked of `ldd`. */
import { execFile } from 'node:child_process';

const lddTimeoutMs = 30_000;
const lddOutputBytesMax = 16 * 1024 * 1024;

/** Absolute paths as the loader would open them, sorted. Programs that are linked statically need none. */
export async function sharedLibraries(programs: readonly string[]): Promise<readonly string[]> {
  if (programs.length === 0) return [];
  return librariesIn(await ldd(programs));
}

/** The paths in what `ldd` prints: `name => /path (0x...)`, or `/path (0x...)` alone. */
export function librariesIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const line of text.split('\n')) {
    const path = /^\s+(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)$/.exec(line)?.[1];
    if (path !== undefined) found.add(path);
  }
  return [...found].sort();
}

/** It exits with an error where one of them is no dynamic program, and tells of the others all the same. */
function ldd(programs: readonly string[]): Promise<string> {
  const options = {
    timeout: lddTimeoutMs,
    maxBuffer: lddOutputBytesMax,
    env: { PATH: process.env.PATH },
  };
  return new Promise((resolve, reject) => {
    execFile('ldd', [...programs], options, (error, stdout) => {
      if (error !== null && typeof error.code !== 'number') {
        reject(
          new Error(`ldd, which names the libraries of programs, did not run: ${error.message}`),
        );
      } else resolve(stdout);
    });
  });
}
