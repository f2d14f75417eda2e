/** What a node answers about rollouts: people ask any node, and nodes each other. */
import type { ClusterView, NodeView } from '../../types/index.js';
import { parseManifest } from '../releases/index.js';
import type { NodeFigures, Rollout, RolloutPage, WarmthDesk } from '../types.js';
import type { Conductor } from './conductor.js';
import type { HostDesk } from './host-desk.js';
import { isLiving } from './members.js';
import type { Offers } from './offers.js';
import type { LivePage, RolloutPeers } from './peers.js';
import type { Rollouts } from './rollouts.js';

export interface StartAsked {
  /** JSON, unchecked; undefined: what the source offers now. */
  readonly manifest: unknown;
  readonly again: boolean;
  readonly by: string;
}

export interface RolloutService {
  page(): Promise<RolloutPage>;
  /** Throws `release-refused`, `rollout-conflict`. */
  start(asked: StartAsked): Promise<Rollout>;
  tell(what: 'pause' | 'resume' | 'abort', by: string): Promise<Rollout>;
  /** What the Master alone knows. */
  live(): LivePage;
  readonly host: Pick<HostDesk, 'facts' | 'prepare' | 'start' | 'stop'>;
  figures(): NodeFigures;
  readonly warmth: WarmthDesk;
}

export interface RolloutFrontDeps {
  readonly rollouts: Pick<Rollouts, 'state' | 'begin' | 'tell'>;
  readonly conductor: Pick<Conductor, 'comparison'>;
  readonly offers: Offers;
  readonly host: HostDesk;
  readonly peers: Pick<RolloutPeers, 'live'>;
  readonly figures: () => NodeFigures;
  readonly warmth: WarmthDesk;
  readonly view: () => ClusterView;
}

/** Where a manifest lies that came with a request. */
const posted = 'file:///manifest.json';

export class RolloutFront implements RolloutService {
  readonly host: HostDesk;
  readonly figures: () => NodeFigures;
  readonly warmth: WarmthDesk;

  constructor(private readonly deps: RolloutFrontDeps) {
    this.host = deps.host;
    this.figures = deps.figures;
    this.warmth = deps.warmth;
  }

  async page(): Promise<RolloutPage> {
    const { rollouts, offers, view } = this.deps;
    const { nodes, master, self } = view();
    const { formatLevel, cohort, current, past, refused } = rollouts.state;
    const lead = nodes.find(({ id }) => id === master);
    const isHere = lead === undefined || lead.id === self;
    const { comparison, source } = isHere ? this.live() : await this.#liveOf(lead);
    const members = nodes.filter(isLiving).map(({ id, http, release, role }) => {
      return { id, http, version: release, role };
    });
    const said = source ?? { lookedMs: null, text: 'the Master does not say what it has seen' };
    const { address } = offers;
    return {
      formatLevel,
      cohort,
      current,
      past,
      refused,
      nodes: members,
      comparison: comparison ?? current?.comparison ?? null,
      source: address === null ? null : { address, ...said },
    };
  }

  async start({ manifest, again, by }: StartAsked): Promise<Rollout> {
    this.host.check();
    const { offers, rollouts } = this.deps;
    const release = await (manifest === undefined
      ? offers.lookNow()
      : offers.checked(parseManifest(manifest, posted)));
    return rollouts.begin({ release, again, by });
  }

  tell(what: 'pause' | 'resume' | 'abort', by: string): Promise<Rollout> {
    return this.deps.rollouts.tell(what, by);
  }

  /** See RolloutService. */
  live(): LivePage {
    const { conductor, offers } = this.deps;
    return { comparison: conductor.comparison, source: offers.seen };
  }

  /** A page tells what it can: the rest of it is of this node. */
  #liveOf(lead: NodeView): Promise<LivePage> {
    const nothing = { comparison: null, source: null };
    return this.deps.peers.live(lead).catch(() => nothing);
  }
}
