/** ResultPath: the one path that is written to. */
import type { Check } from './checks.js';
import { resultPathProblem } from './paths.js';

export const resultPath: Check = (value, place) => {
  if (typeof value !== 'string') {
    place.refuse('Expected value of type String');
    return;
  }
  const problem = resultPathProblem(value);
  if (problem !== null) place.refuse(`Value is not a Reference Path: ${problem}`);
};
