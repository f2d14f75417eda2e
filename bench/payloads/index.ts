/**
 * Bodies of 1 kB, 100 kB and 6 MB there and back, and 6 MB streamed, beside the barest servers that do the same; and the
 * node's memory meanwhile. What a function of JSON costs by itself stands there as a second floor: it parses what it is
 * given and makes text of what it answers.
 */
import { type Line, type MeasureOptions, startHearth, withPlace } from '../harness/index.js';
import { bare, nodeProgram } from '../peers/index.js';
import { type Case, compare } from './compare.js';
import { memoryLines } from './memory.js';

const portBase = 26_450;
const kB = 1000;
const pieceBytes = 64 * 1024;
const pieces = 92;
const wanted = 0.5;

const echo = 'exports.handler = async (event) => event;\n';
const stream = `const piece = Buffer.alloc(${pieceBytes}, 'x');
exports.handler = awslambda.streamifyResponse(async (event, response) => {
  for (let left = ${pieces}; left > 0; left--) {
    if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
  }
  response.end();
});
`;

/** In short: 100 kB alone. */
export function measure(options: MeasureOptions): Promise<Line[]> {
  return withPlace(portBase, async (place) => {
    const floor = await bare.start(place);
    const json = await nodeProgram('node:http with JSON', 'json-echo').start(place);
    const nodes = await startHearth(place, { args: ['--sandbox', 'namespace'] });
    await nodes.deploy('echo', { 'index.js': echo });
    const { origin, pid } = nodes.first;
    const hearth = { origin, path: nodes.invocation('echo') };
    const echoCase = (name: string, bytes: number, connections: number): Case => ({
      name,
      body: jsonOf(bytes),
      bytes: 2 * bytes,
      connections,
      mine: { Hearth: { ...hearth, wanted } },
      floors: { 'bare node:http': floor, 'node:http with JSON': json },
    });
    const middle = echoCase('100 kB', 100 * kB, 32);
    if (options.short) return compare({ ...middle, floors: { 'bare node:http': floor } }, options);
    await nodes.deploy('stream', { 'index.js': stream });
    await nodes.command('url', 'create', 'stream', '--auth', 'none', '--stream');
    const api = '/2021-11-15/functions/stream/response-streaming-invocations';
    const sizes = [String(pieces), String(pieceBytes)];
    const bareStream = await nodeProgram('bare pieces', 'pieces', sizes).start(place);
    const large = echoCase('6 MB', 5900 * kB, 16);
    const streamed: Case = {
      name: '6 MB streamed',
      body: '{}',
      bytes: pieces * pieceBytes,
      connections: 16,
      mine: {
        'Hearth, API': { origin, path: api, wanted },
        'Hearth, URL': { origin, path: '/fn/stream/', wanted },
      },
      floors: { 'bare node:http': bareStream },
    };
    return [
      ...(await compare(echoCase('1 kB', kB, 64), options)),
      ...(await compare(middle, options)),
      ...(await memoryLines({ ...hearth, pid }, large, options)),
      ...(await compare(large, options)),
      ...(await compare(streamed, options)),
    ];
  });
}

/** A JSON text of so many bytes. */
function jsonOf(bytes: number): string {
  return JSON.stringify('x'.repeat(bytes - 2));
}
