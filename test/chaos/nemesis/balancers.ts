/** The balancers are reloaded, from which nobody may suffer, or one of them is killed and started again. */
import type { ArenaBalancer } from '../arena/types.js';
import type { Attempt } from './attempt.js';
import type { Fault } from './types.js';
import { oneOf } from './victims.js';

const settleMinMs = 1000;
const settleMaxMs = 2000;

export const balancers: readonly Fault[] = [
  {
    name: 'reload the balancers',
    kind: 'balancer',
    needs: ['balancers'],
    missing: noBalancers,
    run: reloaded,
  },
  {
    name: 'restart a balancer',
    kind: 'balancer',
    needs: ['balancers'],
    missing: noBalancers,
    run: restarted,
  },
];

function noBalancers({ balancers: { nginx, haproxy } }: Parameters<Fault['missing']>[0]) {
  return nginx.missing !== false && haproxy.missing;
}

async function reloaded(attempt: Attempt): Promise<void> {
  const all = those(attempt);
  attempt.note(all.map(({ name }) => name).join(' and '));
  attempt.begins();
  await Promise.all(all.map((balancer) => balancer.reload()));
  await attempt.lasts(settleMinMs, settleMaxMs);
}

async function restarted(attempt: Attempt): Promise<void> {
  const balancer = oneOf(those(attempt), attempt.random);
  if (balancer === undefined) throw new Error('there is no balancer');
  attempt.begins();
  attempt.died(balancer.name, await balancer.restart());
  await attempt.lasts(settleMinMs, settleMaxMs);
}

function those({ arena: { balancers: all } }: Attempt): ArenaBalancer[] {
  return [all.nginx, all.haproxy].filter(({ missing }) => missing === false);
}
