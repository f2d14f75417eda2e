/** Composes what invokes functions without a caller that waits: events, the streams and other destinations they end in. */
import type { Catalog } from '../catalog/index.js';
import type { ControlClient } from '../cluster/index.js';
import {
  Destinations,
  Events,
  FunctionDeliverer,
  StreamDeliverer,
  Streams,
  settingsOf,
  WebhookDeliverer,
  WebhookSecrets,
} from '../events/index.js';
import type { Clock, Logger } from '../lib/index.js';
import {
  type ClusterView,
  HearthError,
  type Invocation,
  type InvocationOutcome,
  type NodeConfig,
  type NodeId,
} from '../types/index.js';

export interface EventsParts {
  readonly catalog: Catalog;
  readonly propose: ControlClient['propose'];
  /** Throws HearthError. */
  readonly invoke: (invocation: Invocation) => Promise<InvocationOutcome>;
  readonly self: () => NodeId;
  readonly view: () => ClusterView | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ComposedEvents {
  readonly events: Events;
  readonly destinations: Destinations;
  readonly streams: Streams;
  readonly webhooks: WebhookDeliverer;
  readonly webhookSecrets: WebhookSecrets;
  /** Resolves with the index once this node has applied it. Throws `no-quorum`. */
  readonly proposeApplied: (data: Uint8Array) => Promise<number>;
}

/** How long a node may take to apply what it has just put into the log. */
const appliedTimeoutMs = 5000;

export function makeEvents(parts: EventsParts, config: NodeConfig): ComposedEvents {
  const { catalog, clock } = parts;
  // who reads through another node has that catch up first
  const propose = (data: Uint8Array): Promise<number> => parts.propose(data, 'committed');
  const catchUp = (): Promise<boolean> => catalog.catchUp();
  const proposeApplied = async (data: Uint8Array): Promise<number> => {
    const index = await propose(data);
    if (await catalog.waitFor(index, appliedTimeoutMs)) return index;
    throw new HearthError(
      'no-quorum',
      'The change was committed, but this node has not applied it; read it again in a moment.',
    );
  };
  const streams = new Streams({ propose: proposeApplied, catchUp, clock });
  const webhookSecrets = new WebhookSecrets(catalog, clock);
  const webhooks = new WebhookDeliverer({ secrets: () => webhookSecrets.signing(), clock });
  const destinations = new Destinations({
    function: new FunctionDeliverer(catalog, (submission) => events.submit(submission)),
    stream: new StreamDeliverer(streams),
    webhook: webhooks,
  });
  const events: Events = new Events(
    {
      ...parts,
      propose,
      catchUp,
      reached: (index, timeoutMs) => catalog.waitFor(index, timeoutMs),
      settings: (of) => settingsOf(catalog, of),
      deliver: destinations.deliver,
    },
    config,
  );
  return { events, destinations, streams, webhooks, webhookSecrets, proposeApplied };
}
