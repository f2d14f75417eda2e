/**
 * One Hearth node, composed: read it as the architecture. The control thread with gossip and the log,
 * the catalogue fed by it, the executor with its sandboxes, the router, and HTTP on top. Parts start in
 * an order that finds a taken port before anything else is done, and stop in reverse.
 */
import { join } from 'node:path';
import {
  Inspector,
  LogReader,
  LogStore,
  makeDriver,
  pickSandboxKind,
  supportedRuntimes,
} from '../agent/index.js';
import {
  BundleCollector,
  BundleKeeper,
  BundlePeers,
  BundleStore,
  Catalog,
} from '../catalog/index.js';
import type { ControlCounters } from '../cluster/index.js';
import {
  type CapacityKeeper,
  ExecutionStore,
  Executor,
  hostMemory,
  spareTime,
} from '../executor/index.js';
import { IngressServer } from '../ingress/index.js';
import {
  createLogger,
  DataLock,
  eventLoopLoad,
  Heartbeat,
  NodeTime,
  nextTurn,
  nodeClock,
  RotatingLines,
  stopYielding,
  systemClock,
  systemRandom,
} from '../lib/index.js';
import { PeerHttp, PeerLinks, Router } from '../routing/index.js';
import {
  asHearthError,
  type BundleHash,
  type ClusterView,
  formatHostPort,
  functionArn,
  HearthError,
  isLoopback,
  isWildcard,
  limits,
  type NodeConfig,
  sandboxManifest,
} from '../types/index.js';
import { type CapacityDeps, makeKeeper, makeSource, warm } from './capacity.js';
import { connectionsMax } from './connections-max.js';
import { controlMetrics } from './control-metrics.js';
import { ControlWorker } from './control-worker.js';
import { DrainNotice } from './drain-notice.js';
import { eventMetrics } from './event-metrics.js';
import { makeEvents } from './events.js';
import { executionMetrics } from './execution-metrics.js';
import { gated } from './format-gate.js';
import { gossipMetrics } from './gossip-metrics.js';
import { httpMetrics } from './http-metrics.js';
import { logMetrics } from './log-metrics.js';
import { logShipper } from './log-shipping.js';
import { logsMetrics } from './logs-metrics.js';
import { Parts } from './parts.js';
import { poolMetrics } from './pool-metrics.js';
import { Readiness } from './readiness.js';
import { release } from './release.js';
import { ReplicatedMachines } from './replicated-machines.js';
import { makeRollout } from './rollout.js';
import { rolloutMetrics } from './rollout-metrics.js';
import { routingMetrics } from './routing-metrics.js';
import { readSecrets } from './secret.js';
import { SecretWatch } from './secret-watch.js';
import { stemMetrics } from './stem-metrics.js';
import { timeKnown } from './time-known.js';
import { openTracing, traceMetrics } from './tracing/open-tracing.js';
import { tracedExecutions, tracedForwarder, tracedHere, tracedInvoke } from './tracing/traced.js';
import { makeWarmth } from './warmth.js';
import { workflowMetrics } from './workflow-metrics.js';
import { makeWorkflows } from './workflows.js';

export interface RunningNode {
  /** `host:port` in use. */
  readonly httpAddress: string;
  /** `host:port` at which other nodes reach this one. */
  readonly clusterAddress: string;
  /** Resolves when the node takes requests as a member; rejects when it cannot become one. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the node cannot go on by itself; it should then be stopped. */
  readonly failed: Promise<HearthError>;
  /**
   * Finishes the requests under way, leaves the cluster, and releases everything. `withNotice`: serves on for as
   * long as balancers take to hear of it first.
   */
  stop(withNotice?: boolean): Promise<void>;
  /** Ends every sandbox, whatever it runs; then the process may end at any moment. */
  endNow(): Promise<void>;
}

const loadEveryMs = 2000;
const collectEveryMs = 600_000;
/** How long a starting node waits for its catalogue before it serves what it has. */
const catchUpTimeoutMs = 30_000;
/** With whom a starting node links before it takes requests, which have no time to wait for that; and for how long. */
const reachedMax = 16;
const reachWithinMs = 500;

