/** `hearth invoke --stream`: the answer on standard output as the function writes it. */
import { once } from 'node:events';
import * as z from 'zod';
import { limits } from '../types/index.js';
import type { LambdaClient } from './api-client.js';
import { eventMessages } from './event-stream.js';
import { CommandFailure } from './failure.js';
import type { Io } from './io.js';

/** As long as a function may run without writing anything. */
const silenceMs = (limits.timeoutSMax + 60) * 1000;

const completion = z.object({
  ErrorCode: z.string().optional(),
  ErrorDetails: z.string().optional(),
  LogResult: z.string().optional(),
});

export interface StreamTarget {
  readonly name: string;
  readonly qualifier: string | undefined;
}

/** Throws a failure where the function answered an error, or its answer is not whole. */
export async function invokeStream(
  io: Io,
  lambda: LambdaClient,
  { name, qualifier }: StreamTarget,
  payload: Uint8Array,
  tail: boolean,
): Promise<void> {
  const query = qualifier === undefined ? '' : `?Qualifier=${encodeURIComponent(qualifier)}`;
  const path = `/2021-11-15/functions/${encodeURIComponent(name)}/response-streaming-invocations`;
  const headers = tail ? { 'x-amz-log-type': 'Tail' } : {};
  const call = { method: 'POST', path: `${path}${query}`, body: payload, headers } as const;
  for await (const { type, payload: piece } of eventMessages(lambda.pieces(call, silenceMs))) {
    if (type === 'PayloadChunk') {
      if (!io.stdout.write(piece)) await once(io.stdout, 'drain');
    } else if (type === 'InvokeComplete') {
      finish(io, completion.parse(JSON.parse(piece.toString())));
      return;
    }
  }
  throw new CommandFailure('the answer broke off before its end.');
}

function finish(io: Io, { ErrorCode, ErrorDetails, LogResult }: z.output<typeof completion>): void {
  const log = LogResult === undefined ? '' : Buffer.from(LogResult, 'base64').toString('utf8');
  if (log !== '') io.stderr.write(log.replace(/\n?$/, '\n'));
  if (ErrorCode === undefined) return;
  throw new CommandFailure(`the function answered an error (${ErrorCode}): ${ErrorDetails ?? ''}`);
}
