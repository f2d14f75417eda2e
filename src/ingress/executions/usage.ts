/** What functions have used in the whole cluster: the nodes' hours, summed by hour or day. */
import * as z from 'zod';
import { dayMs, type HourUsage, hourMs, type UsageQuery } from '../../executor/index.js';
import { type AskNodesDeps, askNodes } from '../form/ask-nodes.js';
import { jsonReply, type Reply } from '../http/http.js';
import { nodeUsagePath, type UsageAsked } from './execution-input.js';

export interface UsageDeps extends AskNodesDeps {
  readonly executions: {
    /** Of this node. */
    usage(query: UsageQuery): Promise<HourUsage[]>;
  };
}

/** In the unit that is told: GB-seconds, as Lambda counts them. */
const mbMsPerGbS = 1024 * 1000;

const nodeAnswer = z.array(
  z.object({
    functionName: z.string(),
    hourMs: z.number(),
    requests: z.number(),
    errors: z.number(),
    mbMs: z.number(),
  }),
);

export class UsagePages {
  constructor(private readonly deps: UsageDeps) {}

  async page(asked: UsageAsked): Promise<Reply> {
    const { answers, missing } = await askNodes(this.deps, nodeUsagePath(asked), nodeAnswer, () =>
      this.deps.executions.usage(asked),
    );
    const hours = answers.flatMap(({ answer }) => answer);
    const usage = summed(hours, asked.by === 'hour' ? hourMs : dayMs).map(
      ({ functionName, hourMs: begun, requests, errors, mbMs }) => ({
        functionName,
        from: new Date(begun).toISOString(),
        requests,
        errors,
        gbSeconds: mbMs / mbMsPerGbS,
      }),
    );
    return jsonReply(200, { by: asked.by, usage, missing }, { 'cache-control': 'no-store' });
  }

  /** What this node answers to another. */
  async nodePage(query: UsageQuery): Promise<Reply> {
    return jsonReply(200, await this.deps.executions.usage(query));
  }
}

/** By time, then by name; the times are those when the periods begin. */
function summed(hours: readonly HourUsage[], periodMs: number): HourUsage[] {
  const sums = new Map<string, HourUsage>();
  for (const { functionName, hourMs: begun, requests, errors, mbMs } of hours) {
    const from = Math.floor(begun / periodMs) * periodMs;
    const key = `${from} ${functionName}`;
    const known = sums.get(key) ?? { functionName, hourMs: from, requests: 0, errors: 0, mbMs: 0 };
    sums.set(key, {
      ...known,
      requests: known.requests + requests,
      errors: known.errors + errors,
      mbMs: known.mbMs + mbMs,
    });
  }
  return [...sums.values()].sort(
    (a, b) => a.hourMs - b.hourMs || (a.functionName < b.functionName ? -1 : 1),
  );
}
