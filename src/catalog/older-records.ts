/** Records as older releases wrote them to the log and to snapshots lack what those did not know. */
import type { CommandResult } from './result.js';
import type { FunctionRecord } from './types.js';

/** The same with what is missing set to nothing; the same object where nothing is. */
export function completed<Part extends Pick<FunctionRecord, 'layers' | 'image'>>(
  record: Part,
): Part {
  const { layers, image }: Partial<Part> = record;
  if (layers !== undefined && image !== undefined) return record;
  return { ...record, layers: layers ?? [], image: image ?? null };
}

/** The same for what a command did. */
export function completedResult(result: CommandResult): CommandResult {
  return result.kind === 'done' ? { ...result, record: completed(result.record) } : result;
}
