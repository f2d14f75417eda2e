/**
 * Workflows: what is promised of them, measured on real nodes. Ends with an error where a promise did not hold. Run it
 * as root on a machine that does nothing else.
 *
 * usage: npm run bench:workflow -- [durable|express|step|map|waiting ...] [--count N] [--short] [--json]
 *
 *     durable   Standard executions on three voters: transitions a second; --count rounds (3)
 *     express   Express executions on one node: transitions a second; --count rounds (3)
 *     step      what a function step adds to an invocation; --count rounds (5)
 *     map       a Map of 1,000 items beside the same invocations; --count rounds (5)
 *     waiting   the memory of --count executions that wait (100,000)
 */
import type { Line, MeasureOptions, Part } from '../harness/index.js';
import { runParts } from '../harness/index.js';
import { measure as durable } from './durable.js';
import { measure as express } from './express.js';
import { measure as map } from './map.js';
import { measure as step } from './step.js';
import { measure as waiting } from './waiting.js';

interface MeasuredPart extends Part {
  readonly measure: (options: MeasureOptions) => Promise<Line[]>;
}

const parts: Readonly<Record<string, MeasuredPart>> = {
  durable: { count: 3, measure: durable },
  express: { count: 3, measure: express },
  step: { count: 5, measure: step },
  map: { count: 5, measure: map },
  waiting: { count: 100_000, measure: waiting },
};

await runParts('bench:workflow', parts, (part, options) => part.measure(options));
