/**
 * Many connections at once to one node with all features on, and a constant rate of requests: the load program of
 * `bench/harness/steady-load.ts`, whose cost stands beside wrk's in the table.
 */
import { type Line, type MeasureOptions, startHearth, withPlace } from '../harness/index.js';
import { measureConstant } from './constant.js';
import { crowdConnections, Echo } from './echo.js';
import { measureFair } from './fair.js';
import { measureMaximum } from './maximum.js';

const portBase = 26_300;
const shortCountMax = 20_000;
const warmUpS = 6;
const shortWarmUpS = 2;

export function measure({ count, short }: MeasureOptions): Promise<Line[]> {
  return withPlace(portBase, async (place) => {
    const nodes = await startHearth(place, { args: ['--auth', 'on'] });
    const echo = await Echo.deploy(nodes, place.cleanup);
    await echo.warmUp(short ? shortWarmUpS : warmUpS);
    const fair = await measureFair(echo, short);
    const maximum = await measureMaximum(echo, short);
    const maximumPerS = {
      64: maximum.requestsPerS,
      [crowdConnections]: fair.requestsPerS,
    };
    const requests = short ? Math.min(count, shortCountMax) : count;
    const constant = await measureConstant(echo, maximumPerS, requests);
    return [...fair.lines, ...maximum.lines, ...constant];
  });
}
