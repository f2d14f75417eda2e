/** What was written and read of the catalogue, by the checker of `test/linear`. */
import { checkAppends } from '../../linear/append-order.js';
import type { SearchLimits, Verdict } from '../../linear/linearizable.js';
import { checkRegisters } from '../../linear/register.js';
import type { RunRecord } from '../records.js';
import { counted, resultOf } from './result.js';
import type { CheckResult } from './types.js';

export function historiesAreLinearizable({ load }: RunRecord, limits?: SearchLimits): CheckResult {
  const { registers, lists } = load;
  const verdicts: readonly [string, Verdict][] = [
    ['register', checkRegisters(registers, limits)],
    ['list', checkAppends(lists, limits)],
  ];
  const broken = verdicts
    .filter(([, { kind }]) => kind === 'not-linearizable')
    .map(([what, { key, stuckAt }]) => {
      return `${what} ${key}: no order explains ${JSON.stringify(stuckAt.slice(0, 4))}`;
    });
  const undecided = verdicts.filter(([, { kind }]) => kind === 'undecided');
  const open = [...registers, ...lists].filter(({ output }) => output === null).length;
  const total = registers.length + lists.length;
  return resultOf({
    id: 'histories-are-linearizable',
    title: 'What was written and read of the catalogue can be put in one order',
    counted: undecided.length > 0 ? 0 : total,
    nothing:
      undecided.length > 0
        ? `the search was given up: ${undecided.map(([what, { key }]) => `${what} ${key}`).join(', ')}`
        : 'nothing was written or read',
    broken,
    measured:
      `${counted(registers.length, 'operation')} on registers, ${lists.length.toLocaleString('en')} on lists, ` +
      `${open} of unknown outcome`,
  });
}
