/** Map runs against executions in memory: how each child ends is the test's to say. */
import { SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { type Cancelled, HearthError } from '../../../src/types/index.js';
import { executionArn, stateMachineArn } from '../../../src/workflow/arns.js';
import type { ObjectInfo, Objects } from '../../../src/workflow/buckets/index.js';
import type { MapRunReport, MapRunRequest } from '../../../src/workflow/engine/types.js';
import type { StoredMapRun } from '../../../src/workflow/executions/stored.js';
import type { ExecutionView, NewExecution } from '../../../src/workflow/executions/types.js';
import type { NewMapRun } from '../../../src/workflow/map-run/book.js';
import { DistributedMaps, type MapRunsDeps } from '../../../src/workflow/map-run/index.js';

export const parentArn = executionArn('orders', 'monday');
export const runId = '0d3c1f6e-6f1f-4f0e-8a57-0d0c9ac8d3aa';
export const runArn = `arn:aws:states:us-east-1:123456789012:mapRun:orders/Each:${runId}`;

type Ends = Partial<Pick<ExecutionView, 'status' | 'output' | 'failure' | 'redriveCount'>>;

export class MapBench {
  readonly clock = new SimulatedClock();
  readonly started: NewExecution[] = [];
  readonly redriven: string[] = [];
  readonly book: (NewMapRun | string)[] = [];
  readonly ends: { status: string; resultsWritten: number }[] = [];
  readonly files = new Map<string, string>();
  /** Null: it never ends. */
  child: (asked: NewExecution) => Ends | null = ({ input }) => ({ output: input });
  settings: NewMapRun | undefined;
  express: StoredMapRun['express'] = null;
  parentDefinition = '{"StartAt":"Each","States":{}}';
  objects: Objects | null = this.#objects();
  running = 0;
  mostRunning = 0;
  #isEnded = false;

  run(more: Partial<MapRunRequest>): Promise<MapRunReport> {
    return new Promise((resolve) => this.begin(more, resolve));
  }

  begin(more: Partial<MapRunRequest>, tell: (report: MapRunReport) => void) {
    return new DistributedMaps(this.#deps()).begin(requestOf(more), tell);
  }

  /** All that is ready to run has run. */
  async settled(): Promise<void> {
    for (let hops = 0; hops < 50; hops++) await Promise.resolve();
  }

  /** Inputs of the children, in the order in which they were started. */
  get inputs(): unknown[] {
    return this.started.map(({ input }) => JSON.parse(input) as unknown);
  }

  #deps(): MapRunsDeps {
    return {
      clock: this.clock,
      logger: silentLogger,
      objects: this.objects,
      random: () => 0,
      uuid: () => 'u',
      evaluator: {
        evaluate: async ({ states }) => ({ kind: 'values', values: [states.context ?? null] }),
      },
      book: {
        start: async (run) => {
          this.settings ??= run;
          this.book.push(run);
        },
        end: async ({ status, resultsWritten, express }) => {
          this.book.push(status);
          this.ends.push({ status, resultsWritten });
          this.express = express;
          this.#isEnded = true;
        },
        children: () =>
          this.started
            .filter(({ type }) => type === 'STANDARD')
            .map(({ stateMachineName, name }) => executionArn(stateMachineName, name)),
        settings: () => this.settings,
      },
      executions: () => ({
        get: async (arn) => (arn === parentArn ? view({ arn }) : undefined),
        definition: async () => this.parentDefinition,
        start: async (asked) => {
          this.started.push(asked);
          return { arn: executionArn(asked.stateMachineName, asked.name), startedAtMs: 0 };
        },
        startSync: async (asked, signal) => {
          this.started.push(asked);
          return { ...(await this.#end(asked, signal)), billedMs: 100 };
        },
        ended: async (arn, signal) => {
          const asked = this.started.findLast(({ name }) => arn.endsWith(name));
          if (asked === undefined) throw new HearthError('execution-does-not-exist', arn);
          return this.#end(asked, signal);
        },
        redrive: async (arn) => {
          this.redriven.push(arn);
          return 0;
        },
      }),
    };
  }

  async #end(asked: NewExecution, signal?: Cancelled): Promise<ExecutionView> {
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    await Promise.resolve();
    const ends = this.child(asked);
    const { name, input, type } = asked;
    const arn = executionArn(asked.stateMachineName, name);
    const told = { arn, name, input, type };
    if (ends === null && this.#isEnded) return view({ ...told, status: 'ABORTED' });
    if (ends === null) {
      return new Promise((_resolve, reject) => {
        const abort = (): void => reject(new HearthError('draining', 'nobody waits'));
        if (signal?.aborted === true) abort();
        else signal?.addEventListener('abort', abort);
      });
    }
    this.running--;
    return view({ ...told, status: 'SUCCEEDED', ...ends });
  }

  #objects(): Objects {
    return {
      get: async (bucket, key) => {
        const text = this.files.get(`${bucket}/${key}`);
        if (text === undefined) throw new Error(`there is no object ${key}`);
        return Buffer.from(text);
      },
      list: async (bucket, prefix) =>
        [...this.files.keys()]
          .filter((path) => path.startsWith(`${bucket}/${prefix}`))
          .map((path) => infoOf(path.slice(bucket.length + 1))),
      put: async (bucket, key, bytes) => {
        this.files.set(`${bucket}/${key}`, Buffer.from(bytes).toString());
      },
    };
  }
}

function infoOf(Key: string): ObjectInfo {
  return { Key, Etag: '"e"', LastModified: 1, Size: 2, StorageClass: 'STANDARD' };
}

function requestOf(more: Partial<MapRunRequest>): MapRunRequest {
  const StartAt = 'Work';
  const States = { Work: { Type: 'Pass', End: true } } as const;
  const items = more.items ?? [];
  return {
    id: runId,
    executionArn: parentArn,
    label: 'Each',
    state: {
      Type: 'Map',
      ItemProcessor: { StartAt, States, ProcessorConfig: { Mode: 'DISTRIBUTED' } },
      End: true,
    },
    stateName: 'Each',
    executionType: 'STANDARD',
    items,
    maxConcurrency: 0,
    toleratedFailureCount: null,
    toleratedFailurePercentage: null,
    redriveCount: 0,
    ...more,
  };
}

function view(more: Partial<ExecutionView>): ExecutionView {
  return {
    arn: '',
    name: 'monday',
    stateMachineName: 'orders',
    stateMachineArn: stateMachineArn('orders'),
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    revisionId: 'r',
    roleArn: 'role',
    type: 'STANDARD',
    status: 'RUNNING',
    startedAtMs: 0,
    endedAtMs: 1000,
    input: '{}',
    output: null,
    failure: null,
    traceId: '',
    mapRunArn: null,
    redriveCount: 0,
    redrivenAtMs: 0,
    notRedrivable: null,
    ...more,
  };
}
