/** Records as older releases wrote them to the log and to snapshots lack what those did not know. */
import type { CommandResult } from './result.js';
import type { FunctionRecord, Provisioned } from './types.js';

/** The same with what is missing set to nothing; the same object where nothing is. */
export function completed<Part extends Pick<FunctionRecord, 'layers' | 'image' | 'snapStart'>>(
  record: Part,
): Part {
  const { layers, image, snapStart }: Partial<Part> = record;
  if (layers !== undefined && image !== undefined && snapStart !== undefined) return record;
  return {
    ...record,
    layers: layers ?? [],
    image: image ?? null,
    snapStart: snapStart ?? false,
  };
}

/** The same for what a command did. */
export function completedResult(result: CommandResult): CommandResult {
  return result.kind === 'done' ? { ...result, record: completed(result.record) } : result;
}

/** Before there were windows a plain number stood for what is provisioned, and nobody knew since when. */
export function completedProvisioned(provisioned: Provisioned | number): Provisioned {
  if (typeof provisioned !== 'number') return provisioned;
  return { executions: provisioned, windows: [], lastModified: '1970-01-01T00:00:00.000+0000' };
}
