/** The most that the node takes: closed loop, by the load program of the rest, and by wrk to say what that costs. */
import { alternately, type Line, lineOf, ratios } from '../harness/index.js';
import type { Echo } from './echo.js';

const connectionsChoices = ['64', '128', '256'] as const;
/** Where wrk is put beside it. */
const comparedAt = '64';

export interface Maximum {
  /** The best of the medians. */
  readonly requestsPerS: number;
  readonly lines: readonly Line[];
}

export async function measureMaximum(echo: Echo, short: boolean): Promise<Maximum> {
  const seconds = short ? 1 : 4;
  /** Microseconds of the loaders' CPU for one request. */
  const costUs: Record<'mine' | 'wrk', number[]> = { mine: [], wrk: [] };
  const pace = { kind: 'closed', warmUpS: 0.5, seconds } as const;
  const found = await alternately(
    [...connectionsChoices, 'wrk'],
    { warmUps: 0, rounds: short ? 1 : 3 },
    async (name) => {
      if (name === 'wrk') {
        const result = await echo.wrk(Number(comparedAt), seconds);
        costUs.wrk.push((result.loaderCores / result.requestsPerS) * 1e6);
        return result.requestsPerS;
      }
      const result = await echo.steady(Number(name), pace);
      if (name === comparedAt) costUs.mine.push((result.loaderCores / result.requestsPerS) * 1e6);
      return result.requestsPerS;
    },
  );
  const lines = connectionsChoices.map((name) =>
    lineOf(`closed loop, ${name} connections`, 'requests/s', found[name]),
  );
  const medians = lines.map(({ median }) => median);
  return {
    requestsPerS: Math.max(...medians),
    lines: [
      ...lines,
      lineOf(`closed loop by wrk, ${comparedAt} connections`, 'requests/s', found.wrk),
      lineOf('CPU of the load program', 'us/request', costUs.mine),
      lineOf('CPU of wrk', 'us/request', costUs.wrk),
      lineOf('CPU of the load program / of wrk', 'ratio', ratios(costUs.mine, costUs.wrk)),
    ],
  };
}
