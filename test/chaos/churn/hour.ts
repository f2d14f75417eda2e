/**
 * What an hour of ordinary life does to a small cluster, in numbers. Nothing in a node leaks by the clock
 * alone: it leaks by what comes and goes. So the same number of comings and goings within minutes stands for the hour.
 */

export type ChurnPart =
  | 'requests'
  | 'sandboxes'
  | 'functions'
  | 'events'
  | 'connections'
  | 'streams'
  | 'crashes'
  | 'restarts';

export const parts: readonly ChurnPart[] = [
  'requests',
  'sandboxes',
  'functions',
  'events',
  'connections',
  'streams',
  'crashes',
  'restarts',
];

export interface HourPart {
  readonly perHour: number;
  /** What it is, and why so many. */
  readonly meaning: string;
}

export const hour: Readonly<Record<ChurnPart, HourPart>> = {
  requests: {
    perHour: 36_000,
    meaning: 'synchronous invocations of warm functions, ten a second; one in fifty fails',
  },
  sandboxes: {
    perHour: 3600,
    meaning: 'sandboxes made for a burst and ended when they are idle, one a second',
  },
  functions: {
    perHour: 600,
    meaning:
      'functions created, called, changed, published, given an alias, a URL and a policy, called again and ' +
      'deleted: one every six seconds, as of a busy pipeline that tries each change under a name of its own',
  },
  events: {
    perHour: 3600,
    meaning:
      'asynchronous invocations, one a second; one in ten with an idempotency key, one in fifty fails',
  },
  connections: {
    perHour: 3600,
    meaning:
      'connections that clients drop half-way: in the headers, in the body, before the answer; one a second',
  },
  streams: {
    perHour: 600,
    meaning:
      'streamed answers and followed logs, every other one left in the middle; one every six seconds',
  },
  crashes: {
    perHour: 120,
    meaning: 'functions that run into their timeout or end their process; two a minute',
  },
  restarts: {
    perHour: 12,
    meaning: 'restarts of one node, every other one by SIGKILL; one every five minutes',
  },
};

export type Quotas = Readonly<Record<ChurnPart, number>>;

/** That share of an hour; at least one of each. */
export function quotasOf(share: number): Quotas {
  const entries = parts.map((part) => [part, Math.max(1, Math.round(hour[part].perHour * share))]);
  return Object.fromEntries(entries) as Quotas;
}
