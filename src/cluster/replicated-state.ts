/**
 * What the log replicates, as the log sees it: the admissions, which the cluster core has, and the
 * catalogue, which lives in the data thread. In a snapshot the admissions are the first part.
 */
import * as z from 'zod';
import type { LogEntry, StateMachine } from '../log/index.js';
import { HearthError, nodeId } from '../types/index.js';
import type { CatalogBridge } from './catalog-bridge.js';
import type { Admission, ClusterCore } from './core.js';
import type { ToData } from './messages.js';
import { decodeNodeInfo } from './node-info.js';

/** Raised when a release writes what an older one cannot read. */
const formatNewest = 2;

const schema = z.object({
  format: z.number().int(),
  admissions: z.array(
    z.object({
      id: z.string().transform(nodeId),
      generation: z.number().int(),
      http: z.string(),
      cluster: z.string(),
      release: z.string(),
      joinedAt: z.number().int().min(1),
    }),
  ),
});

export class ReplicatedState implements StateMachine {
  constructor(
    private readonly core: ClusterCore,
    private readonly bridge: CatalogBridge,
    private readonly toData: (message: Extract<ToData, { kind: 'committed' }>) => void,
    private readonly admitted: (admission: Admission) => void,
  ) {}

  committed(entries: readonly LogEntry[]): void {
    for (const { kind, index, data } of entries) {
      if (kind === 'member') this.admitted({ ...decodeNodeInfo(data), joinedAt: index });
    }
    this.toData({
      kind: 'committed',
      entries: entries.map(({ index, kind, data }) => ({
        index,
        command: kind === 'command' ? data : null,
      })),
    });
  }

  snapshot(): AsyncIterable<Uint8Array> {
    const content = { format: formatNewest, admissions: this.core.admissions() };
    return withFirst(Buffer.from(JSON.stringify(content)), this.bridge.snapshot());
  }

  async restore(index: number, parts: AsyncIterable<Uint8Array>): Promise<void> {
    const rest = parts[Symbol.asyncIterator]();
    const first = await rest.next();
    if (first.done === true) throw damaged(index, 'it is empty');
    const { format, admissions } = parse(index, first.value);
    if (format > formatNewest) {
      throw new HearthError(
        'storage',
        `The snapshot at ${index} has format ${format}, of a newer release; start that release.`,
      );
    }
    await this.bridge.restore(index, { [Symbol.asyncIterator]: () => rest });
    for (const admission of admissions) this.admitted(admission);
  }
}

async function* withFirst(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  yield first;
  yield* rest;
}

function parse(index: number, data: Uint8Array): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(data).toString()));
  } catch (thrown) {
    throw damaged(index, (thrown as Error).message);
  }
}

function damaged(index: number, why: string): HearthError {
  return new HearthError('log-damaged', `The snapshot at ${index} cannot be read (${why}).`);
}
