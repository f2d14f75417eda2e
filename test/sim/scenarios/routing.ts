/** What the routing table costs each role, at one change and two lookups per node and second. */
import type { Role } from '../../../src/types/index.js';
import { type NodeLoad, scale } from '../table/scale.js';
import type { Measurement, Scenario, ScenarioSettings } from './scenario.js';

export const routing: Scenario = {
  name: 'routing',
  about: 'messages and bytes of the routing table by role, lookups, convergence (trials: seconds)',
  run(settings) {
    return (settings.sizes ?? [100, 400, 1000]).flatMap((nodes) => measure(nodes, settings));
  },
};

function measure(size: number, settings: ScenarioSettings): Measurement[] {
  settings.progress(`routing: ${size} nodes`);
  const measured = scale(size, 1000 * (settings.trials ?? 5), settings.seed);
  const { replicas, loads, messagesPerBatch, messagesPerLookup, lookupMsMax } = measured;
  const row = { nodes: size, unit: '' as const, promised: null };
  const promise = (below: number) => ({ of: 'max' as const, below });
  const roles = (['master', 'replica', 'worker'] as const).flatMap((role) =>
    byRole(role, size, loads),
  );
  return [
    {
      ...row,
      what: 'routing: messages per batch',
      values: messagesPerBatch,
      promised: promise(replicas + 1),
    },
    {
      ...row,
      what: 'routing: messages per lookup',
      values: [messagesPerLookup],
      promised: promise(2.001),
    },
    { ...row, what: 'routing: lookup', unit: 'ms', values: [lookupMsMax], promised: promise(20) },
    {
      ...row,
      what: 'routing: tables true after the last change',
      unit: 'ms',
      values: [measured.convergedMs],
      promised: promise(220),
    },
    {
      ...row,
      what: 'routing: master, messages per change',
      values: [measured.masterMessagesPerClaim],
      promised: promise(2 * replicas + 2),
    },
    { ...row, what: 'routing: master, changes', unit: '/s', values: [measured.changesPerS] },
    {
      ...row,
      what: 'routing: master, time of its core',
      unit: 'ms/s',
      values: measured.masterMsPerS,
    },
    {
      ...row,
      what: "routing: a lookup in a Replica's table",
      unit: 'us',
      values: measured.lookupUs,
    },
    ...roles,
  ];
}

function byRole(role: Role, size: number, loads: readonly NodeLoad[]): Measurement[] {
  const of = loads.filter((load) => load.role === role);
  const row = { nodes: size, promised: null };
  return [
    {
      ...row,
      what: `routing: ${role}, messages sent`,
      unit: '/s',
      values: of.map(({ messagesSent }) => messagesSent),
    },
    {
      ...row,
      what: `routing: ${role}, messages received`,
      unit: '/s',
      values: of.map(({ messagesReceived }) => messagesReceived),
    },
    {
      ...row,
      what: `routing: ${role}, bytes sent`,
      unit: 'B/s',
      values: of.map(({ bytesSent }) => bytesSent),
    },
    {
      ...row,
      what: `routing: ${role}, bytes received`,
      unit: 'B/s',
      values: of.map(({ bytesReceived }) => bytesReceived),
    },
  ];
}
