/**
 * Lambda's own lines around what a function prints: START, END and REPORT, as CloudWatch shows them. The one
 * place that knows their texts; they are made when somebody reads, from the report of the invocation.
 */
import { limits } from '../../types/index.js';
import type { InvocationReport } from './types.js';

/** What the REPORT line tells. */
export type ReportedUse = Omit<InvocationReport, 'startedWallMs' | 'start' | 'cpuMs'>;

const newline = 0x0a;
const bytesPerMb = 1024 * 1024;
/** As the node writes it when the deadline of an invocation passes. */
const timeoutType = 'Sandbox.Timedout';

export function startLine(requestId: string, version: string): string {
  return `START RequestId: ${requestId} Version: ${version}`;
}

export function endLine(requestId: string): string {
  return `END RequestId: ${requestId}`;
}

export function reportLine(use: ReportedUse): string {
  const { requestId, durationMs, billedMs, memoryMb, memoryPeakBytes, initMs, errorType } = use;
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${memoryMb} MB`,
  ];
  if (memoryPeakBytes !== null) {
    fields.push(`Max Memory Used: ${Math.ceil(memoryPeakBytes / bytesPerMb)} MB`);
  }
  if (initMs !== null) fields.push(`Init Duration: ${initMs.toFixed(2)} ms`);
  if (errorType === timeoutType) fields.push('Status: timeout');
  else if (errorType !== null) fields.push('Status: error', `Error Type: ${errorType}`);
  return `${fields.join('\t')}\t`;
}

/** The last 4 KB of an invocation's log as `X-Amz-Log-Result` carries it; `output` is the tail of what it printed. */
export function logTailOf(version: string, use: ReportedUse, output: Uint8Array): Uint8Array {
  const endsLine = output.length === 0 || output[output.length - 1] === newline;
  const head = `${startLine(use.requestId, version)}\n`;
  const foot = `${endsLine ? '' : '\n'}${endLine(use.requestId)}\n${reportLine(use)}\n`;
  if (output.length === 0) return Buffer.from(head + foot);
  const whole = Buffer.concat([Buffer.from(head), output, Buffer.from(foot)]);
  return whole.length > limits.logTailBytesMax ? whole.subarray(-limits.logTailBytesMax) : whole;
}
