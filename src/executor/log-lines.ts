/** The last 4 KB of an invocation's log as `X-Amz-Log-Result` carries it, with Lambda's own lines. */
import { limits } from '../types/index.js';

export interface ReportedInvocation {
  readonly requestId: string;
  readonly version: string;
  readonly memoryMb: number;
  readonly durationMs: number;
  /** Where the invocation had to wait for a new sandbox; null where not. */
  readonly initMs: number | null;
  /** What the function printed, its tail. */
  readonly output: Uint8Array;
}

const newline = 0x0a;

/** START, the output, END, REPORT. No `Max Memory Used`: this release does not measure it. */
export function logTailOf(invocation: ReportedInvocation): Uint8Array {
  const { requestId, version, memoryMb, durationMs, initMs, output } = invocation;
  const endsLine = output.length === 0 || output[output.length - 1] === newline;
  const init = initMs === null ? '' : `Init Duration: ${initMs.toFixed(2)} ms\t`;
  const head = `START RequestId: ${requestId} Version: ${version}\n`;
  const foot =
    `${endsLine ? '' : '\n'}END RequestId: ${requestId}\n` +
    `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\t` +
    `Billed Duration: ${Math.ceil(durationMs)} ms\tMemory Size: ${memoryMb} MB\t${init}\n`;
  if (output.length === 0) return Buffer.from(head + foot);
  const whole = Buffer.concat([Buffer.from(head), output, Buffer.from(foot)]);
  return whole.length > limits.logTailBytesMax ? whole.subarray(-limits.logTailBytesMax) : whole;
}
