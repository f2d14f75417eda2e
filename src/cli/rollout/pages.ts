/**
 * What a node answers of the rollout, as far as the command reads it. Members that it does not know pass through, and a
 * step may be of a newer release: whoever watches a cluster that changes its release talks to both.
 */
import * as z from 'zod';
import type { LambdaClient } from '../api-client.js';

const side = z.looseObject({
  nodes: z.number(),
  requests: z.number(),
  failures: z.number(),
  functionErrors: z.number(),
  medianMs: z.number().nullable(),
  p99Ms: z.number().nullable(),
  lagP99Ms: z.number().nullable(),
});
const comparison = z.looseObject({
  verdict: z.string(),
  text: z.string(),
  windowMs: z.number(),
  old: side,
  new: side,
});
const release = z.looseObject({ version: z.string() });
const storyLine = z.looseObject({ atMs: z.number(), step: z.string(), text: z.string() });

const rollout = z.looseObject({
  id: z.number(),
  revision: z.number(),
  from: release,
  release,
  by: z.string(),
  beganMs: z.number(),
  step: z.string(),
  stepBeganMs: z.number(),
  paused: z.looseObject({ by: z.string(), atMs: z.number() }).nullable(),
  size: z.number(),
  oldMaster: z.string(),
  target: z.string().nullable(),
  reason: z.string().nullable(),
  comparison: comparison.nullable(),
  story: z.array(storyLine),
  endedMs: z.number().nullable(),
});

const rolloutPage = z.looseObject({
  formatLevel: z.number(),
  current: rollout.nullable(),
  past: z.array(rollout),
  refused: z.array(z.looseObject({ release: z.string(), reason: z.string(), atMs: z.number() })),
  nodes: z.array(
    z.looseObject({ id: z.string(), http: z.string(), version: z.string(), role: z.string() }),
  ),
  comparison: comparison.nullable(),
  source: z
    .looseObject({ address: z.string(), lookedMs: z.number().nullable(), text: z.string() })
    .nullable(),
});

export type RolloutView = z.output<typeof rollout>;
export type RolloutPageView = z.output<typeof rolloutPage>;
export type ComparisonView = z.output<typeof comparison>;

const path = '/_hearth/rollout';

export class RolloutClient {
  constructor(private readonly lambda: LambdaClient) {}

  page(): Promise<RolloutPageView> {
    return this.lambda.page(path, rolloutPage);
  }

  /** Begins one; `manifest`: null for what the source offers now. Resolves with its number. */
  async start(manifest: unknown, again: boolean): Promise<number> {
    const call = {
      method: 'POST',
      path: `${path}/start${again ? '?again=true' : ''}`,
      ...(manifest === null ? {} : { body: JSON.stringify(manifest) }),
    } as const;
    return (await this.lambda.ask(call, z.looseObject({ id: z.number() }))).id;
  }

  async tell(what: 'pause' | 'resume' | 'abort'): Promise<void> {
    await this.lambda.ask({ method: 'POST', path: `${path}/${what}` }, z.unknown());
  }
}
