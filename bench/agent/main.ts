/**
 * What is promised of the agent, in numbers; ends with an error where one did not hold. Run it as root on a
 * machine that does nothing else.
 *
 * usage: npm run bench:agent -- [freeze|cold|stem|at-rest|churn|warm|zygote|per-request ...] [--count N] [--json]
 *
 *     freeze    thaw and freeze, beside docker unpause and pause; --count writes (200)
 *     cold      a sandbox from nothing to its first answer, beside a bare process; --count pairs (50)
 *     stem      a stem cell to its first answer, beside bare interpreters; --count of each (50)
 *     at-rest   the CPU time of --count frozen sandboxes (200)
 *     churn     what --count sandboxes leave behind (1000)
 *     warm      an invocation of a warm sandbox, frozen before and not; --count of each (200)
 *     zygote    a copy of an initialised Python function to its first answer, beside a sandbox; --count of each (50)
 *     per-request  CPU of an invocation in the Node.js runtime, beside a plain echo; --count rounds (21)
 */

import type { Line } from '../harness/report.js';
import { type Part, runParts } from '../harness/run-parts.js';
import { measureAtRest } from './at-rest.js';
import { measureChurn } from './churn.js';
import { measureCold } from './cold.js';
import { measureFreeze } from './freeze.js';
import { measurePerRequest } from './per-request.js';
import { measureStem } from './stem.js';
import { measureWarm } from './warm.js';
import { measureZygote } from './zygote.js';

interface MeasuredPart extends Part {
  readonly measure: (count: number) => Promise<Line[]>;
}

const parts: Readonly<Record<string, MeasuredPart>> = {
  freeze: { count: 200, measure: measureFreeze },
  cold: { count: 50, measure: measureCold },
  stem: { count: 50, measure: measureStem },
  'at-rest': { count: 200, measure: measureAtRest },
  churn: { count: 1000, measure: measureChurn },
  warm: { count: 200, measure: measureWarm },
  zygote: { count: 50, measure: measureZygote },
  'per-request': { count: 21, measure: measurePerRequest },
};

await runParts('bench:agent', parts, (part, { count }) => part.measure(count));
