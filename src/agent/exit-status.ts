/**
 * How the runtime ended, seen through bubblewrap or a container's init: as shells do, these exit with 128 and the number where a signal
 * has ended their child. A program that exits with such a status of its own accord looks the same.
 */
import { constants } from 'node:os';
import type { ProcessExit } from '../wire/index.js';

const signalBase = 128;

export function exitInside({ code, signal }: ProcessExit): ProcessExit {
  if (code === null || code <= signalBase) return { code, signal };
  const number = code - signalBase;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found === undefined ? { code, signal } : { code: null, signal: found[0] };
}
