/** OpenFaaS's of-watchdog in its mode `http`: a Go program that passes each request to the function's HTTP server. */
import { answers, type Contestant, startChild } from '../harness/index.js';
import { goProgram } from './go-module.js';
import { jsonRequest, programFile } from './node-program.js';

/** A commit: its releases are tags that Go does not take for versions. */
const version = 'a265b19f6e058c8bd8a2adb4e601b9783a87b452';

export const ofWatchdog: Contestant = {
  name: 'OpenFaaS of-watchdog',
  async start(place) {
    const program = await goProgram('github.com/openfaas/of-watchdog', version);
    const port = place.port();
    const functionPort = place.port();
    const env = {
      NODE_ENV: 'production',
      mode: 'http',
      port: String(port),
      upstream_url: `http://127.0.0.1:${functionPort}`,
      fprocess: `${process.execPath} ${programFile('json-echo')} ${functionPort}`,
      // else it writes to /tmp, which is not the benchmark's
      suppress_lock: 'true',
    };
    // it writes a line for each request
    const child = await startChild(place, program, [], { env, stdio: 'ignore' });
    const origin = `http://127.0.0.1:${port}`;
    await answers(origin, child, jsonRequest);
    return { origin, path: '/', headers: jsonRequest.headers, pids: [child.pid], stop: child.stop };
  },
};
