/** What faults leave behind: nodes that do not come back, and what they hold of the machine and no longer need. */
import type { NodeCensus, RunRecord } from '../records.js';
import { counted, resultOf } from './result.js';
import type { CheckResult } from './types.js';

const mebibyte = 1024 ** 2;

type Resource = Exclude<keyof NodeCensus, 'node'>;

interface Growth {
  readonly own: number;
  /** For each sandbox that there is more than before. */
  readonly perSandbox: number;
}

/**
 * How much more a node may hold in the end. Sandboxes stay warm for minutes, and how many a node has is a matter
 * of who was alive when, so what belongs to a sandbox is counted by the processes that are there.
 */
const growthMax: { readonly [Name in Resource]: Growth } = {
  // code, catalogue, and records that fill up to their bounds; who leaks with each request needs more than that
  residentBytes: { own: 150 * mebibyte, perSandbox: 0 },
  // of a node: links and gossip's streams, and what balancers keep open; of a sandbox: its socket and its three pipes
  descriptors: { own: 80, perSandbox: 6 },
  sockets: { own: 60, perSandbox: 5 },
  // all of them sandboxes that idle, after the busiest minutes
  processes: { own: 60, perSandbox: 0 },
  // one in each hierarchy of v1, else one
  cgroups: { own: 16, perSandbox: 6 },
  // segments of the log and of records, and code of the versions that were published; of a sandbox: its directory
  files: { own: 600, perSandbox: 6 },
  fileBytes: { own: 256 * mebibyte, perSandbox: mebibyte },
};

export function nodesComeBack({ faults, load }: RunRecord): CheckResult {
  const broken = faults.flatMap(({ name, beganMs, oddities }) => {
    const at = ((beganMs - load.beganMs) / 1000).toFixed(1);
    return oddities.map((oddity) => `"${name}" at ${at} s: ${oddity}`);
  });
  return resultOf({
    id: 'nodes-come-back',
    title: 'Nodes start again after every fault, and none stops without being told',
    counted: faults.length,
    nothing: 'no fault in this run',
    broken,
    measured: `${counted(faults.length, 'fault')}, ${counted(faults.flatMap(({ deaths }) => deaths).length, 'death')}`,
  });
}

export function nothingOdd({ load }: RunRecord): CheckResult {
  return resultOf({
    id: 'clients-see-nothing-odd',
    title:
      'Clients see nothing that should not be: answers of others, gaps in lists, accepted work that never ends',
    counted: load.requests.length,
    nothing: 'no request was sent',
    broken: load.oddities,
    measured: counted(load.requests.length, 'request'),
  });
}

export function nothingLeaks({ before, after }: RunRecord): CheckResult {
  const broken: string[] = [];
  const most = new Map<Resource, number>();
  let compared = 0;
  for (const old of before?.nodes ?? []) {
    const now = after?.nodes.find(({ node }) => node === old.node);
    if (after === null) continue;
    if (now === undefined) {
      broken.push(`node ${old.node} is not there in the end`);
      continue;
    }
    compared++;
    const sandboxes = Math.max(0, now.processes - old.processes);
    for (const [name, { own, perSandbox }] of Object.entries(growthMax) as [Resource, Growth][]) {
      const more = now[name] - old[name];
      const max = own + perSandbox * sandboxes;
      most.set(name, Math.max(most.get(name) ?? -Infinity, more));
      if (more <= max) continue;
      broken.push(
        `node ${old.node} has ${shown(name, now[name])} ${wordOf[name]}, ` +
          `${shown(name, more)} more than before; ${shown(name, max)} more are allowed`,
      );
    }
  }
  const told = [...most].map(([name, more]) => `${wordOf[name]} ${signed(name, more)}`);
  return resultOf({
    id: 'nothing-leaks',
    title: 'Nodes hold in the end about what they held when all was warm',
    counted: compared,
    nothing: 'nobody has counted what nodes hold before and after',
    broken,
    measured: `${counted(compared, 'node')}, the most that one has grown: ${told.join(', ')}`,
  });
}

const wordOf: { readonly [Name in Resource]: string } = {
  residentBytes: 'memory',
  descriptors: 'descriptors',
  sockets: 'sockets',
  processes: 'processes',
  cgroups: 'control groups',
  files: 'files',
  fileBytes: 'bytes in files',
};

function shown(name: Resource, value: number): string {
  const isBytes = name === 'residentBytes' || name === 'fileBytes';
  return isBytes ? `${Math.round(value / mebibyte)} MiB` : String(value);
}

function signed(name: Resource, value: number): string {
  return value > 0 ? `+${shown(name, value)}` : shown(name, value);
}
