/** The network between nodes, for faults that cannot do without. */
import type { Arena, Wire } from '../arena/types.js';

/** For `Fault.missing`. */
export function noWire({ wire }: Arena): string | false {
  return wire === null && 'nodes have no network of their own on this machine';
}

export function wireOf({ wire }: Arena): Wire {
  if (wire === null) throw new Error('there is no network between the nodes');
  return wire;
}
