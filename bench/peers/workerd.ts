/**
 * Cloudflare's workerd, one process as npm has it: all requests in one isolate of one thread, no isolation between
 * them. Its function does what a function of Hearth has done for it: reads its event as JSON and answers JSON.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers, type Contestant, startChild } from '../harness/index.js';
import { jsonRequest } from './node-program.js';
import { npmPackage } from './npm-package.js';

const version = '1.20261117.1';
const source = `export default {
  async fetch(request) {
    return Response.json(await request.json());
  },
};
`;

export const workerd: Contestant = {
  name: `workerd ${version}`,
  async start(place) {
    const installed = await npmPackage('workerd', version);
    const port = place.port();
    const directory = join(place.directory, `workerd-${port}`);
    await mkdir(directory);
    await writeFile(join(directory, 'worker.js'), source);
    await writeFile(join(directory, 'config.capnp'), configuration(port));
    const program = join(installed, 'node_modules', 'workerd', 'bin', 'workerd');
    const child = await startChild(place, program, ['serve', join(directory, 'config.capnp')]);
    const origin = `http://127.0.0.1:${port}`;
    await answers(origin, child, jsonRequest);
    return { origin, path: '/', headers: jsonRequest.headers, pids: [child.pid], stop: child.stop };
  },
};

function configuration(port: number): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = .echo) ],
  sockets = [ (name = "http", address = "127.0.0.1:${port}", http = (), service = "main") ]
);
const echo :Workerd.Worker = (
  modules = [ (name = "worker.js", esModule = embed "worker.js") ],
  compatibilityDate = "2026-01-01",
);
`;
}
