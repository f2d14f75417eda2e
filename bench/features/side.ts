/** One side of a comparison, started: a node with a function, and what has to be beside it. */
import { fileURLToPath } from 'node:url';
import { answers, type Load, type Place, startChild, startHearth } from '../harness/index.js';
import type { Side } from './features.js';

export interface Started {
  readonly pid: number;
  readonly load: Pick<Load, 'origin' | 'path' | 'headers' | 'body'>;
  /** What happens beside the load, until the returned function is called. */
  beside(): () => Promise<void>;
}

const body = '{"key1":"value1","n":1}';
const silent = 'export const handler = async (event) => event;\n';
const printing = `export const handler = async (event) => {
  console.log('invoked with', event.n);
  return event;
};
`;
const scrapeEveryMs = 1000;
const collector = fileURLToPath(new URL('./collector.js', import.meta.url));

export async function startSide(place: Place, side: Side): Promise<Started> {
  const nodes = await startHearth(place, {
    settings: { ...side.settings, ...(await tracingOf(place, side.tracedPercent)) },
    args: side.args ?? [],
  });
  await nodes.deploy('echo', { 'index.mjs': side.prints ? printing : silent });
  const { origin, pid } = nodes.first;
  const path = nodes.invocation('echo');
  const headers = side.signed ? nodes.signed({ method: 'POST', path, body }) : {};
  const scrape = (): Promise<unknown> => nodes.page('/_hearth/metrics');
  return {
    pid,
    load: { origin, path, headers, body },
    beside: () => (side.scraped ? repeatedly(scrape) : async () => {}),
  };
}

async function tracingOf(place: Place, percent: number | undefined) {
  if (percent === undefined) return {};
  const port = place.port();
  const otlpEndpoint = `http://127.0.0.1:${port}`;
  await answers(otlpEndpoint, await startChild(place, process.execPath, [collector, String(port)]));
  return { otlpEndpoint, traceShare: percent / 100 };
}

/** Resolves when the last one is over; rejects where one failed. */
function repeatedly(ask: () => Promise<unknown>): () => Promise<void> {
  const asked = [ask()];
  const timer = setInterval(() => asked.push(ask()), scrapeEveryMs);
  return async () => {
    clearInterval(timer);
    await Promise.all(asked);
  };
}
