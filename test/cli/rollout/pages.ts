/** Pages of a rollout from 0.1.0 to 0.2.0, for the tests of the command. */
import type { RolloutPageView, RolloutView } from '../../../src/cli/rollout/pages.js';

const beganMs = Date.UTC(2026, 0, 1, 12);

export const nowMs = beganMs + 125_000;

export function rolloutAt(step: string, more: Partial<RolloutView> = {}): RolloutView {
  return {
    id: 4,
    revision: 7,
    from: { version: '0.1.0' },
    release: { version: '0.2.0' },
    by: 'source',
    beganMs,
    step,
    stepBeganMs: nowMs - 34_000,
    paused: null,
    size: 3,
    oldMaster: 'aaaaaaaaaa',
    target: null,
    reason: null,
    comparison: null,
    story: [{ atMs: beganMs, step: 'detected', text: 'the source offers 0.2.0.' }],
    endedMs: null,
    ...more,
  };
}

export function pageOf(
  current: RolloutView | null,
  more: Partial<RolloutPageView> = {},
): RolloutPageView {
  const node = (id: string, port: number, version: string, role: string) => ({
    id: id.repeat(10),
    http: `127.0.0.1:${port}`,
    version,
    role,
  });
  return {
    formatLevel: 1,
    current,
    past: [],
    refused: [],
    nodes: [
      node('a', 8081, '0.1.0', 'master'),
      node('b', 8082, '0.1.0', 'replica'),
      node('c', 8083, '0.2.0', 'worker'),
    ],
    comparison: null,
    source: null,
    ...more,
  };
}

const side = { nodes: 2, requests: 1200, failures: 0, functionErrors: 3, lagP99Ms: 11 };

export const comparison = {
  verdict: 'waiting',
  text: '120 of 200 requests have been answered by 0.2.0.',
  windowMs: 34_000,
  old: { ...side, medianMs: 1.44, p99Ms: 9.26 },
  new: { ...side, nodes: 1, requests: 120, functionErrors: 0, medianMs: null, p99Ms: 130 },
};
