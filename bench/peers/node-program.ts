/** Contestants that are one program of the benchmark's own, run by this Node.js. */
import { fileURLToPath } from 'node:url';
import { answers, type Contestant, startChild } from '../harness/index.js';

/** `program`: of bench/reference, such as `bare-echo`; it gets its port, and `args` after it. */
export function nodeProgram(
  name: string,
  program: string,
  args: readonly string[] = [],
): Contestant {
  const file = fileURLToPath(new URL(`../reference/${program}.js`, import.meta.url));
  return {
    name,
    async start(place) {
      const port = place.port();
      const words = [file, String(port), ...args];
      const env = { NODE_ENV: 'production' };
      const child = await startChild(place, process.execPath, words, { env });
      const origin = `http://127.0.0.1:${port}`;
      const headers = { 'content-type': 'application/json' };
      await answers(origin, child, { method: 'POST', headers, body: '{}' });
      return { origin, path: '/', headers, pids: [child.pid], stop: child.stop };
    },
  };
}
