/**
 * Google's functions-framework for Node.js, as its users start it: all requests in one process, no isolation between
 * them. It has read the body as JSON before the function is called, as it always does.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers, type Contestant, startChild } from '../harness/index.js';
import { jsonRequest } from './node-program.js';
import { npmPackage } from './npm-package.js';

const name = '@google-cloud/functions-framework';
const version = '5.0.5';
const source = 'exports.echo = (request, response) => response.json(request.body);\n';

export const functionsFramework: Contestant = {
  name: `functions-framework ${version}`,
  async start(place) {
    const installed = await npmPackage(name, version);
    const port = place.port();
    const directory = join(place.directory, `functions-framework-${port}`);
    await mkdir(directory);
    await writeFile(join(directory, 'index.js'), source);
    const program = join(installed, 'node_modules', '.bin', 'functions-framework');
    const words = ['--target=echo', `--source=${directory}`, `--port=${port}`];
    const env = { NODE_ENV: 'production' };
    const child = await startChild(place, process.execPath, [program, ...words], { env });
    const origin = `http://127.0.0.1:${port}`;
    await answers(origin, child, jsonRequest);
    return { origin, path: '/', headers: jsonRequest.headers, pids: [child.pid], stop: child.stop };
  },
};
