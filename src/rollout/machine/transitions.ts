/** Which step may follow which, and on which side of the move of the lead each stands. */
import type { Step } from '../types.js';

/**
 * Every other pair is refused. A new target is chosen by a second `handing-over`; canaries whose host is gone are started
 * anew; where deaths have made a new node Master on the way back, the lead is moved first.
 */
export const nextSteps: Readonly<Record<Step, readonly Step[]>> = {
  detected: ['starting-canaries', 'replacing-back'],
  'starting-canaries': ['baking-canaries', 'replacing-back'],
  'baking-canaries': ['handing-over', 'starting-canaries', 'replacing-back'],
  'handing-over': ['handing-over', 'moving', 'replacing-back'],
  moving: ['draining', 'moving-back'],
  draining: ['draining-last', 'moving-back'],
  'draining-last': ['baking', 'moving-back'],
  baking: ['finalised', 'moving-back'],
  'moving-back': ['replacing-back'],
  'replacing-back': ['moving-back', 'rolled-back'],
  finalised: [],
  'rolled-back': [],
};

export function isEnd(step: Step): boolean {
  return nextSteps[step].length === 0;
}

/** On the way back, or at its end. */
export function isBack(step: Step): boolean {
  return step === 'moving-back' || step === 'replacing-back' || step === 'rolled-back';
}

/** The first step back; null where there is none: it goes back already, or has ended. */
export function wayBack(step: Step): 'moving-back' | 'replacing-back' | null {
  if (isBack(step)) return null;
  if (nextSteps[step].includes('moving-back')) return 'moving-back';
  return nextSteps[step].includes('replacing-back') ? 'replacing-back' : null;
}
