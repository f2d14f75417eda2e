/** Contestants that are one program of the benchmark's own, run by this Node.js. */
import { fileURLToPath } from 'node:url';
import { answers, type Contestant, startChild } from '../harness/index.js';

/** `program`: of bench/reference, such as `bare-echo`; it gets its port, and `args` after it. */
export function nodeProgram(
  name: string,
  program: string,
  args: readonly string[] = [],
): Contestant {
  return {
    name,
    async start(place) {
      const port = place.port();
      const words = [programFile(program), String(port), ...args];
      const env = { NODE_ENV: 'production', TMPDIR: place.directory };
      const child = await startChild(place, process.execPath, words, { env });
      const origin = `http://127.0.0.1:${port}`;
      await answers(origin, child, jsonRequest);
      return {
        origin,
        path: '/',
        headers: jsonRequest.headers,
        pids: [child.pid],
        stop: child.stop,
      };
    },
  };
}

export const jsonRequest = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{}',
} as const;

export function programFile(program: string): string {
  return fileURLToPath(new URL(`../reference/${program}.js`, import.meta.url));
}
