/** The decision where a request runs (design, section 3), and the links over which nodes forward it. */
export {
  type LookupResult,
  lookupBounds,
  lookupResults,
  type RoutingCounters,
  type Way,
  ways,
} from './counters.js';
export type { ForwardCall, Forwarder, ForwardHandler, ForwardReply } from './forward.js';
export {
  type LinkCounters,
  PeerLinks,
  type PeerLinksDeps,
  type PeerLinksOptions,
} from './links/peer-links.js';
export {
  type PeerConnection,
  PeerHttp,
  type PeerHttpDeps,
  type PeerHttpOptions,
} from './peer-http/peer-http.js';
export type { Room } from './placement.js';
export type { Shares } from './reservation.js';
export {
  type RoutedOutcome,
  Router,
  type RouterDeps,
  type RouterOptions,
  type RunsHere,
} from './router.js';
