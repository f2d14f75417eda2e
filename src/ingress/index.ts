/** HTTP: the AWS Lambda API, function URLs, the cluster pages and the code bundles between nodes. */
export type {
  CapacityFigures,
  Health,
  IngressDeps,
  IngressOptions,
  PeerBundles,
  Warmed,
  WarmTarget,
} from './deps.js';
export type { IngressRequest, Reply, RequestHead } from './http/http.js';
export { Ingress } from './ingress.js';
export { IngressServer, type Upgrade } from './server.js';
