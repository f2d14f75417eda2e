/** Warm invocations: an echo of a small JSON, 64 connections, in turn with every peer. */
import {
  alternately,
  type Line,
  lineOf,
  type MeasureOptions,
  progress,
  ratios,
  startHearth,
  withPlace,
  wrk,
} from '../harness/index.js';
import { bare } from '../peers/index.js';

const portBase = 26_000;
const connections = 64;
const body = '{"key1":"value1","n":1}';
const source = 'export const handler = async (event) => event;\n';

export function measure({ count, short }: MeasureOptions): Promise<Line[]> {
  return withPlace(portBase, async (place) => {
    const floor = await bare.start(place);
    const nodes = await startHearth(place, { args: ['--auth', 'on'] });
    await nodes.deploy('echo', { 'index.mjs': source });
    const path = nodes.invocation('echo');
    const headers = nodes.signed({ method: 'POST', path, body });
    const targets = {
      hearth: { origin: nodes.first.origin, path, headers },
      bare: floor,
    };
    const seconds = short ? 1 : 5;
    const found = await alternately(
      ['hearth', 'bare'],
      { warmUps: 1, rounds: count },
      async (name) => {
        const result = await wrk({ ...targets[name], body, connections, seconds });
        progress(
          `${name}: ${Math.round(result.requestsPerS)} requests/s, ${result.errors} errors, ` +
            `loader ${result.loaderCores.toFixed(2)} cores`,
        );
        return result.requestsPerS;
      },
    );
    return [
      lineOf('Hearth, Lambda API', 'requests/s', found.hearth),
      lineOf('bare node:http', 'requests/s', found.bare),
      lineOf('Hearth, Lambda API / bare node:http', 'ratio', ratios(found.hearth, found.bare), [
        '>=',
        0.4,
      ]),
    ];
  });
}
