/**
 * What each feature costs: requests/s of a node that has it by those of one that differs in nothing else, loaded in turn,
 * for what one takes that is not loaded is some 3 % of a core. Then what cannot be left out, as a share of the CPU time
 * that the node spends on a request.
 */
import {
  alternately,
  cpuS,
  type Line,
  lineOf,
  type MeasureOptions,
  progress,
  ratios,
  withPlace,
  wrk,
} from '../harness/index.js';
import { callLines } from './calls.js';
import { type Feature, features } from './features.js';
import { startSide } from './side.js';

interface Tried {
  readonly line: Line;
  readonly errors: number;
  /** CPU time of a node that has the feature for each request, one of each round. */
  readonly nodeUs: readonly number[];
}

const portBase = 26_500;
const connections = 64;

export async function measure(options: MeasureOptions): Promise<Line[]> {
  const tried: Tried[] = [];
  for (const feature of features) tried.push(await tryFeature(feature, options));
  const errors = tried.map((one) => one.errors);
  // the usual node, with all that is on by default
  const usual = tried[features.findIndex(({ on }) => Object.keys(on).length === 0)];
  return [
    ...tried.map(({ line }) => line),
    lineOf('errors with each of them', 'answers', errors, ['<=', 0]),
    ...(await callLines(usual?.nodeUs ?? [], options)),
  ];
}

function tryFeature(feature: Feature, { count, short }: MeasureOptions): Promise<Tried> {
  return withPlace(portBase, async (place) => {
    const sides = {
      on: await startSide(place, feature.on),
      off: await startSide(place, feature.off),
    };
    const seconds = short ? 1 : 3;
    const nodeUs: number[] = [];
    let errors = 0;
    const load = async (name: 'on' | 'off'): Promise<number> => {
      const { pid, load: what, beside } = sides[name];
      const over = beside();
      const beganS = await cpuS([pid]);
      const result = await wrk({ ...what, connections, seconds });
      const us = (((await cpuS([pid])) - beganS) * 1e6) / (result.requestsPerS * seconds);
      await over();
      errors += result.errors;
      if (name === 'on') nodeUs.push(us);
      progress(
        `${feature.what}, ${name}: ${Math.round(result.requestsPerS)} requests/s, ${us.toFixed(0)} us of the node each, ` +
          `${result.errors} errors, loader ${result.loaderCores.toFixed(2)} cores`,
      );
      return result.requestsPerS;
    };
    // the first seconds of both are their compilers' and their sandboxes'
    const warmUps = short ? 4 : 3;
    const found = await alternately(['on', 'off'], { warmUps, rounds: count }, load);
    const line = lineOf(feature.what, 'ratio', ratios(found.on, found.off), feature.promised);
    return { line, errors, nodeUs: nodeUs.slice(warmUps) };
  });
}
