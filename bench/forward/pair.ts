/** Two nodes, one of which has a function warm that the other one can only forward. */
import { type HearthMember, type Place, startHearth } from '../harness/index.js';

/** What became of the requests that a node was asked. */
export interface Ways {
  readonly forwarded: number;
  readonly here: number;
}

export interface Pair {
  readonly name: string;
  readonly path: string;
  /** Runs the function. */
  readonly warm: HearthMember;
  /** Has no memory for a sandbox, so that it forwards for as long as it is asked. */
  readonly asked: HearthMember;
  /** Of the one that forwards, since it was started. */
  ways(): Promise<Ways>;
}

const name = 'echo';
const source = 'exports.handler = async (event) => event;\n';
const plenty = 1_000_000;
const there = ['forwarded', 'placed'];

export async function startPair(place: Place): Promise<Pair> {
  const nodes = await startHearth(place, {
    nodes: 2,
    args: ['--sandbox', 'namespace'],
    settings: { spreadForwardsPerS: plenty },
    settingsOf: [{}, { memoryReserveMb: plenty }],
  });
  const [warm, asked] = nodes.members;
  if (warm === undefined || asked === undefined) throw new Error('there are no two nodes');
  await nodes.deploy(name, { 'index.js': source });
  return {
    name,
    path: nodes.invocation(name),
    warm,
    asked,
    ways: async () => waysOf(await nodes.page('/_hearth/metrics', asked)),
  };
}

function waysOf(metrics: string): Ways {
  let [forwarded, here] = [0, 0];
  const lines = metrics.matchAll(/^hearth_routing_requests_total\{way="(\S+)"\} (\d+)$/gm);
  for (const [, way = '', count] of lines) {
    if (there.includes(way)) forwarded += Number(count);
    else if (way.startsWith('here')) here += Number(count);
  }
  return { forwarded, here };
}
