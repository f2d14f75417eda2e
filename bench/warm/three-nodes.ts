/** Three nodes behind nginx, beside a bare server without one: everything shares the cores of this machine. */
import {
  type Line,
  lineOf,
  type MeasureOptions,
  type Place,
  ratios,
  startHearth,
  startNginx,
} from '../harness/index.js';
import { bare } from '../peers/index.js';
import { deployEcho, echoOf, secured } from './hearth.js';
import { planOf } from './one-node.js';
import { Turns } from './turns.js';

const name = 'Hearth, three nodes behind nginx';

export async function measureThreeNodes(place: Place, options: MeasureOptions): Promise<Line[]> {
  const turns = new Turns(place, planOf(options));
  const nodes = await startHearth(place, { ...secured, nodes: 3 });
  await deployEcho(nodes);
  const servers = nodes.members.map(({ origin }) => new URL(origin).host);
  const nginx = await startNginx(place, servers);
  turns.add(name, echoOf(nodes, nginx.origin));
  await turns.start([bare]);
  const found = await turns.run();
  const ratio = ratios(found[name] ?? [], found[bare.name] ?? []);
  return [lineOf(`${name} / ${bare.name}`, 'ratio', ratio), ...turns.lines()];
}
