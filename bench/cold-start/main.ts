/**
 * What is promised of cold starts, over HTTP, on one real node with the strongest isolation of this machine; ends
 * with an error where a promise did not hold. Run it as root on a machine that does nothing else.
 *
 * usage: npm run bench:cold-start -- [first|snapshots|thaw|thousand|burst|node-ways ...] [--count N] [--json]
 *
 *     first      --count first requests of new functions, from stem cells (40)
 *     snapshots  --count versions with half a second of initialisation, with and without SnapStart (10)
 *     thaw       --count requests to a frozen sandbox (300)
 *     thousand   throughput over one function and over --count of them (1000)
 *     burst      --count bursts of 200 requests (5)
 *     node-ways  --count starts in each way of what Node.js can keep of an initialised function, without a node (10)
 */

import { withNodes } from '../control/nodes.js';
import type { Line } from '../harness/report.js';
import { type Part, runParts } from '../harness/run-parts.js';
import { measureBurst } from './burst.js';
import { measureFirstAnswers } from './first-answers.js';
import { Functions } from './functions.js';
import { measureNodeWays } from './node-ways.js';
import { measureSnapshots } from './snapshots.js';
import { measureThaw } from './thaw.js';
import { measureThousand } from './thousand.js';

interface MeasuredPart extends Part {
  readonly settings: Readonly<Record<string, unknown>>;
  /** It measures no node: there is none meanwhile. */
  readonly withoutNode?: boolean;
  readonly measure: (functions: Functions, count: number) => Promise<Line[]>;
}

const lingerMs = 50;

const parts: Readonly<Record<string, MeasuredPart>> = {
  first: { count: 40, settings: {}, measure: measureFirstAnswers },
  snapshots: { count: 10, settings: {}, measure: measureSnapshots },
  thaw: {
    count: 300,
    settings: { sandboxLingerMs: lingerMs },
    measure: (functions, count) => measureThaw(functions, count, lingerMs),
  },
  thousand: { count: 1000, settings: {}, measure: measureThousand },
  burst: { count: 5, settings: {}, measure: measureBurst },
  'node-ways': {
    count: 10,
    settings: {},
    withoutNode: true,
    measure: (_, count) => measureNodeWays(count),
  },
};

await runParts('bench:cold-start', parts, (part, { count }) =>
  withNodes(part.withoutNode ? 0 : 1, part.settings, async ([node]) => {
    const functions = new Functions(node?.url ?? '');
    try {
      return await part.measure(functions, count);
    } finally {
      await functions.close();
    }
  }),
);
