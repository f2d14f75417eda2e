/** Records as older releases wrote them to the log and to snapshots lack what those did not know. */
import type { CommandResult } from './result.js';
import type { FunctionRecord, Provisioned } from './types.js';

/** What each release since has added, and what stands for it where it is missing. */
const additions = {
  layers: [],
  image: null,
  snapStart: false,
  tracing: 'PassThrough',
  logging: null,
  deadLetterTarget: '',
} as const satisfies Partial<FunctionRecord>;

const added = Object.keys(additions) as (keyof typeof additions)[];

/** The same with what is missing set to nothing; the same object where nothing is. */
export function completed<Part extends Pick<FunctionRecord, keyof typeof additions>>(
  record: Part,
): Part {
  return added.every((name) => record[name] !== undefined) ? record : { ...additions, ...record };
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
