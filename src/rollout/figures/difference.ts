/** What a node counted between two readings. A node that has started anew in between counts from zero. */
import type { FunctionFigures, NodeFigures } from '../types.js';

export function difference(after: NodeFigures, before: NodeFigures): NodeFigures {
  if (after.startedMs !== before.startedMs) return after;
  const earlier = new Map(before.functions.map((figures) => [figures.name, figures]));
  return {
    startedMs: after.startedMs,
    functions: after.functions.map((figures) => minus(figures, earlier.get(figures.name))),
    forwardedBuckets: bucketsMinus(after.forwardedBuckets, before.forwardedBuckets),
    lagBuckets: bucketsMinus(after.lagBuckets, before.lagBuckets),
  };
}

function minus(after: FunctionFigures, before: FunctionFigures | undefined): FunctionFigures {
  // the function gave up its room in between, and was counted anew
  if (before === undefined || after.requests < before.requests) return after;
  return {
    name: after.name,
    requests: after.requests - before.requests,
    failures: Math.max(0, after.failures - before.failures),
    functionErrors: Math.max(0, after.functionErrors - before.functionErrors),
    warmBuckets: bucketsMinus(after.warmBuckets, before.warmBuckets),
  };
}

function bucketsMinus(after: readonly number[], before: readonly number[]): readonly number[] {
  return after.map((count, index) => Math.max(0, count - (before[index] ?? 0)));
}
