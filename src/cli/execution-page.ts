/** Executions as a node tells them. */
import * as z from 'zod';
import { missingNodes } from './missing-nodes.js';

const execution = z.looseObject({
  requestId: z.string(),
  functionName: z.string(),
  version: z.string(),
  node: z.string(),
  arrived: z.string(),
  start: z.string(),
  result: z.string(),
  errorType: z.string().optional(),
  totalMs: z.number(),
  queueMs: z.number(),
  startMs: z.number(),
  initMs: z.number(),
  durationMs: z.number(),
  memoryMb: z.number(),
  memoryPeakBytes: z.number().optional(),
  cpuMs: z.number().optional(),
  hops: z.number(),
  caller: z.string().optional(),
  log: z.object({ node: z.string(), stream: z.string() }).optional(),
});
export type Execution = z.output<typeof execution>;
export const executionPage = z.object({ executions: z.array(execution), missing: missingNodes });

export function resultOf({ result, errorType }: Execution): string {
  return errorType === undefined ? result : `${result} (${errorType})`;
}
