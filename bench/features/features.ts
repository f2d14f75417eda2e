/** What can be had or left out of a node, as two nodes that differ in nothing else. */
import type { Promised } from '../harness/index.js';

/** One of the two. */
export interface Side {
  /** As `--config FILE` takes them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** More arguments of `hearth node`. */
  readonly args?: readonly string[];
  /** Requests carry a signature. */
  readonly signed?: true;
  /** The function prints a line. */
  readonly prints?: true;
  /** Its metrics are asked for every second. */
  readonly scraped?: true;
  /** Where a collector takes spans; how many of a hundred requests have some. */
  readonly tracedPercent?: number;
}

export interface Feature {
  readonly what: string;
  readonly on: Side;
  readonly off: Side;
  /** Of requests/s with it, by those without. */
  readonly promised?: Promised;
}

const promised: Promised = ['>=', 0.9];

export const features: readonly Feature[] = [
  {
    what: 'authentication, each request signed',
    on: { args: ['--auth', 'on'], signed: true },
    off: { args: ['--auth', 'off'] },
    promised,
  },
  { what: 'metrics, scraped every second', on: { scraped: true }, off: {}, promised },
  { what: 'logs, a line of each invocation', on: { prints: true }, off: {}, promised },
  { what: 'tracing, of 1 % of requests', on: { tracedPercent: 1 }, off: {}, promised },
  { what: 'tracing, of every request', on: { tracedPercent: 100 }, off: {}, promised },
  { what: 'freezing of what idles', on: {}, off: { settings: { sandboxLingerMs: 0 } }, promised },
  {
    what: 'freezing of what idles for 1 ms',
    on: { settings: { sandboxLingerMs: 1 } },
    off: { settings: { sandboxLingerMs: 0 } },
  },
  {
    what: 'isolation by namespaces',
    on: { args: ['--sandbox', 'namespace'] },
    off: { args: ['--sandbox', 'process'] },
    promised,
  },
];