/** Starts a node. Throws HearthError (a taken port, a directory in use) with nothing left behind. */
export async function runNode(config: NodeConfig): Promise<RunningNode> {
  const time = new NodeTime(systemClock);
  const clock = nodeClock(time);
  const logger = createLogger(config.logLevel, { http: formatHostPort(config.http) });
  let secrets = await readSecrets(config.secretFile);
  const readiness = new Readiness(clock);
  const notice = new DrainNotice(clock, config.drainNoticeMs);
  let idleQuietMs = 0;
  let view: ClusterView | null = null;
  let counters: ControlCounters | null = null;
  let sealingKey: Uint8Array | null = null;
  const knownView = (): ClusterView => {
    if (view === null) throw new HearthError('draining', readiness.reason);
    return view;
  };

  const control: ControlWorker = new ControlWorker(clock, {
    view: (next) => {
      view = next;
      readiness.setWedged(next.nodes.some(({ id, degraded }) => id === next.self && degraded));
      keeper.setVotes(next.voters.includes(next.self));
      capacity.changed();
      links.viewChanged(next);
      rollout.conductor.changed();
    },
    counters: (next) => {
      counters = next;
    },
    committed: (entries) => {
      try {
        for (const { index, command } of entries) machines.apply(index, command);
      } catch (error) {
        readiness.fail(asHearthError(error));
      }
      control.client.applied(catalog.appliedIndex);
    },
    snapshot: () => machines.snapshot(),
    restore: async (step) => {
      await machines.restore(step);
      control.client.applied(catalog.appliedIndex);
    },
    sealingKey: (key) => {
      sealingKey = key;
    },
    member: async (index) => {
      await catalog.waitFor(index ?? 0, catchUpTimeoutMs);
      await timeKnown(time, () => view, clock);
      await links.reach(reachedMax, reachWithinMs);
      readiness.becomeReady();
      events.start();
      composed.workflows.start();
      rollout.conductor.start();
    },
    failed: (error) => readiness.fail(error),
  });
  const bundles = new BundleStore(config.data, clock);
  const encrypted = !isLoopback(config.http.host);
  const peerHttp = new PeerHttp(
    { clock, logger },
    { self: () => view?.self ?? null, secrets, encrypted },
  );
  const peers = new BundlePeers(knownView, peerHttp.fetch);
  const propose = gated(
    (command, wait) => control.client.propose(command, wait),
    () => rollout.rollouts.state.formatLevel,
    clock,
  );
  const catalog: Catalog = new Catalog({
    log: { propose, readIndex: () => control.client.readIndex() },
    bundles,
    peers,
    clock,
    codeWanted: (hash) => keeper.want(hash),
    changed: (name, version) => executor.retire(name, version),
    concurrencyChanged: () => capacity.changed(),
    sealingKey: () => {
      if (sealingKey !== null) return sealingKey;
      throw new HearthError('no-quorum', 'This node has not got the sealing key yet; try again.');
    },
    nextTurn,
  });
  const { events, destinations, streams, webhooks, webhookSecrets, proposeApplied } = makeEvents(
    {
      catalog,
      propose,
      invoke: (invocation) => invoke(invocation),
      self: () => knownView().self,
      view: () => view,
      clock,
      logger,
    },
    config,
  );
  const composed = makeWorkflows(
    {
      catalog,
      propose,
      invoke: (invocation) => invoke(invocation),
      events,
      streams,
      self: () => knownView().self,
      view: () => view,
      clock,
      logger,
    },
    config,
  );
  const references = (hash: BundleHash): boolean => catalog.references(hash);
  const keeper = new BundleKeeper({ bundles, peers, references, clock, logger });
  const collector = new BundleCollector(
    {
      bundles,
      references,
      caughtUp: () => catalog.catchUp(),
      inUse: () => new Set([...executor.codeInUse(), ...capacity.codeInUse()]),
      votes: () => view?.voters.includes(view.self) ?? true,
      clock,
      logger,
    },
    { bytesMax: config.codeDiskMb * 1024 * 1024 },
  );
  const logs = new LogStore(
    { clock, logger },
    { directory: join(config.data, 'logs'), bytesMax: config.logDiskMb * 1024 * 1024 },
  );
  const traces = await openTracing(config, { clock, logger });
  const tracing = traces?.tracing ?? null;
  const executions = new ExecutionStore(
    { clock, logger },
    {
      directory: config.data,
      bytesMax: config.recordDiskMb * 1024 * 1024,
      ageMsMax: config.recordHours * 3_600_000,
    },
  );
  const audit = new RotatingLines(
    {
      directory: join(config.data, 'audit'),
      name: 'audit',
      fileBytesMax: limits.auditFileBytesMax,
      filesMax: limits.auditFilesMax,
      waitingMax: limits.auditLinesWaitingMax,
    },
    (error, lines) => logger.error({ err: error, lines }, 'lines of the audit were not kept'),
  );
  const manifestPath = join(config.data, sandboxManifest);
  const node = (): string | null => view?.self ?? null;
  const shipper = logShipper(config, { store: logs, clock, logger, node });
  const picked = await pickSandboxKind(config.sandbox, { logger }, config.dockerSocket);
  const driver = makeDriver(
    picked,
    { clock, logger, logs },
    { ...config, manifestPath, lingerMs: config.sandboxLingerMs },
  );
  const rollout = makeRollout(
    {
      catalog,
      control: () => control.client,
      propose: proposeApplied,
      view: knownView,
      viewIfKnown: () => view,
      figures: () => server.ingress.figures.figures(),
      warmth: makeWarmth({ catalog, executor: () => executor, logger }),
      peerFetch: peerHttp.fetch,
      audit,
      sandboxKind: picked.kind,
      clock,
      logger,
    },
    config,
  );
  const machines = new ReplicatedMachines({
    catalog,
    events,
    streams,
    rollout: rollout.rollouts.machine,
    workflows: composed.workflows,
  });
  const tiered = config.routing === 'tiered';
  const capacityDeps: CapacityDeps = {
    driver,
    catalog,
    executor: () => executor,
    view: () => view,
    clock,
    logger,
  };
  const source = makeSource(capacityDeps, config);
  const capacity: CapacityKeeper = makeKeeper(capacityDeps, source, config);
  const executor: Executor = new Executor(
    {
      driver: source,
      clock,
      logger,
      logs,
      executions: tracedExecutions(tracing, executions, clock),
      catalog,
      claims: { changed: (claim) => tiered && control.client.claim([claim]) },
      memory: hostMemory(clock),
      spareTime: spareTime(clock),
    },
    { ...config, functionArn },
  );
  const links: PeerLinks = new PeerLinks(
    { clock, logger, handle: (call) => router.receive(call) },
    { self: () => knownView().self, secrets, encrypted },
  );
  const router: Router = new Router(
    {
      catalog,
      self: () => knownView().self,
      ready: () => readiness.isReady,
      view: () => view,
      here: tracedHere(tracing, {
        run: (record, invocation) => executor.invoke(record, invocation),
        runIfWarm: (record, invocation) => executor.invokeIfWarm(record, invocation),
        prewarm: (record) => executor.prewarm(record),
        hasRoom: (record) => executor.hasRoom(record),
        load: () => executor.load(),
      }),
      shares: (functionName) => capacity.shares(functionName),
      lookup: (key) => control.client.lookup(key),
      forwarder: tracedForwarder(tracing, links),
      clock,
      random: systemRandom(),
      logger,
    },
    config,
  );
  const invoke = tracedInvoke(tracing, (invocation) => router.invoke(invocation));
  const server: IngressServer = new IngressServer(
    {
      catalog,
      invoke,
      events,
      streams,
      workflows: composed.service,
      webhookSecrets,
      warm: (target) => warm(capacityDeps, target),
      capacity,
      executions: {
        find: (query) => executions.find(query),
        usage: (query) => executions.usage(query),
        underWay: (functionName) => executor.underWay(functionName),
      },
      view: knownView,
      begun: () => {
        const waits = readiness.begun();
        if (waits !== null) stopYielding();
        return waits;
      },
      health: () => {
        notice.healthAsked();
        return readiness.health;
      },
      metrics: () =>
        executionMetrics(executions) +
        traceMetrics(traces) +
        httpMetrics(server) +
        poolMetrics(executor) +
        stemMetrics(source) +
        routingMetrics(router.counters(), links.counters(), counters) +
        controlMetrics(counters?.lag ?? null, time.aheadMs) +
        gossipMetrics(counters?.gossip ?? null) +
        logMetrics(counters?.log ?? null, view?.self ?? null) +
        rolloutMetrics(rollout.rollouts.state, view) +
        logsMetrics(logs) +
        eventMetrics({ events, destinations, streams }) +
        workflowMetrics(composed.workflows),
      secrets: () => secrets,
      rollout: rollout.front,
      audit,
      inspector: new Inspector(clock, config),
      peer: {
        putBundle: (hash, zip) => bundles.put(hash, zip),
        getBundle: (hash) => bundles.get(hash),
        hasBundle: (hash) => bundles.has(hash),
      },
      peerFetch: peerHttp.fetch,
      logs: { store: logs, reader: new LogReader(logs, clock) },
      clock,
      logger,
    },
    {
      ...config,
      release,
      runtimes: { supported: supportedRuntimes },
      connectionsMax: connectionsMax(),
    },
    [links, peerHttp],
  );

  const parts = new Parts(logger);
  try {
    const lock = new DataLock(config.data, release);
    await parts.add(lock.take(), () => lock.release());
    await bundles.start();
    await parts.add(logs.start(), () => logs.stop());
    await parts.add(audit.start(), () => audit.flushed());
    await parts.add(executions.start(), () => executions.stop());
    if (traces !== null) parts.onStop(() => traces.stop());
    if (shipper !== null) await parts.add(shipper.start(), () => shipper.stop());
    await parts.add(driver.start(), () => driver.stop());
    const http = formatHostPort({ ...(await server.start()), host: dialledHost(config) });
    const heart = new Heartbeat(clock);
    parts.onStop(heart.start());
    const memories = { heartbeat: heart.memory, time: time.memory };
    const controlData = { config, release, http, secrets, ...memories };
    await parts.add(control.start(controlData), () => control.stop());
    const secretWatch = new SecretWatch(
      {
        clock,
        logger,
        read: () => readSecrets(config.secretFile),
        changed: (next) => {
          secrets = next;
          peerHttp.useSecrets(next);
          links.useSecrets(next);
          control.client.secrets(next);
        },
      },
      secrets,
    );
    if (config.secretFile !== null) secretWatch.start();
    parts.onStop(() => secretWatch.stop());
    parts.onStop(() => keeper.stop());
    parts.onStop(() => source.stop());
    parts.onStop(() => executor.stop());
    source.start();
    capacity.start();
    parts.onStop(() => capacity.stop());
    parts.onStop(() => peerHttp.stop());
    parts.onStop(async () => {
      // together: requests that wait for an answer from elsewhere need the links, and links are connections
      await Promise.all([
        events.drain(config.drainMs).then(() => webhooks.stop()),
        composed.workflows.drain(config.drainMs),
        server.stop(config.drainMs, idleQuietMs),
        links.stop(config.drainMs),
      ]);
      await composed.stop();
      await events.stop();
    });
    const load = eventLoopLoad();
    const tellLoad = (): void => control.client.load({ load: load(), ...executor.load() });
    tellLoad();
    parts.onStop(clock.every(loadEveryMs, tellLoad));
    const collect = (): void => {
      collector.collect().catch((error: unknown) => {
        logger.warn({ err: error }, 'unused code could not be removed');
      });
    };
    parts.onStop(clock.every(collectEveryMs, collect));
    parts.onStop(() => rollout.stop());
    return {
      httpAddress: http,
      clusterAddress: formatHostPort(config.advertise),
      ready: readiness.ready,
      failed: readiness.failed,
      stop: async (withNotice = false) => {
        readiness.drain();
        server.ingress.drain();
        rollout.conductor.stop();
        // to the others it has left from now on, while it serves what still comes
        control.client.leave();
        if (withNotice) {
          idleQuietMs = notice.idleQuietMs;
          await notice.over();
        }
        await parts.stop();
      },
      endNow: () => driver.stop(),
    };
  } catch (error) {
    await server.stop(0);
    await parts.stop();
    throw error;
  }
}

/** Where others reach the HTTP of a node that listens on all addresses: at the one of its cluster port. */
function dialledHost({ http, advertise }: NodeConfig): string {
  return isWildcard(http.host) ? advertise.host : http.host;
}
