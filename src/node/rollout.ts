/** Composes the rolling deploy: the state that the log holds, the conductor, its source of releases, and what this host can do. */
import { hostname } from 'node:os';
import { clearAfterCrash, type SandboxDriver } from '../agent/index.js';
import type { Catalog } from '../catalog/index.js';
import type { ControlClient } from '../cluster/index.js';
import type { Clock, Logger, RotatingLines } from '../lib/index.js';
import { programRoot, randomUuid, systemRandom } from '../lib/index.js';
import {
  artifactFetcher,
  Conductor,
  HostDesk,
  makeProvider,
  type NodeFigures,
  nodeArgumentsOf,
  Offers,
  openSource,
  type Provider,
  ReleaseWeb,
  RolloutFront,
  RolloutPeers,
  type RolloutState,
  Rollouts,
  SourceWatch,
  type WarmthDesk,
} from '../rollout/index.js';
import { type ClusterView, errorTable, type NodeConfig, type PeerFetch } from '../types/index.js';
import { checkReadable } from './format-gate.js';
import { release } from './release.js';

export interface RolloutParts {
  readonly catalog: Pick<Catalog, 'catchUp'>;
  readonly control: () => ControlClient;
  /** Resolves with the index of the committed command once this node has applied it. Throws `no-quorum`. */
  readonly propose: (command: Uint8Array) => Promise<number>;
  /** Throws HearthError where it is not known yet. */
  readonly view: () => ClusterView;
  readonly viewIfKnown: () => ClusterView | null;
  readonly figures: () => NodeFigures;
  readonly warmth: WarmthDesk;
  readonly peerFetch: PeerFetch;
  readonly audit: Pick<RotatingLines, 'append'>;
  readonly sandboxKind: SandboxDriver['kind'];
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ComposedRollout {
  readonly rollouts: Rollouts;
  readonly conductor: Conductor;
  readonly front: RolloutFront;
  stop(): Promise<void>;
}

export function makeRollout(parts: RolloutParts, config: NodeConfig): ComposedRollout {
  const { clock, logger, view, viewIfKnown, figures, warmth } = parts;
  const { rollout: settings } = config;
  const web = new ReleaseWeb({ clock });
  const rollouts = new Rollouts({
    propose: parts.propose,
    catchUp: () => parts.catalog.catchUp(),
    view,
    changed: (state) => {
      checkReadable(state, release);
      parts.control().cohort(cohortOf(state));
      conductor.changed();
    },
    clock,
  });
  const state = (): RolloutState => rollouts.state;
  const host = new HostDesk(
    { provider: providerOf(parts, config, web), self: () => view().self, state, clock, logger },
    { host: settings.host ?? hostname() },
  );
  const watch = settings.source === null ? null : watchOf(settings.source, parts, config, web);
  const offers = new Offers(
    {
      watch: settings.provider === undefined ? null : watch,
      open: (address) => openSource(address, { web }),
      state,
      members: () => viewIfKnown()?.nodes ?? [],
      begin: (wish) => rollouts.begin(wish),
      logger,
    },
    { address: settings.source, keys: settings.keys },
  );
  const peers = new RolloutPeers(parts.peerFetch);
  const conductor: Conductor = new Conductor(
    {
      state,
      propose: (command) => rollouts.propose(command),
      catchUp: () => parts.catalog.catchUp(),
      view: viewIfKnown,
      host,
      figures,
      warmth,
      peers,
      handOver: (to) => parts.control().handOver(to),
      idle: () => offers.idle(),
      rules: (rules) => offers.rules(rules),
      clock,
      logger,
    },
    settings,
  );
  const deps = { rollouts, conductor, offers, host, peers, figures, warmth, view };
  const front = new RolloutFront(deps);
  return {
    rollouts,
    conductor,
    front,
    stop: async () => {
      conductor.stop();
      host.close();
      await web.stop();
    },
  };
}

/** The number of the decision by which this release leads; 0 where it does not. */
function cohortOf({ cohort }: RolloutState): number {
  return cohort?.version === release ? cohort.number : 0;
}

function providerOf(parts: RolloutParts, config: NodeConfig, web: ReleaseWeb): Provider | null {
  const { provider } = config.rollout;
  if (provider === undefined) return null;
  const { clock, logger, viewIfKnown } = parts;
  return makeProvider(provider, {
    clock,
    logger,
    version: release,
    programRoot,
    nodeArguments: nodeArgumentsOf(process.argv.slice(2)),
    environment: process.env,
    members: () =>
      (viewIfKnown()?.nodes ?? [])
        .filter(({ status }) => status === 'alive')
        .map(({ cluster }) => cluster),
    fetchArtifact: artifactFetcher(web),
    clearAfterCrash: (dataDirectory) => clearAfterCrash(dataDirectory, parts.sandboxKind),
    drainWithinMs: config.drainNoticeMs + config.drainMs,
  });
}

function watchOf(
  address: string,
  { clock, logger, audit }: RolloutParts,
  { rollout: { pollMs, keys } }: NodeConfig,
  web: ReleaseWeb,
): SourceWatch {
  return new SourceWatch(
    {
      clock,
      random: systemRandom(),
      logger,
      source: openSource(address, { web }),
      offered: ({ version }) => logger.info({ version, address }, 'a release is offered'),
      refused: (reason) => {
        const row = errorTable['release-refused'];
        const line = {
          at: new Date(clock.wallMs()).toISOString(),
          requestId: randomUuid(),
          caller: 'rollout',
          address: '',
          action: 'hearth:StartRollout',
          on: ['*'],
          path: address,
          status: row.http,
          error: row.aws,
          reason,
        };
        audit.append(JSON.stringify(line));
        logger.warn({ audit: line }, 'a release that is offered is refused');
      },
    },
    { address, pollMs, keys, running: release },
  );
}
