/** A fault in words: for who rests the pointer on it, and for the page. */
import type { FaultRecord } from '../records.js';
import { clock } from './scales.js';

/** `kill the Master at 0:10 for 6.0 s; node 1; died: node 1; agreed 0.8 s later`. */
export function faultWords(fault: FaultRecord, beganMs: number): string {
  const parts = [
    `${fault.name} at ${clock(fault.beganMs - beganMs)} for ${secondsOf(fault.mendedMs - fault.beganMs)}`,
    ...(fault.nodes.length === 0 ? [] : [`node ${fault.nodes.join(', ')}`]),
    ...(fault.deaths.length === 0 ? [] : [`died: ${deathWords(fault)}`]),
    agreedWords(fault),
    ...fault.oddities,
  ];
  return parts.join('; ');
}

/** `node 1, nginx`; empty where nobody died. */
export function deathWords({ deaths }: FaultRecord): string {
  return deaths.map(({ who }) => (typeof who === 'number' ? `node ${who}` : who)).join(', ');
}

export function agreedWords({ agreedMs, mendedMs }: FaultRecord): string {
  if (agreedMs === null) return 'never agreed again';
  return `agreed ${secondsOf(Math.max(0, agreedMs - mendedMs))} later`;
}

export function secondsOf(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
