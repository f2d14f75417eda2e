/** All that can go wrong. */
import { balancers } from './balancers.js';
import { clocks } from './clocks.js';
import { cuts } from './cuts.js';
import { deaths } from './deaths.js';
import { disks } from './disks.js';
import { pauses } from './pauses.js';
import { pressure } from './pressure.js';
import { restarts } from './restarts.js';
import { rough } from './rough.js';
import { sandboxes } from './sandboxes.js';
import type { Fault } from './types.js';

export const faults: readonly Fault[] = [
  ...deaths,
  ...pauses,
  ...cuts,
  ...rough,
  ...clocks,
  ...disks,
  ...pressure,
  ...balancers,
  ...sandboxes,
  ...restarts,
];
