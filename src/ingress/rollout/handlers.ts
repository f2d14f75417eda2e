/** Who answers what is asked of rollouts. Any node takes it: what is decided goes through the log. */
import { callerName } from '../auth/caller.js';
import type { IngressDeps } from '../deps.js';
import { emptyReply, jsonReply } from '../http/http.js';
import type { Handlers } from '../operation.js';
import type { RolloutAction } from './operations.js';

const noStore = { 'cache-control': 'no-store' };

export function rolloutHandlers({ rollout }: Pick<IngressDeps, 'rollout'>) {
  return {
    'read-rollout': async () => jsonReply(200, await rollout.page(), noStore),
    'start-rollout': async ({ manifest, again }, { caller }) =>
      jsonReply(202, await rollout.start({ manifest, again, by: callerName(caller) }), noStore),
    'tell-rollout': async ({ what }, { caller }) =>
      jsonReply(202, await rollout.tell(what, callerName(caller)), noStore),
    'rollout-host': async () => jsonReply(200, await rollout.host.facts()),
    'rollout-prepare': ({ order }) => {
      rollout.host.prepare(order);
      return emptyReply(202);
    },
    'rollout-start': async ({ order }) => {
      await rollout.host.start(order);
      return emptyReply(202);
    },
    'rollout-stop': async ({ order }) => {
      await rollout.host.stop(order);
      return emptyReply(202);
    },
    'rollout-figures': () => jsonReply(200, rollout.figures()),
    'rollout-warmth': () => jsonReply(200, { functions: rollout.warmth.inUse() }),
    'rollout-warm': async ({ functions }) => {
      await rollout.warmth.make(functions);
      return emptyReply(202);
    },
    'rollout-live': () => jsonReply(200, rollout.live()),
  } satisfies Partial<Handlers> & Pick<Handlers, RolloutAction['kind']>;
}
