/**
 * Hearth beside its peers: one table of ratios, each against a peer measured in turn in the same run. Ends with an
 * error where a promise did not hold. Run it as root on a machine that does nothing else.
 *
 * usage: npm run bench -- [warm ...] [--count N] [--short] [--json]
 *
 *     warm      an echo of a small JSON, 64 connections, beside every peer; --count rounds (7)
 */
import type { Line, MeasureOptions, Part } from './harness/index.js';
import { runParts } from './harness/index.js';
import { measure as warm } from './warm/index.js';

interface MeasuredPart extends Part {
  readonly measure: (options: MeasureOptions) => Promise<Line[]>;
}

const parts: Readonly<Record<string, MeasuredPart>> = {
  warm: { count: 7, measure: warm },
};

await runParts('bench', parts, (part, options) => part.measure(options));
