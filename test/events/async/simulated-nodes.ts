/** Events on several simulated nodes; what functions and destinations answer is the simulation's. */
import { defaultSettings } from '../../../src/events/async/retry-policy.js';
import { type DeliveryResult, Events } from '../../../src/events/index.js';
import { silentLogger } from '../../../src/lib/index.js';
import type { InvocationOutcome, RequestId } from '../../../src/types/index.js';
import { type NodeDeps, SimulatedCluster } from '../../replication/simulated-cluster.js';

export interface SimulatedOptions {
  readonly seed: number;
  readonly nodes: number;
  /** Of an answer of the log to be lost although the entry stands in it. */
  readonly lossOfAnswers: number;
  /** Of an attempt to end with an error of the function. */
  readonly functionErrors: number;
}

export class SimulatedNodes {
  readonly cluster: SimulatedCluster<Events>;
  /** The requests of which attempts have begun, in order. */
  readonly attempts: RequestId[] = [];
  /** The requests of which the destination has been told. */
  readonly told = new Set<RequestId>();

  constructor(private readonly options: SimulatedOptions) {
    this.cluster = new SimulatedCluster<Events>({
      ...options,
      make: (deps) => this.#make(deps),
      machineOf: ({ replica }) => replica,
      started: (events) => events.start(),
    });
  }

  #make({ id, turn, ...deps }: NodeDeps): Events {
    return new Events(
      {
        ...deps,
        logger: silentLogger,
        self: () => id,
        invoke: ({ requestId }) => this.#invoke(requestId, turn),
        settings: ({ functionName }) => ({
          ...defaultSettings,
          retriesMax: 100,
          onSuccess: functionName === 'g' ? 'a destination' : null,
        }),
        deliver: (request) => this.#deliverTo(request.id, turn),
      },
      {
        asyncRetryBaseMs: 50,
        asyncRunningMax: 8,
        asyncQueueMax: 1000,
        asyncQueueMb: 100,
        asyncQueuePerFunctionMax: 1000,
        asyncAdoptAfterMs: 500,
        drainMs: 1000,
        drainNoticeMs: 0,
      },
    );
  }

  async #invoke(requestId: RequestId, turn: () => Promise<void>): Promise<InvocationOutcome> {
    await turn();
    this.attempts.push(requestId);
    const functionError = this.cluster.random.next() < this.options.functionErrors;
    await this.cluster.delay(this.cluster.random.below(200));
    await turn();
    return {
      payload: Buffer.from('"ran"'),
      streamed: false,
      functionError,
      executedVersion: '$LATEST',
      start: 'warm',
      durationMs: 1,
      logTail: () => Buffer.alloc(0),
    };
  }

  async #deliverTo(requestId: RequestId, turn: () => Promise<void>): Promise<DeliveryResult> {
    await this.cluster.delay(this.cluster.random.below(100));
    await turn();
    if (this.cluster.random.next() < 0.1) return { kind: 'retry', error: 'nobody answers' };
    this.told.add(requestId);
    return { kind: 'done' };
  }
}
