/**
 * AWS's aws-lambda-rie, the emulator in the Lambda base images: a Go program that passes one event at a time to the
 * function's process, and refuses a second one meanwhile.
 */
import { answers, type Contestant, startChild } from '../harness/index.js';
import { goProgram } from './go-module.js';
import { jsonRequest, programFile } from './node-program.js';

const module = 'github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie';
const version = '0f5fce3275ada05b2e0cc2c097c6240b0442a3d6';
const path = '/2015-03-31/functions/function/invocations';

export const rie: Contestant = {
  name: 'aws-lambda-rie',
  async start(place) {
    const program = await goProgram(module, version);
    const address = `127.0.0.1:${place.port()}`;
    const words = ['--runtime-interface-emulator-address', address, '--log-level', 'error'];
    words.push('--runtime-api-address', `127.0.0.1:${place.port()}`);
    words.push(process.execPath, programFile('runtime-echo'));
    // it writes three lines for each event
    const options = { env: { NODE_ENV: 'production' }, stdio: 'ignore' } as const;
    const child = await startChild(place, program, words, options);
    const origin = `http://${address}`;
    await answers(`${origin}${path}`, child, jsonRequest);
    return { origin, path, headers: jsonRequest.headers, pids: [child.pid], stop: child.stop };
  },
};
