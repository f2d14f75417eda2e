/** `hearth executions running`: what runs now, on all nodes. */
import * as z from 'zod';
import type { LambdaClient } from './api-client.js';
import { type Io, print, say, withProgress } from './io.js';
import { missingNodes, sayMissing } from './missing-nodes.js';
import { formatTable } from './table.js';

const runningPage = z.object({
  running: z.array(
    z.looseObject({
      requestId: z.string(),
      functionName: z.string(),
      version: z.string(),
      node: z.string(),
      started: z.string(),
      runningMs: z.number(),
    }),
  ),
  missing: missingNodes,
});

export async function listRunning(
  io: Io,
  lambda: LambdaClient,
  name: string | undefined,
  json: boolean,
): Promise<void> {
  const of = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  const path = `/_hearth/running${of}`;
  const found = await withProgress(io, `asking ${lambda.endpoint}`, () =>
    lambda.page(path, runningPage),
  );
  if (json) {
    print(io, JSON.stringify(found, null, 2));
    return;
  }
  sayMissing(io, 'executions', found.missing);
  if (found.running.length === 0) {
    say(io, 'nothing runs now.');
    return;
  }
  const rows = found.running.map(({ started, requestId, functionName, version, ...one }) => [
    started,
    requestId,
    functionName,
    version,
    one.node.slice(0, 8),
    one.runningMs.toFixed(1),
  ]);
  print(io, formatTable(['STARTED', 'REQUEST', 'NAME', 'VERSION', 'NODE', 'RUNNING'], rows));
}
