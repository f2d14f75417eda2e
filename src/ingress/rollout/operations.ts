/** Rollouts: looked at, begun, paused and given up by who may, and carried out between nodes. */
import {
  type HostOrders,
  hostOrders,
  rolloutPath,
  type Warmth,
  warmthShape,
} from '../../rollout/index.js';
import { shaped } from '../form/shape.js';
import { queryValue } from '../http/http.js';
import { parseJson } from '../invoke/json-payload.js';
import type { Asked, Operation } from '../operation.js';

export type RolloutAction =
  | { readonly kind: 'read-rollout' }
  /** `manifest` is JSON, unchecked; undefined: what the source offers now. */
  | { readonly kind: 'start-rollout'; readonly manifest: unknown; readonly again: boolean }
  | { readonly kind: 'tell-rollout'; readonly what: 'pause' | 'resume' | 'abort' }
  | { readonly kind: 'rollout-host' }
  | { readonly kind: 'rollout-prepare'; readonly order: HostOrders['prepare'] }
  | { readonly kind: 'rollout-start'; readonly order: HostOrders['start'] }
  | { readonly kind: 'rollout-stop'; readonly order: HostOrders['stop'] }
  | { readonly kind: 'rollout-figures' }
  | { readonly kind: 'rollout-warmth' }
  | { readonly kind: 'rollout-warm'; readonly functions: readonly Warmth[] }
  | { readonly kind: 'rollout-live' };

const manifestBytesMax = 64 * 1024;

export const rolloutOperations: readonly Operation[] = [
  {
    name: 'ReadRollout',
    method: 'GET',
    path: rolloutPath,
    parse: () => ({ kind: 'read-rollout' }),
  },
  {
    name: 'StartRollout',
    method: 'POST',
    path: `${rolloutPath}/start`,
    bodyBytesMax: manifestBytesMax,
    parse: ({ body, head }) => ({
      kind: 'start-rollout',
      manifest: body.length === 0 ? undefined : parseJson(body),
      again: queryValue(head.query, 'again') === 'true',
    }),
  },
  telling('PauseRollout', 'pause'),
  telling('ResumeRollout', 'resume'),
  telling('AbortRollout', 'abort'),
  betweenNodes('RolloutHost', 'GET', 'host', () => ({ kind: 'rollout-host' })),
  betweenNodes('RolloutPrepare', 'POST', 'host/prepare', (asked) => ({
    kind: 'rollout-prepare',
    order: shaped(hostOrders.prepare, asked.body),
  })),
  betweenNodes('RolloutStart', 'POST', 'host/start', (asked) => ({
    kind: 'rollout-start',
    order: shaped(hostOrders.start, asked.body),
  })),
  betweenNodes('RolloutStop', 'POST', 'host/stop', (asked) => ({
    kind: 'rollout-stop',
    order: shaped(hostOrders.stop, asked.body),
  })),
  betweenNodes('RolloutFigures', 'GET', 'figures', () => ({ kind: 'rollout-figures' })),
  betweenNodes('RolloutWarmth', 'GET', 'warmth', () => ({ kind: 'rollout-warmth' })),
  betweenNodes('RolloutWarm', 'POST', 'warmth', (asked) => ({
    kind: 'rollout-warm',
    functions: shaped(warmthShape, asked.body).functions,
  })),
  betweenNodes('RolloutLive', 'GET', 'live', () => ({ kind: 'rollout-live' })),
];

function telling(name: string, what: 'pause' | 'resume' | 'abort'): Operation {
  const path = `${rolloutPath}/${what}`;
  return { name, method: 'POST', path, parse: () => ({ kind: 'tell-rollout', what }) };
}

function betweenNodes(
  name: string,
  method: 'GET' | 'POST',
  page: string,
  parse: (asked: Asked) => RolloutAction,
): Operation {
  return { name, method, path: `${rolloutPath}/${page}`, who: 'peer', parse };
}
