/**
 * The control thread: gossip, the durable log, the cluster actor and its gRPC services, composed. It
 * runs as a worker thread of its own, so that no payload and no busy data thread can hold it up.
 */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import {
  ClusterActor,
  GossipExchange,
  IdentityFile,
  Peers,
  SealingKeyFile,
  Security,
  Timekeeper,
  type ToControl,
  type ToData,
} from '../cluster/index.js';
import { Gossip } from '../gossip/index.js';
import {
  createLogger,
  HeartbeatWatch,
  NodeTime,
  nodeClock,
  systemClock,
  systemRandom,
} from '../lib/index.js';
import { moveAside, RaftLog, realDisk, SegmentStorage } from '../log/index.js';
import { asHearthError, type NodeConfig } from '../types/index.js';

export interface ControlThreadData {
  readonly config: NodeConfig;
  readonly release: string;
  /** `host:port` of the HTTP listener, bound by now. */
  readonly http: string;
  /** The first is in use; none: plain. */
  readonly secrets: readonly Uint8Array[];
  /** Where the data thread beats. */
  readonly heartbeat: SharedArrayBuffer;
  /** What time it is, as this thread finds out. */
  readonly time: SharedArrayBuffer;
}

const { config, release, http, secrets } = workerData as ControlThreadData;
const dataThread = new HeartbeatWatch((workerData as ControlThreadData).heartbeat);
const port = parentPort;
if (port === null) throw new Error('the control thread is started as a worker thread');

const time = new NodeTime(systemClock, (workerData as ControlThreadData).time);
const clock = nodeClock(time);
const random = systemRandom();
const logger = createLogger(config.logLevel, { thread: 'control', http });
const toData = (message: ToData): void => port.postMessage(message);

const timekeeper = new Timekeeper({ clock, logger, time });
const security = new Security(secrets);
const streams = new GossipExchange(clock, security);

const actor = new ClusterActor(
  {
    clock,
    random,
    logger,
    security,
    identityFile: new IdentityFile(config.data),
    sealingKey: new SealingKeyFile(config.data, logger, security.secrets),
    peers: new Peers(clock, security),
    dataThreadLagMs: (nowMs) => dataThread.lagMs(nowMs),
    createLog: ({ self, clusterId, found, hasOthers, machine, events }) => {
      const directory = join(config.data, 'log');
      const newStorage = () =>
        new SegmentStorage({ disk: realDisk, logger }, { directory, clusterId });
      const replaceStorage = async () => {
        await moveAside(directory, clock.wallMs());
        return newStorage();
      };
      const storage = newStorage();
      return new RaftLog(
        {
          clock,
          random,
          logger,
          machine,
          events,
          storage,
          replaceStorage: hasOthers ? replaceStorage : null,
        },
        { self, found },
      );
    },
    createGossip: ({ identity, clusterId, onChange }) =>
      new Gossip(
        {
          clock,
          random,
          logger,
          onChange,
          onTime: (id, wallMs) => timekeeper.heard(id, wallMs),
          streams,
        },
        {
          id: identity.nodeId,
          generation: identity.generation,
          cluster: config.cluster,
          advertise: config.advertise,
          clusterId,
          secrets: security.secrets,
          meta: {
            http,
            release,
            joinedAt: 0,
            load: 0,
            degraded: false,
            cohort: 0,
            waiting: 0,
            freeMemoryMb: 0,
          },
        },
      ),
    toData,
  },
  { bind: config.cluster, advertise: config.advertise, http, release, join: config.join },
);

const fail = (thrown: unknown): void => {
  logger.error({ err: thrown }, 'the control thread cannot go on');
  const { code, message } = asHearthError(thrown);
  toData({ kind: 'failed', code, message });
};

port.on('message', (message: ToControl) => {
  if (message.kind !== 'stop') {
    actor.receive(message);
    return;
  }
  actor
    .stop()
    .catch((error: unknown) =>
      logger.error({ err: error }, 'the control thread did not stop cleanly'),
    )
    .finally(() => {
      timekeeper.stop();
      toData({ kind: 'stopped' });
      port.close();
    });
});

timekeeper.start();
actor.start().catch(fail);
