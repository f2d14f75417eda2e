/** Figures as they come from another node: checked, and bounded. */
import * as z from 'zod';
import type { NodeFigures } from '../types.js';
import { bucketCount } from './buckets.js';

const count = z.number().nonnegative();
const buckets = z.array(count).max(bucketCount);

export const figuresSchema: z.ZodType<NodeFigures> = z.object({
  startedMs: z.number(),
  functions: z
    .array(
      z.object({
        name: z.string().max(300),
        requests: count,
        failures: count,
        functionErrors: count,
        warmBuckets: buckets,
      }),
    )
    .max(200),
  forwardedBuckets: buckets,
  lagBuckets: buckets,
});
