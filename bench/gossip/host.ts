/**
 * A process of the benchmark: some gossip members, each with a UDP socket and a TCP listener of its own,
 * and a report whenever one of them sees another die or, of the victims, change at all.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gossip, type GossipMember } from '../../src/gossip/index.js';
import { silentLogger, systemClock, systemRandom } from '../../src/lib/index.js';
import { clusterId, formatHostPort, nodeId, parseHostPort } from '../../src/types/index.js';
import { ExchangeServer, tcpStreams } from './exchange.js';
import {
  type FromHost,
  type HostPlan,
  type MemberPlan,
  nowMs,
  type ToHost,
  type Usage,
} from './messages.js';

const host = '127.0.0.1';
/** Below the ports that the system hands out for outgoing connections. */
const portMin = 10_000;
const portMax = 32_000;
const triesMax = 100;
const seedsMax = 3;
const secret = Buffer.from('the secret of a cluster of a benchmark');
const cluster = clusterId('b'.repeat(32));
const random = systemRandom();
const members: Gossip[] = [];
const loopDelay = monitorEventLoopDelay({ resolution: 10 });
loopDelay.enable();

function say(message: FromHost): void {
  process.send?.(message);
}

/** Starts one member, on a port where both UDP and TCP are free; returns its address. */
async function start(plan: MemberPlan, { victims, seeds }: HostPlan): Promise<string> {
  for (let tries = 0; ; tries++) {
    const port = plan.port === 0 ? portMin + random.below(portMax - portMin) : plan.port;
    const address = { host, port };
    const gossip = new Gossip(
      {
        streams: tcpStreams,
        clock: systemClock,
        random,
        logger: silentLogger,
        onChange: observer(plan.id, victims),
      },
      {
        id: nodeId(plan.id),
        generation: plan.generation,
        cluster: address,
        advertise: address,
        clusterId: cluster,
        secrets: [secret],
        meta: {
          http: '127.0.0.1:8080',
          release: 'bench',
          joinedAt: 1,
          load: 0,
          waiting: 0,
          freeMemoryMb: 0,
          degraded: false,
          cohort: 0,
        },
      },
    );
    const server = new ExchangeServer((request) => gossip.answer(request));
    try {
      await server.start(address);
      await gossip.start();
    } catch (error) {
      server.stop();
      if (tries === triesMax) throw error;
      continue;
    }
    members.push(gossip);
    gossip.join(seeds.map((seed) => parseHostPort(seed, 'a seed')));
    return formatHostPort(address);
  }
}

function observer(id: string, victims: readonly string[]): (view: readonly GossipMember[]) => void {
  const seen = new Map<string, string>();
  return (view) => {
    const atMs = nowMs();
    const sightings = view.flatMap(({ id: member, generation, status }) => {
      const told = `${generation} ${status}`;
      if (seen.get(member) === told) return [];
      seen.set(member, told);
      if (!victims.includes(member) && status !== 'dead') return [];
      return [{ observer: id, member, generation, status, atMs }];
    });
    if (sightings.length > 0) say({ kind: 'sightings', sightings });
  };
}

function usage(): FromHost {
  const { user, system } = process.cpuUsage();
  const loopDelayMs = loopDelay.max / 1e6;
  loopDelay.reset();
  const counters = members.map((gossip) => gossip.counters());
  const sum = (name: Exclude<keyof Usage, 'cpuMs' | 'atMs' | 'loopDelayMs'>) =>
    counters.reduce((total, one) => total + one[name], 0);
  return {
    kind: 'usage',
    usage: {
      cpuMs: (user + system) / 1000,
      atMs: nowMs(),
      sent: sum('sent'),
      received: sum('received'),
      exchanges: sum('exchanges'),
      suspected: sum('suspected'),
      convicted: sum('convicted'),
      proven: sum('proven'),
      refuted: sum('refuted'),
      stalls: sum('stalls'),
      loopDelayMs,
    },
  };
}

async function handle(message: ToHost): Promise<void> {
  if (message.kind === 'usage') say(usage());
  else {
    const addresses: string[] = [];
    const { plan } = message;
    for (const member of plan.members) {
      const seeds = [...plan.seeds, ...addresses].slice(0, seedsMax);
      addresses.push(await start(member, { ...plan, seeds }));
    }
    say({ kind: 'started', addresses });
  }
}

process.on('message', (message: ToHost) => void handle(message));
// ends with whoever started it
process.on('disconnect', () => process.exit());
