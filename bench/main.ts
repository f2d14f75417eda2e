/**
 * Hearth beside its peers: one table of ratios, each against a peer measured in turn in the same run. Ends with an
 * error where a promise did not hold. Run it as root on a machine that does nothing else.
 *
 * usage: npm run bench -- [warm|crowd|forward|payloads|features|memory|growth ...] [--count N]
 *                         [--short] [--picture FILE] [--json]
 *
 *     warm      an echo of a small JSON, 64 connections, beside every peer; --count rounds (5)
 *     crowd     2,000 connections at once; and a constant rate over --count requests (2,000,000)
 *     forward   a function that another node has warm, beside asking that one; --count rounds (5)
 *     payloads  bodies of 1 kB to 6 MB, and streamed answers, beside bare servers; --count rounds (5)
 *     features  what each of them costs, by a node that differs in nothing else; --count rounds (7)
 *     memory    of an idle node, of --count frozen sandboxes of each runtime (8), of a node after load
 *     growth    1 to 27 nodes, and simulated ones to 1,000; --count windows of each size (3); --picture: the curves as SVG
 */
import { measure as crowd } from './crowd/index.js';
import { measure as features } from './features/index.js';
import { measure as forward } from './forward/index.js';
import { measure as growth } from './growth/index.js';
import type { Line, MeasureOptions, Part } from './harness/index.js';
import { runParts } from './harness/index.js';
import { measure as memory } from './memory/index.js';
import { measure as payloads } from './payloads/index.js';
import { measure as warm } from './warm/index.js';

interface MeasuredPart extends Part {
  readonly measure: (options: MeasureOptions) => Promise<Line[]>;
}

const parts: Readonly<Record<string, MeasuredPart>> = {
  warm: { count: 5, measure: warm },
  crowd: { count: 2_000_000, measure: crowd },
  forward: { count: 5, measure: forward },
  payloads: { count: 5, measure: payloads },
  features: { count: 7, measure: features },
  memory: { count: 8, measure: memory },
  growth: { count: 3, measure: growth },
};

await runParts('bench', parts, (part, options) => part.measure(options));
