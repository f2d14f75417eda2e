/**
 * Hearth's own front over sandboxes that a list in Redis hands out: what a request costs before and after its run is the
 * same on both sides. What the front has beside invocations is not there, and nothing asks for it.
 */
import type { Sandbox } from '../../../src/agent/index.js';
import { type IngressDeps, IngressServer } from '../../../src/ingress/index.js';
import { silentLogger, systemClock } from '../../../src/lib/index.js';
import type { RoutedOutcome } from '../../../src/routing/index.js';
import { functionArn, type Invocation, nodeId } from '../../../src/types/index.js';
import { record } from '../../pool/request.js';
import type { RedisList } from './list.js';

const node = nodeId('0'.repeat(32));
const noBytes = new Uint8Array(0);

export function redisListFront(idle: RedisList<Sandbox>, port: number): IngressServer {
  const options = {
    http: { host: '127.0.0.1', port },
    release: 'reference',
    authenticate: false,
    runtimes: { supported: [] },
  };
  return new IngressServer(
    depsOf((invocation) => invoke(idle, invocation)),
    options,
  );
}

function invoke(idle: RedisList<Sandbox>, invocation: Invocation): Promise<RoutedOutcome> {
  return new Promise((resolve, reject) => {
    idle.take((sandbox, name) => {
      run(sandbox, invocation, () => idle.give(name)).then(resolve, reject);
    });
  });
}

async function run(
  sandbox: Sandbox,
  { requestId, functionName, payload, traceId, clientContext }: Invocation,
  giveBack: () => void,
): Promise<RoutedOutcome> {
  const result = await sandbox.invoke({
    requestId,
    payload,
    traceId,
    clientContext,
    functionArn: functionArn(functionName),
    deadlineWallMs: systemClock.wallMs() + record.timeoutS * 1000,
    timeoutS: record.timeoutS,
  });
  giveBack();
  return {
    payload: result.payload,
    streamed: result.streamed,
    functionError: result.functionError,
    executedVersion: record.version,
    start: 'warm',
    durationMs: result.durationMs,
    logTail: () => noBytes,
    node,
    hops: 0,
  };
}

function depsOf(invoke: IngressDeps['invoke']): IngressDeps {
  return {
    catalog: { ...absent<IngressDeps['catalog']>('catalog'), get: () => record },
    invoke,
    begun: () => null,
    view: absent('view'),
    warm: absent('warm'),
    health: () => ({ status: 'ok' }),
    metrics: () => '',
    secrets: () => [],
    capacity: absent('capacity'),
    events: absent('events'),
    streams: absent('streams'),
    workflows: null,
    webhookSecrets: absent('webhookSecrets'),
    peer: absent('peer'),
    inspector: absent('inspector'),
    peerFetch: absent('peerFetch'),
    logs: absent('logs'),
    executions: absent('executions'),
    rollout: absent('rollout'),
    audit: absent('audit'),
    clock: systemClock,
    logger: silentLogger,
  };
}

/** In the place of a part that this design has not: who asks it for anything is told so. */
function absent<Part extends object>(part: string): Part {
  const missing = (): never => {
    throw new Error(`the Redis-list reference has no ${part}`);
  };
  return new Proxy(missing as unknown as Part, {
    get: missing,
    ownKeys: () => [],
  });
}
